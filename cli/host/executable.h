/* Executable plugins: programs named devkit-NAME, in any language, in the plugin folder or on PATH.
 *
 * They get the words behind NAME as they are, and the run's context in the environment.
 * Their exit status is devkit's. */
#ifndef HOST_EXECUTABLE_H
#define HOST_EXECUTABLE_H

#include <devkit/buf.h>
#include <devkit/process.h>

/* Absolute path of devkit-NAME, or NULL. Caller frees. */
char *executable_find(const char *name);
/* NAMEs of all that can be found, sorted. */
void executable_list(dk_strv *names);
/* Runs it in the foreground. `context` are "NAME=value" settings for its environment. A failing program is no
 * error: its exit status goes to `status`. */
bool executable_run(const char *path, const char *const *words, size_t count, const dk_strv *context,
                    int *status, dk_error *error);

#endif
