/* Guards: may a destructive verb touch the project's database? Internal to this folder. */
#ifndef DEVKIT_PLUGIN_GUARD_H
#define DEVKIT_PLUGIN_GUARD_H

#include <devkit/devkit.h>

bool guard_permit(dk_context *context, const char *verb, const char *confirmed, dk_error *error);
bool guard_protect_run(dk_context *context, const void *values, dk_error *error);
bool guard_unprotect_run(dk_context *context, const void *values, dk_error *error);

#endif
