// Extended attributes, which `import Glibc` does not show to Swift.
#ifndef STEVE_CXATTR_SHIM_H
#define STEVE_CXATTR_SHIM_H

#include <sys/xattr.h>

#endif
