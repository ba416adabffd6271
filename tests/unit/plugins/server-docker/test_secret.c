/* plugins/server-docker/secret.c */
#include "docker_project.h"

static void test_made_once(void **state) {
    (void)state;
    docker_test test;
    struct stat status;
    test_open(&test, "", DOCKER_URL);
    assert_null(docker_secret_read(&test.project));
    DK_AUTOFREE char *made = docker_secret_make(&test.project, NULL);
    assert_int_equal(strlen(made), 32);
    DK_AUTOFREE char *again = docker_secret_make(&test.project, NULL);
    assert_string_equal(made, again);
    DK_AUTOFREE char *path = docker_state_file(&test.project, "docker.admin");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    DK_AUTOFREE char *masked = dk_secret_mask(made);
    assert_null(strstr(masked, made));
    test_close(&test);
}

static void test_into_the_container_and_back(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf tar = DK_BUF_INIT;
    docker_tar_file(&tar, "devkit-admin-password", 0400, "from-the-container\n");
    const fake_answer answers[] = {
        PING,
        {"PUT", "/v1.41/containers/c0ffee/archive?path=/etc", 200, "", NULL, 1, 0},
        {"PUT", "/v1.41/containers/c0ffee/archive?path=/etc", 500,
         "{\"message\":\"no space left on device\"}", NULL, 0, 0},
        {"GET", "/v1.41/containers/c0ffee/archive?path=/etc/devkit-admin-password", 200, tar.data, NULL, 1,
         tar.length},
        {"GET", "/v1.41/containers/c0ffee/archive", 404, "{}", NULL, 0, 0},
    };
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = inspected(&test, "created", "postgres:16", "127.0.0.1", 1);
    parse_container(&test, text, &container);
    assert_true(docker_secret_put(&test.engine, &container, "s3cret-word", NULL));
    assert_int_equal(test.fake.bodies.length, 4 * 512);
    assert_memory_equal(test.fake.bodies.data + 512, "s3cret-word", 11);
    assert_memory_equal(test.fake.bodies.data + 100, "0000400", 7); /* root's alone */
    assert_false(docker_secret_put(&test.engine, &container, "s3cret-word", &error));
    assert_true(dk_error_is(&error, "disk-full"));
    DK_AUTOFREE char *found = docker_secret_recover(&test.engine, &test.project, &container);
    assert_string_equal(found, "from-the-container");
    DK_AUTOFREE char *kept = docker_secret_read(&test.project);
    assert_string_equal(kept, "from-the-container");
    assert_null(docker_secret_recover(&test.engine, &test.project, &container));
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_made_once),
                                       cmocka_unit_test(test_into_the_container_and_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
