// libzstd for Swift.
#ifndef STEVE_CZSTD_SHIM_H
#define STEVE_CZSTD_SHIM_H

#include <zstd.h>

#endif
