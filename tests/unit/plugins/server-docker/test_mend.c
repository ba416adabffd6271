/* plugins/server-docker/mend.c */
#include "docker_project.h"

static bool mend(const char *ended, dk_error *error, char **bodies) {
    docker_test test;
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    const fake_answer answers[] = {
        PING,
        {"PUT", "/v1.41/containers/c0ffee/archive?path=/tmp", 200, "", NULL, 0, 0},
        {"POST", "/v1.41/containers/c0ffee/exec", 201, "{\"Id\":\"e1\"}", NULL, 0, 0},
        {"POST", "/v1.41/exec/e1/start", 200, "", NULL, 0, 0},
        {"GET", "/v1.41/exec/e1/json", 200, "{\"Running\":true,\"ExitCode\":null}", NULL, 1, 0},
        {"GET", "/v1.41/exec/e1/json", 200, ended, NULL, 0, 0},
    };
    test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = inspected(&test, "running", "postgres:16", "127.0.0.1", 1);
    parse_container(&test, text, &container);
    bool mended =
        docker_mend_admin(&test.engine, &test.project, &container, "it's", dk_now_ms() + 3000, error);
    *bodies = dk_strdup("");
    dk_buf printable = DK_BUF_INIT;
    for (size_t i = 0; i < test.fake.bodies.length; i++)
        if (test.fake.bodies.data[i])
            dk_buf_add_char(&printable, test.fake.bodies.data[i]);
    free(*bodies);
    *bodies = dk_buf_detach(&printable);
    test_close(&test);
    return mended;
}

static void test_from_inside(void **state) {
    (void)state;
    DK_AUTOFREE char *bodies = NULL;
    assert_true(mend("{\"Running\":false,\"ExitCode\":0}", NULL, &bodies));
    assert_non_null(strstr(bodies, "ALTER ROLE devkit_admin PASSWORD 'it''s'"));
    const char *command = strstr(bodies, "\"Cmd\"");
    assert_non_null(command);
    const char *end = strchr(command, ']');
    assert_true(strstr(command, "it''s") == NULL || strstr(command, "it''s") > end); /* not in an argument */
}

static void test_locked_out(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *bodies = NULL;
    assert_false(mend("{\"Running\":false,\"ExitCode\":2}", &error, &bodies));
    assert_string_equal(error.code, "password-rejected");
    assert_non_null(strstr(error.message, "other credentials"));
    assert_non_null(strstr(error.detail, "status 2"));
    assert_non_null(strstr(error.hint, "devkit destroy"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_from_inside), cmocka_unit_test(test_locked_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
