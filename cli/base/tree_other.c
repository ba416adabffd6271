/* Systems without reflink ioctl and copy_file_range: macOS has fcopyfile, others read and write. */
#ifndef __linux__
#include "base/tree.h"
#include <errno.h>
#ifdef __APPLE__
#include <copyfile.h>
#endif

bool tree_clone_content(int source, int target, bool *failed) {
    *failed = false;
#ifdef __APPLE__
    if (fcopyfile(source, target, 0, COPYFILE_DATA) == 0)
        return true;
    *failed = errno != ENOTSUP;
#else
    (void)source;
    (void)target;
#endif
    return false;
}
#else
typedef int tree_other_is_empty_here;
#endif
