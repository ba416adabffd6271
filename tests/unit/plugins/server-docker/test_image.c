/* plugins/server-docker/image.c */
#include "docker_project.h"

static void expect(const char *name, const char *config, int major, const char *mount) {
    DK_AUTOFREE char *text = dk_format("{\"Config\":%s}", config);
    DK_AUTO_JSON json_t *inspected_image = http_json_parse(text, strlen(text), NULL);
    docker_image image = {0};
    assert_non_null(inspected_image);
    assert_true(docker_image_parse(name, inspected_image, &image, NULL));
    assert_int_equal(image.major, major);
    assert_string_equal(image.mount, mount);
    docker_image_release(&image);
}

static void test_where_the_data_goes(void **state) {
    (void)state;
    expect("postgres:16", "{\"Env\":[\"PG_MAJOR=16\",\"PGDATA=/var/lib/postgresql/data\"]}", 16,
           "/var/lib/postgresql/data");
    expect("postgres:18", "{\"Env\":[\"PG_MAJOR=18\",\"PGDATA=/var/lib/postgresql/18/docker\"]}", 18,
           "/var/lib/postgresql");
    expect("pgvector/pgvector:pg17", "{\"Env\":[\"PG_MAJOR=17\"]}", 17, "/var/lib/postgresql/data");
    expect("registry.example:5000/postgres:18-alpine", "{\"Env\":null}", 18, "/var/lib/postgresql");
    expect("postgres:17.2", "{}", 17, "/var/lib/postgresql/data");
    expect("postgres@sha256:16ab", "{}", 0, "/var/lib/postgresql/data"); /* a digest is no version */
    expect("postgres:16@sha256:18ab", "{}", 16, "/var/lib/postgresql/data");
    expect("postgres:latest", "{}", 0, "/var/lib/postgresql/data");
    expect("mine", "{\"Env\":[\"PGDATA=/data/db\"],\"Volumes\":{\"/data\":{}}}", 0, "/data");
    expect("mine", "{\"Env\":[\"PGDATA=/data/db\"],\"Volumes\":null}", 0, "/data/db");
}

static void expect_failure(const char *name, const char *code) {
    static const fake_answer answers[] = {
        PING,
        {"GET", "/v1.41/images/odd/json", 200, "{\"Config\":7}", NULL, 0, 0},
        {"GET", "/v1.41/images/", 404, "{}", NULL, 0, 0},
        {"POST", "/v1.41/images/create", 200, "{\"status\":\"done\"}\n", NULL, 0, 0},
    };
    docker_test test;
    docker_image image = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    assert_false(docker_image_ensure(&test.engine, name, &image, &error));
    assert_string_equal(error.code, code);
    test_close(&test);
}

static void test_what_can_be_wrong(void **state) {
    (void)state;
    expect_failure("odd", "docker-invalid");
    expect_failure("post gres", "image-invalid");
    expect_failure("../containers/x", "image-invalid");
    expect_failure("", "image-invalid");
    expect_failure("postgres:16", "image-missing"); /* pulled, it says, and still not there */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_where_the_data_goes),
                                       cmocka_unit_test(test_what_can_be_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
