/* plugins/server-docker/container.c */
#include "docker_project.h"

#define CONFIG "[server.docker]\nimage = \"postgres:16\"\n"

static void test_what_is_read(void **state) {
    (void)state;
    docker_test test;
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    test_open(&test, CONFIG, DOCKER_URL);
    DK_AUTOFREE char *text = inspected(&test, "running", "postgres:16", "127.0.0.1", 1);
    parse_container(&test, text, &container);
    assert_true(container.exists && container.ours && container.running && !container.tty);
    assert_string_equal(container.id, "c0ffee");
    assert_string_equal(container.user, "devkit_admin");
    assert_string_equal(container.volume, test.project.name);
    assert_int_equal(container.port, 1);
    DK_AUTO_STRV dk_strv differences = DK_STRV_INIT;
    docker_differences(&test.project, &container, &differences);
    assert_int_equal(differences.count, 0);
    assert_true(docker_container_check_owned(&test.project, &container, NULL));
    test_close(&test);
}

static void test_what_differs(void **state) {
    (void)state;
    docker_test test;
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    test_open(&test, CONFIG, DOCKER_URL);
    DK_AUTOFREE char *text = inspected(&test, "exited", "postgres:15", "0.0.0.0", 5433);
    parse_container(&test, text, &container);
    free(container.user);
    container.user = dk_strdup("someone");
    DK_AUTO_STRV dk_strv differences = DK_STRV_INIT;
    docker_differences(&test.project, &container, &differences);
    DK_AUTOFREE char *all = dk_strv_join(&differences, "\n");
    assert_int_equal(differences.count, 3);
    assert_non_null(strstr(all, "0.0.0.0:5433, DATABASE_URL says 127.0.0.1:1"));
    assert_non_null(strstr(all, "postgres:15, [server.docker] image is postgres:16"));
    assert_non_null(strstr(all, "someone"));
    container.ours = false;
    assert_false(docker_container_check_owned(&test.project, &container, &error));
    assert_true(dk_error_is(&error, "container-foreign"));
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    test_close(&test);
}

static void test_an_answer_that_makes_no_sense(void **state) {
    (void)state;
    static const struct {
        const char *text, *detail;
    } rows[] = {
        {"{}", "Id: expected a string"},
        {"{\"Id\":\"x\",\"Config\":{\"Image\":\"i\",\"Labels\":null},\"State\":7}",
         "State: expected an object"},
        {"{\"Id\":\"x\",\"Config\":{\"Image\":\"i\"},\"State\":{\"Status\":\"running\"}}",
         "State.Running: expected true or false"},
        {"[]", "the answer: expected an object"},
    };
    docker_test test;
    test_open(&test, CONFIG, DOCKER_URL);
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        DOCKER_AUTO_CONTAINER docker_container container = {0};
        json_t *raw = http_json_parse(rows[i].text, strlen(rows[i].text), NULL);
        assert_false(docker_container_parse(&test.project, raw, &container, &error));
        assert_true(dk_starts_with(error.detail, rows[i].detail));
    }
    test_close(&test);
}

static void test_through_the_engine(void **state) {
    (void)state;
    static const fake_answer answers[] = {PING,
                                          {"GET", "/v1.41/containers/*/json", 404, "{}", NULL, 1, 0},
                                          {"GET", "/v1.41/containers/*/json", 200, "{\"Id\":3}", NULL, 1, 0}};
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    test_engine(&test, CONFIG, DOCKER_URL, answers, DK_COUNT(answers));
    assert_true(docker_container_read(&test.engine, &test.project, &container, &error));
    assert_false(container.exists);
    assert_false(docker_container_read(&test.engine, &test.project, &container, &error));
    assert_true(dk_error_is(&error, "docker-invalid"));
    assert_non_null(strstr(error.detail, "Id: expected a string, got a number"));
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_read), cmocka_unit_test(test_what_differs),
        cmocka_unit_test(test_an_answer_that_makes_no_sense), cmocka_unit_test(test_through_the_engine)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
