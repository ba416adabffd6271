/* devkit version */
#include "core/commands.h"

#include <devkit/output.h>
#include <devkit/plugin.h>

bool commands_show_version(dk_context *context, const void *values, dk_error *error) {
    (void)values, (void)error;
    dk_print(context, "devkit %s\n", DEVKIT_VERSION);
    if (!dk_is_json(context))
        return true;
    json_t *result = dk_result(context);
    dk_json_set_string(result, "version", DEVKIT_VERSION);
    dk_json_set_int(result, "abi_major", DK_ABI_MAJOR);
    dk_json_set_int(result, "abi_minor", DK_ABI_MINOR);
    return true;
}

const dk_command commands_version = {
    .name = "version",
    .summary = "Print devkit's version",
    .group = "devkit",
    .run = commands_show_version,
};
