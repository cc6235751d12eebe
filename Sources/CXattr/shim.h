// Extended attributes and malloc's settings, which `import Glibc` does not show to Swift.
#ifndef STEVE_CXATTR_SHIM_H
#define STEVE_CXATTR_SHIM_H

#include <malloc.h>
#include <sys/xattr.h>

#endif
