/* plugins/server-docker/logs.c */
#include "../../caught.h"
#include "docker_project.h"

#include <fcntl.h>

#define FRAMES "\1\0\0\0\0\0\0\4one\n\2\0\0\0\0\0\0\4two\n"

static const fake_answer answers[] = {
    PING,
    {"GET", "/v1.41/containers/none/logs", 404, "{\"message\":\"No such container\"}", NULL, 0, 0},
    {"GET", "/v1.41/containers/odd/logs", 200, "<html>this is no log</html>", NULL, 0, 0},
    {"GET", "/v1.41/containers/tty/logs", 200, "plain\r\n", NULL, 0, 0},
    {"GET", "/v1.41/containers/good/logs", 200, FRAMES, NULL, 0, sizeof FRAMES - 1},
    {"GET", "/v1.41/containers/", 404, "{}", NULL, 0, 0},
};

/* What it prints; caller frees. */
static char *printed(docker_test *test, const char *id, bool tty, int64_t lines, bool *outcome,
                     dk_error *error) {
    caught of = caught_begin(STDOUT_FILENO);
    *outcome = docker_logs_print(&test->engine, id, tty, false, lines, error);
    return caught_end(&of);
}

static void test_printed(void **state) {
    (void)state;
    docker_test test;
    bool outcome = false;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *framed = printed(&test, "good", false, 5, &outcome, &error);
    assert_true(outcome);
    assert_string_equal(framed, "one\ntwo\n");
    assert_true(fake_http_saw(&test.fake, "tail=5"));
    DK_AUTOFREE char *plain = printed(&test, "tty", true, -1, &outcome, &error);
    assert_string_equal(plain, "plain\n");
    DK_AUTOFREE char *none = printed(&test, "none", false, -1, &outcome, &error);
    assert_false(outcome);
    assert_non_null(strstr(error.detail, "No such container"));
    DK_AUTOFREE char *odd = printed(&test, "odd", false, -1, &outcome, &error);
    assert_false(outcome);
    assert_string_equal(error.code, "docker-invalid");
    test_close(&test);
}

static void test_without_a_container(void **state) {
    (void)state;
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    assert_false(docker_logs(context, false, -1, &error));
    assert_string_equal(error.code, "no-log");
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_printed),
                                       cmocka_unit_test(test_without_a_container)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
