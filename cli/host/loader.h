/* Opens plugins: shared objects whose one entry function returns a constant descriptor.
 *
 * A symbol that is missing shows here and not in the middle of a reset; RTLD_LOCAL, so that plugins can't see
 * each other; never closed, because tables and interfaces are borrowed until the end. */
#ifndef HOST_LOADER_H
#define HOST_LOADER_H

#include <devkit/plugin.h>

/* Which symbols are bound when a plugin is opened. devkit's own plugins and kit libraries are linked to bind
 * theirs at once; the libraries below them (libpq brings twenty) are left to bind as they were built to. */
typedef enum loader_binding { LOADER_BIND_ALL, LOADER_BIND_OWN } loader_binding;

/* Opens the file (once a process) and checks its descriptor. Errors: "plugin-unusable" when the file can't be
 * opened or has no entry function, "plugin-incompatible" when a field of the descriptor does not fit; the
 * message names the field and both values. */
const dk_plugin *loader_open(const char *path, const char *name, loader_binding binding, dk_error *error);

/* Is this descriptor one that this devkit understands? Apart for the tests. */
bool loader_check(const dk_plugin *plugin, const char *path, const char *name, dk_error *error);

/* "plugins/server-local.so" → "server-local". Caller frees. */
char *loader_plugin_name(const char *path);

#endif
