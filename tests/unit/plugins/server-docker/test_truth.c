/* plugins/server-docker/truth.c */
#include "docker_project.h"

static void test_url_and_container(void **state) {
    (void)state;
    docker_test test;
    DOCKER_AUTO_CONTAINER docker_container container = {.exists = true, .id = dk_strdup("one")};
    test_open(&test, "", DOCKER_URL);
    assert_false(docker_truth_is_known(&test.project, &container));
    docker_truth_remember(&test.project, &container);
    assert_true(docker_truth_is_known(&test.project, &container));
    free(container.id);
    container.id = dk_strdup("two"); /* another container at the same address */
    assert_false(docker_truth_is_known(&test.project, &container));
    free(container.id);
    container.id = dk_strdup("one");
    DK_AUTO_URL dk_url other = DK_URL_INIT;
    assert_true(dk_url_parse("postgresql://app:changed@127.0.0.1:1/tasks", &other, NULL));
    const dk_url *before = test.project.url;
    test.project.url = &other;
    assert_false(docker_truth_is_known(&test.project, &container));
    test.project.url = before;
    docker_truth_forget(&test.project);
    assert_false(docker_truth_is_known(&test.project, &container));
    container.exists = false;
    assert_false(docker_truth_is_known(&test.project, &container));
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_url_and_container)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
