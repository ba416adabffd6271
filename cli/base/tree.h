/* Copying one file's content in the fastest way the system has. */
#ifndef BASE_TREE_H
#define BASE_TREE_H

#include <stdbool.h>

/* Makes `target` share the content of `source`, or copies it inside the kernel. False when neither is
 * possible here and nothing has been written yet: the caller reads and writes; `*failed` tells a real error
 * (errno) apart. */
bool tree_clone_content(int source, int target, bool *failed);

#endif
