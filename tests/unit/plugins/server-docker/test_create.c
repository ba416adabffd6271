/* plugins/server-docker/create.c */
#include "docker_project.h"

#define CONFIG "[server.docker]\nimage = \"postgres:16\"\n"
#define IMAGE "{\"Config\":{\"Env\":[\"PG_MAJOR=16\",\"PGDATA=/var/lib/postgresql/data\"]}}"

static void test_what_is_asked_for(void **state) {
    (void)state;
    docker_test test;
    test_open(&test, CONFIG, DOCKER_URL);
    docker_image image = {.major = 16, .mount = dk_strdup("/var/lib/postgresql/data")};
    DK_AUTO_JSON json_t *body = docker_create_body(&test.project, &image);
    assert_non_null(body);
    DK_AUTOFREE char *text = json_dumps(body, JSON_COMPACT);
    static const char *const expected[] = {
        "\"Image\":\"postgres:16\"",
        "POSTGRES_USER=devkit_admin",
        "POSTGRES_PASSWORD_FILE=/etc/devkit-admin-password",
        "POSTGRES_DB=tasks",
        "\"5432/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"1\"}]",
        "\"Type\":\"volume\"",
        "\"Target\":\"/var/lib/postgresql/data\"",
        "\"StopSignal\":\"SIGINT\"",
        "devkit.project",
    };
    for (size_t i = 0; i < DK_COUNT(expected); i++)
        if (!strstr(text, expected[i]))
            fail_msg("%s is not in %s", expected[i], text);
    assert_null(strstr(text, "secret")); /* no password, of whomever */
    docker_image_release(&image);
    test_close(&test);
}

static void test_all_new(void **state) {
    (void)state;
    static const fake_answer answers[] = {
        PING,
        {"GET", "/v1.41/images/postgres:16/json", 200, IMAGE, NULL, 0, 0},
        {"GET", "/v1.41/volumes/", 404, "{}", NULL, 0, 0},
        {"POST", "/v1.41/volumes/create", 201, "{}", NULL, 0, 0},
        {"POST", "/v1.41/containers/create", 201, "{\"Id\":\"c0ffee\"}", NULL, 0, 0},
    };
    docker_test test;
    test_engine(&test, CONFIG, DOCKER_URL, answers, DK_COUNT(answers));
    assert_true(docker_create(&test.engine, &test.project, NULL));
    assert_non_null(strstr(dk_buf_text(&test.fake.bodies), "\"devkit.postgresql\":\"16\""));
    test_close(&test);
}

static void expect_volume(const char *labels, const char *code) {
    docker_test test;
    test_open(&test, CONFIG, DOCKER_URL); /* for the hash, which depends on the folder */
    DK_AUTOFREE char *volume = dk_format(labels, test.project.hash);
    const fake_answer answers[] = {
        PING,
        {"GET", "/v1.41/images/postgres:16/json", 200, IMAGE, NULL, 0, 0},
        {"GET", "/v1.41/volumes/", 200, volume, NULL, 0, 0},
        {"DELETE", "/v1.41/volumes/", 204, "", NULL, 0, 0},
    };
    fake_http_start(&test.fake, answers, DK_COUNT(answers));
    test.faked = true;
    DK_AUTOFREE char *host = dk_format("unix://%s", test.fake.place.path);
    setenv("DOCKER_HOST", host, 1);
    assert_true(docker_engine_open(test.folder.context, &test.engine, NULL));
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(docker_can_create(&test.engine, &test.project, &error));
    assert_string_equal(error.code, code);
    assert_false(docker_create(&test.engine, &test.project, &error));
    assert_string_equal(error.code, code);
    assert_non_null(error.hint);
    assert_false(fake_http_saw(&test.fake, "POST"));
    bool removed = docker_remove_volume(&test.engine, &test.project, &error);
    assert_int_equal(removed, strcmp(code, "data-version") == 0);
    assert_int_equal(fake_http_saw(&test.fake, "DELETE"), removed); /* only what is ours */
    test_close(&test);
}

static void test_a_volume_that_is_there(void **state) {
    (void)state;
    expect_volume("{\"Name\":\"%s\",\"Labels\":null}", "volume-foreign");
    expect_volume("{\"Labels\":{\"devkit.project\":\"%s\",\"devkit.postgresql\":\"15\"}}", "data-version");
}

static void test_removing(void **state) {
    (void)state;
    static const fake_answer answers[] = {
        PING,
        {"DELETE", "/v1.41/containers/gone", 404, "{}", NULL, 0, 0},
        {"DELETE", "/v1.41/containers/busy", 409, "{\"message\":\"removal is in progress\"}", NULL, 0, 0},
    };
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    test_engine(&test, CONFIG, DOCKER_URL, answers, DK_COUNT(answers));
    assert_true(docker_remove_container(&test.engine, "gone", &error));
    assert_false(docker_remove_container(&test.engine, "busy", &error));
    assert_non_null(strstr(error.detail, "in progress"));
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_asked_for), cmocka_unit_test(test_all_new),
        cmocka_unit_test(test_a_volume_that_is_there), cmocka_unit_test(test_removing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
