/* `devkit doctor`. */
#ifndef DOCTOR_COMMAND_H
#define DOCTOR_COMMAND_H

#include <devkit/devkit.h>

typedef struct doctor_values {
    dk_strv checks;
    bool fix;
} doctor_values;
bool doctor_run(dk_context *context, const void *values, dk_error *error);

#endif
