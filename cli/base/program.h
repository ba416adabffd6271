/* Looking programs up. */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <devkit/buf.h>
#include <stdbool.h>

/* The first executable file `name` in the folders of `search` (as PATH has them), or NULL. Caller frees. */
char *program_find_in(const char *name, const char *search);
bool program_is_executable(const char *path);
/* The running executable's own file, or NULL when the system won't say. Caller frees. */
char *program_own_path(void);

#endif
