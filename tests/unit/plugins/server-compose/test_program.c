/* plugins/server-compose/program.c with programs of the test's own */
#include "compose_project.h"

static char *saved_path;

/* PATH is the folder "bin" of the project alone. */
static void program(const dk_context *context, const char *name, const char *text) {
    DK_AUTOFREE char *folder = dk_path_join(context->root, "bin");
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    assert_true(dk_mkdirs(folder, 0755, NULL));
    assert_true(dk_file_write(path, text, strlen(text), 0755, NULL));
    assert_int_equal(chmod(path, 0755), 0);
    setenv("PATH", folder, 1);
}

static void end(dk_context *context) {
    setenv("PATH", saved_path, 1);
    fake_free(context);
}

static void test_up(void **state) {
    (void)state;
    COMPOSE_SERVER_AUTO compose_server server;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = compose_context(NULL, URL_LOCAL);
    assert_true(compose_server_open(context, &server, NULL));
    program(context, "docker-compose", "#!/bin/sh\necho \"$PWD:$*\" >called\n");
    assert_true(compose_program_up(&server, NULL));
    DK_AUTO_BUF dk_buf called = DK_BUF_INIT;
    DK_AUTOFREE char *path = dk_path_join(context->root, "called");
    DK_AUTOFREE char *expected =
        dk_format("%s:-f %s/compose.yml up -d --no-recreate db\n", context->root, context->root);
    assert_true(dk_file_read(path, 0, &called, NULL));
    assert_string_equal(dk_buf_text(&called), expected);
    program(context, "docker-compose",
            "#!/bin/sh\necho 'Bind for 0.0.0.0:5433 failed: port is already allocated'\nexit 1\n");
    assert_false(compose_program_up(&server, &error));
    assert_string_equal(error.code, "port-taken");
    end(context);
}

static void expect_text(const compose_server *server, const char *service, const char *expected) {
    DK_AUTOFREE char *text = compose_program_text(server, "up -d", service);
    assert_string_equal(text, expected);
}

static void test_text_for_hints(void **state) {
    (void)state;
    COMPOSE_SERVER_AUTO compose_server server;
    dk_context *context = compose_context(NULL, URL_LOCAL);
    assert_true(compose_server_open(context, &server, NULL));
    expect_text(&server, "db", "docker compose up -d db");
    expect_text(&server, NULL, "docker compose up -d");
    server.project.usual = false;
    dk_strv_add(&server.project.files, "/elsewhere/more.yml");
    expect_text(&server, "db", "docker compose -f compose.yml -f /elsewhere/more.yml up -d db");
    server.project.usual = true; /* but below the project compose does not look */
    free(server.project.folder);
    server.project.folder = dk_path_join(context->root, "dev");
    expect_text(&server, "db", "docker compose -f compose.yml -f /elsewhere/more.yml up -d db");
    free(server.project.folder);
    server.project.folder = dk_path_dirname(context->root); /* above it does */
    expect_text(&server, "db", "docker compose up -d db");
    fake_free(context);
}

int main(void) {
    saved_path = dk_strdup(getenv("PATH"));
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_up), cmocka_unit_test(test_text_for_hints)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(saved_path);
    return failed;
}
