/* Runs one of devkit's own commands by its table's function, with values set where the table puts them. */
#ifndef RUN_COMMAND_H
#define RUN_COMMAND_H

#include "../ui/streams.h"
#include "sample_plugin.h"

/* A values struct as the parser hands it over, with nothing set. The caller frees it. */
static SILENT void *empty_values(const dk_command *command) {
    return dk_alloc(command->values_size ? command->values_size : 1);
}
/* What was given for the command's only argument. */
static SILENT void *values_of(const dk_command *command, const char *text) {
    void *values = empty_values(command);
    assert_int_equal(command->argument_count, 1);
    const dk_argument *argument = &command->arguments[0];
    assert_true(argument->offset + sizeof(text) <= command->values_size);
    memcpy((char *)values + argument->offset, &text, sizeof(text));
    return values;
}

/* What it prints is in caught_out.text and caught_err.text afterwards, its result in dk_result. */
static SILENT bool run_values(dk_context *context, const dk_command *command, const void *values, bool json,
                              dk_error *error) {
    context->globals.json = json;
    report_configure(context);
    catch_output();
    bool succeeded = command->run(context, values, error);
    release_output();
    return succeeded;
}

static SILENT bool run_text(dk_context *context, const dk_command *command, const char *text, bool json,
                            dk_error *error) {
    DK_AUTOFREE void *values = values_of(command, text);
    return run_values(context, command, values, json, error);
}

/* A program devkit-NAME in the context's folder, which becomes the only one of PATH. */
static SILENT char *make_program(const dk_context *context, const char *name) {
    DK_AUTOFREE char *file = dk_format("devkit-%s", name);
    char *path = dk_path_join(context->root, file);
    static const char text[] = "#!/bin/sh\nexit 9\n";
    assert_true(dk_file_write(path, text, strlen(text), 0755, NULL));
    setenv("PATH", context->root, 1);
    return path;
}

#endif
