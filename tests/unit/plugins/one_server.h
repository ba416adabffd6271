/* For tests of plugins that ask the project's server: the parts of a provider that all of them have alike. */
#ifndef TESTS_ONE_SERVER_H
#define TESTS_ONE_SERVER_H

#include "../caught.h"
#include "../core/fake_context.h"

/* The one provider there is fits. */
static SILENT bool one_detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context, (void)error;
    *score = 100;
    dk_buf_add(why, "the test says so");
    return true;
}

/* Gives the run the URL that the provider made up, if it did. */
static SILENT void one_url(dk_context *context, const char *text) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (!text)
        return;
    assert_true(dk_url_parse(text, &url, NULL));
    dk_database_set(context, &url);
}

/* A plugin of just these interfaces. */
#define ONE_PLUGIN(variable, interfaces_)                                                                    \
    static const dk_plugin variable = {                                                                      \
        DK_PLUGIN_HEAD,         .name = #variable,           .version = "1",                                 \
        .summary = "For tests", .interfaces = (interfaces_), .interface_count = DK_COUNT(interfaces_)}

/* A file of the project. */
static SILENT void one_write(dk_context *context, const char *name, const char *text, mode_t mode) {
    DK_AUTOFREE char *path = dk_path_join(context->root, name);
    DK_AUTOFREE char *folder = dk_path_dirname(path);
    assert_true(dk_mkdirs(folder, 0755, NULL));
    assert_true(dk_file_write(path, text, strlen(text), mode, NULL));
}

/* A project with that .env (NULL: none), and no other word about its database. */
static SILENT dk_context *one_project(const dk_plugin *const *plugins, size_t count, const char *config,
                                      const char *env) {
    unsetenv("DATABASE_URL");
    dk_context *context = fake_context(plugins, count, config);
    if (env)
        one_write(context, ".env", env, 0600);
    return context;
}

/* What a command prints; caller frees. */
static SILENT char *one_output(bool (*run)(dk_context *, const void *, dk_error *), dk_context *context,
                               const void *values, bool *outcome, dk_error *error) {
    caught of = caught_begin(STDOUT_FILENO);
    *outcome = run(context, values, error);
    return caught_end(&of);
}

#endif
