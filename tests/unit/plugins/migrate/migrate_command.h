/* What the unit tests of migrate's commands share: running one in a project whose server can't be reached. */
#ifndef TESTS_MIGRATE_COMMAND_H
#define TESTS_MIGRATE_COMMAND_H

#include "../layer_project.h"

#include "migrate/migrate.h"

typedef bool migrate_command_run(dk_context *context, const void *values, dk_error *error);

static inline void expect_refusal(migrate_command_run *run, migrate_values values, const char *toml,
                                  const char *code, const char *hint) {
    layer_project project;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    project_write(&project, ".env", "DATABASE_URL=" NO_SERVER_URL "\n");
    project_write(&project, "migrations/1_a.sql", "");
    assert_false(run(project_context(&project, toml), &values, &error));
    assert_string_equal(error.code, code);
    assert_non_null(error.hint);
    if (!strstr(error.hint, hint))
        fail_msg("\"%s\" is not in \"%s\"", hint, error.hint);
    project_close(&project);
}

/* The verbs are for SQL files; of another tool it is told what to run. */
static inline void expect_refusal_of_another_tool(migrate_command_run *run, const char *hint) {
    expect_refusal(run, (migrate_values){0}, "[migrate]\ncommand = \"alembic upgrade head\"\n",
                   "not-for-tool", hint);
}

#endif
