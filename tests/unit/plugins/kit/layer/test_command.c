/* plugins/kit/layer/command.c */
#include "../../layer_project.h"

#include <kit/layer/layer.h>

typedef struct command_run {
    layer_project project;
    dk_url url;
    dk_error error;
} command_run;

static void begin(command_run *run) {
    *run = (struct command_run){0};
    project_open(&run->project);
    project_context(&run->project, "");
    assert_true(dk_url_parse("postgresql+asyncpg://me:very%40secret@127.0.0.1:5999/built?ssl=require",
                             &run->url, NULL));
}

static void end(command_run *run) {
    dk_error_release(&run->error);
    dk_url_release(&run->url);
    project_close(&run->project);
}

static bool command(command_run *run, const char *text, const char *cwd, const char *venv) {
    dk_progress *progress = dk_progress_begin(run->project.context, "migrate");
    dk_layer_target target = project_target(&run->url, "built", progress);
    layer_command wanted = {"migrate", text, cwd, venv};
    bool done = layer_command_run(run->project.context, &wanted, &target, &run->error);
    dk_progress_end(progress, done, NULL);
    return done;
}

static void assert_wrote(command_run *run, const char *name, const char *expected) {
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    DK_AUTOFREE char *path = dk_path_join(run->project.root, name);
    assert_true(dk_file_read(path, 0, &content, NULL));
    dk_buf_trim_end(&content);
    assert_string_equal(dk_buf_text(&content), expected);
}

/* A command in a container gets the host that the application writes, one on this machine the address. */
static void test_inside_a_container(void **state) {
    (void)state;
    command_run run;
    begin(&run);
    DK_AUTO_URL dk_url inside = DK_URL_INIT;
    dk_url_copy(&inside, &run.url);
    dk_url_set_host(&inside, "db", 5432);
    project_write(&run.project, "docker", "#!/bin/sh\necho \"$DATABASE_URL\" >out\n");
    static const char *const commands[][2] = {
        {"./docker compose exec app migrate",
         "postgresql+asyncpg://me:very%40secret@db:5432/built?ssl=require"},
        {"./docker version", "postgresql+asyncpg://me:very%40secret@127.0.0.1:5999/built?ssl=require"}};
    DK_AUTOFREE char *program = dk_path_join(run.project.root, "docker");
    assert_int_equal(chmod(program, 0755), 0);
    for (size_t i = 0; i < DK_COUNT(commands); i++) {
        dk_progress *progress = dk_progress_begin(run.project.context, "migrate");
        dk_layer_target target = project_target(&run.url, "built", progress);
        layer_command wanted = {"migrate", commands[i][0], "", ""};
        target.inside = &inside;
        assert_true(layer_command_run(run.project.context, &wanted, &target, &run.error));
        dk_progress_end(progress, true, NULL);
        assert_wrote(&run, "out", commands[i][1]);
    }
    end(&run);
}

static void test_environment(void **state) {
    (void)state;
    command_run run;
    begin(&run);
    project_write(&run.project, "backend/venv/bin/python", "");
    setenv("PGDATABASE", "live", 1);
    setenv("PGPASSWORD", "kept", 1);
    setenv("PYTHONHOME", "/nowhere", 1);
    assert_true(command(&run,
                        "echo \"$DATABASE_URL|$PGDATABASE|$PGPASSWORD|$PYTHONHOME\" >out; "
                        "echo \"${VIRTUAL_ENV##*/}\" >name; echo \"${PATH%%:*}\" >path; pwd >>path",
                        "backend", ""));
    assert_wrote(&run, "backend/out",
                 "postgresql+asyncpg://me:very%40secret@127.0.0.1:5999/built?ssl=require||kept|");
    DK_AUTOFREE char *folder = dk_path_join(run.project.root, "backend");
    DK_AUTOFREE char *path = dk_format("%s/venv/bin\n%s", folder, folder);
    assert_wrote(&run, "backend/path", path);
    assert_wrote(&run, "backend/name", "venv");
    unsetenv("PGDATABASE");
    unsetenv("PGPASSWORD");
    unsetenv("PYTHONHOME");
    end(&run);
}

static void test_failure(void **state) {
    (void)state;
    command_run run;
    begin(&run);
    assert_false(
        command(&run, "printf 'first\\n\\033[31mModuleNotFoundError: x\\033[0m\\n' >&2; exit 3", "", ""));
    assert_string_equal(run.error.code, "command-failed");
    assert_int_equal(run.error.error_class, DK_ERROR_FAILED);
    assert_int_equal(run.error.child_status, 3);
    assert_non_null(strstr(run.error.message, "exit status 3"));
    assert_string_equal(run.error.detail, "first\nModuleNotFoundError: x");
    assert_non_null(strstr(run.error.hint, "venv"));
    end(&run);
}

static void test_long_failure_keeps_the_end(void **state) {
    (void)state;
    command_run run;
    begin(&run);
    assert_false(command(&run, "seq 1 100; exit 1", "", ""));
    assert_true(dk_starts_with(run.error.detail, "81\n"));
    assert_true(dk_ends_with(run.error.detail, "\n100"));
    assert_non_null(strstr(run.error.hint, "\"app\" is untouched"));
    end(&run);
}

static void test_signal(void **state) {
    (void)state;
    command_run run;
    begin(&run);
    assert_false(command(&run, "kill -9 $$", "", ""));
    assert_non_null(strstr(run.error.message, "signal 9"));
    end(&run);
}

static void test_missing(void **state) {
    (void)state;
    command_run run;
    begin(&run);
    assert_false(command(&run, "true", "nowhere", ""));
    assert_string_equal(run.error.code, "cwd-missing");
    assert_false(command(&run, "no-such-program-here --at-all", "", ""));
    assert_string_equal(run.error.code, "program-missing");
    assert_non_null(run.error.hint);
    end(&run);
}

static void test_plain_line(void **state) {
    (void)state;
    char text[16];
    assert_true(layer_plain_line("a\033[1;31mb\033[0m\tc\r", 17, text, sizeof(text)));
    assert_string_equal(text, "ab c");
    assert_false(layer_plain_line("\033[0m  ", 6, text, sizeof(text)));
    assert_true(layer_plain_line("12345678901234\xc3\xa4 and on", 23, text, sizeof(text)));
    assert_string_equal(text, "12345678901234");
    /* Characters that are whole stay, also where a line has no others. */
    assert_true(layer_plain_line("\u043d\u0435\u0442 \u0442\u0430\u0431\u043b\u0438\u0446\u044b", 22, text,
                                 sizeof(text)));
    assert_string_equal(text, "\u043d\u0435\u0442 \u0442\u0430\u0431\u043b");
    assert_true(layer_plain_line("\u6ca1\u6709\u8fd9\u5f20\u8868\u683c", 18, text, sizeof(text)));
    assert_string_equal(text, "\u6ca1\u6709\u8fd9\u5f20\u8868");
}

/* What a shell answers itself is no missing program. */
static void test_commands_of_the_shell_itself(void **state) {
    (void)state;
    command_run run;
    begin(&run);
    assert_false(command(&run, "exit 4", "", ""));
    assert_string_equal(run.error.code, "command-failed");
    assert_int_equal(run.error.child_status, 4);
    assert_true(command(&run, "umask 077", "", ""));
    end(&run);
}

static void test_inside_a_container_by_a_shell(void **state) {
    (void)state;
    command_run run;
    begin(&run);
    assert_false(command(&run, "touch ran && docker exec app ./migrate", "", ""));
    assert_string_equal(run.error.code, "variable-not-passed");
    assert_int_equal(run.error.error_class, DK_ERROR_USAGE);
    assert_non_null(strstr(run.error.hint, "-e DATABASE_URL"));
    DK_AUTOFREE char *path = dk_path_join(run.project.root, "ran");
    assert_false(dk_file_exists(path));
    end(&run);
}

static void test_is_aside(void **state) {
    (void)state;
    dk_layer_target target = project_target(NULL, "devkit_building_1", NULL);
    assert_true(layer_is_aside(&target));
    target.database = "app";
    assert_false(layer_is_aside(&target));
}

static void test_hint_untouched(void **state) {
    (void)state;
    dk_layer_target target = project_target(NULL, "devkit_building_1", NULL);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail(&error, DK_ERROR_FAILED, "sql-failed", "it failed");
    target.database = "app";
    assert_false(layer_hint_untouched(&target, &error));
    assert_null(error.hint); /* the live one: who knows */
    target.database = "devkit_building_1";
    assert_false(layer_hint_untouched(&target, &error));
    assert_non_null(strstr(error.hint, "untouched"));
    dk_error_hint(&error, "better");
    assert_false(layer_hint_untouched(&target, &error));
    assert_string_equal(error.hint, "better");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_inside_a_container),
                                       cmocka_unit_test(test_environment),
                                       cmocka_unit_test(test_failure),
                                       cmocka_unit_test(test_long_failure_keeps_the_end),
                                       cmocka_unit_test(test_signal),
                                       cmocka_unit_test(test_missing),
                                       cmocka_unit_test(test_plain_line),
                                       cmocka_unit_test(test_commands_of_the_shell_itself),
                                       cmocka_unit_test(test_inside_a_container_by_a_shell),
                                       cmocka_unit_test(test_is_aside),
                                       cmocka_unit_test(test_hint_untouched)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
