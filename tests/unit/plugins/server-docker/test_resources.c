/* plugins/server-docker/resources.c */
#include "docker_project.h"

#define STATS                                                                                                \
    "{\"memory_stats\":{\"usage\":1000,\"limit\":9000,\"stats\":{\"inactive_file\":100}},\"pids_stats\":{"   \
    "\"current\":7},"                                                                                        \
    "\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":1500000000}}}"

static void test_parse(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *stats = http_json_parse(STATS, strlen(STATS), NULL);
    DK_AUTO_JSON json_t *used = docker_resources_parse(stats);
    assert_int_equal(dk_json_int(used, "memory_bytes", 0), 900);
    assert_int_equal(dk_json_int(used, "memory_limit_bytes", 0), 9000);
    assert_int_equal(dk_json_int(used, "processes", 0), 7);
    assert_true(json_real_value(json_object_get(used, "cpu_seconds")) == 1.5);
    DK_AUTO_JSON json_t *empty = json_object(); /* of a container that stopped meanwhile */
    assert_null(docker_resources_parse(empty));
}

static void test_the_engine_is_asked_where_the_kernel_can_not(void **state) {
    (void)state;
    static const fake_answer answers[] = {PING,
                                          {"GET", "/v1.41/containers/c0ffee/stats", 200, STATS, NULL, 0, 0}};
    docker_test test;
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = inspected(&test, "running", "postgres:16", "127.0.0.1", 1);
    parse_container(&test, text, &container);
    DK_AUTO_JSON json_t *used = docker_resources(&test.engine, &container);
    assert_int_equal(dk_json_int(used, "memory_bytes", 0), 900);
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse),
                                       cmocka_unit_test(test_the_engine_is_asked_where_the_kernel_can_not)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
