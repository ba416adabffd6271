/* Where no call is known that lets files share their blocks. */
#if !defined __linux__ && !defined __APPLE__
#include "local.h"

local_reflink local_reflink_probe(const char *folder DK_UNUSED) {
    return LOCAL_REFLINK_NO;
}

#endif
