/* plugins/server-docker/context.c */
#include "docker_project.h"

#include <kit/hash/hash.h>

static void write_context(docker_test *test, const char *name, const char *meta) {
    char hex[HASH_HEX];
    hash_memory_hex(name, strlen(name), hex);
    DK_AUTOFREE char *path = dk_format("contexts/meta/%s/meta.json", hex);
    project_write(&test->folder, path, meta);
}

static bool read_context(char **host, dk_error *error) {
    DK_AUTOFREE char *name = NULL;
    DK_AUTOFREE char *tls = NULL;
    return docker_context_read(&name, host, &tls, error);
}

static void test_current_context(void **state) {
    (void)state;
    docker_test test;
    test_open(&test, "", NULL);
    DK_AUTOFREE char *none = NULL;
    assert_true(read_context(&none, NULL)); /* no configuration at all */
    assert_null(none);
    project_write(&test.folder, "config.json", "{\"currentContext\":\"rootless\"}");
    write_context(
        &test, "rootless",
        "{\"Name\":\"rootless\",\"Endpoints\":{\"docker\":{\"Host\":\"unix:///run/user/1/docker.sock\"}}}");
    DK_AUTOFREE char *host = NULL;
    assert_true(read_context(&host, NULL));
    assert_string_equal(host, "unix:///run/user/1/docker.sock");
    setenv("DOCKER_CONTEXT", "default", 1); /* the variable is stronger */
    DK_AUTOFREE char *other = NULL;
    assert_true(read_context(&other, NULL));
    assert_null(other);
    test_close(&test);
}

static void test_what_can_be_wrong(void **state) {
    (void)state;
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *host = NULL;
    test_open(&test, "", NULL);
    setenv("DOCKER_CONTEXT", "gone", 1);
    assert_false(read_context(&host, &error));
    assert_true(dk_error_is(&error, "docker-host-invalid"));
    assert_non_null(strstr(error.message, "\"gone\""));
    write_context(&test, "gone", "{\"Endpoints\":{\"docker\":{\"Host\":7}}}");
    assert_false(read_context(&host, &error));
    assert_non_null(strstr(error.message, "meta.json"));
    assert_non_null(strstr(error.detail, "Endpoints.docker.Host: expected a string"));
    assert_non_null(strstr(error.hint, "DOCKER_HOST"));
    unsetenv("DOCKER_CONTEXT");
    project_write(&test.folder, "config.json", "{oops");
    assert_false(read_context(&host, &error));
    assert_non_null(strstr(error.message, "config.json"));
    assert_true(dk_error_is(&error, "docker-host-invalid"));
    assert_non_null(strstr(error.detail, "begins with \"{oops\""));
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_current_context),
                                       cmocka_unit_test(test_what_can_be_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
