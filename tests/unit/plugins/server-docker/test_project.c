/* plugins/server-docker/project.c */
#include "docker_project.h"

static void expect_name(const char *toml, const char *prefix) {
    docker_test test;
    test_open(&test, toml, DOCKER_URL);
    if (!dk_starts_with(test.project.name, prefix))
        fail_msg("%s does not begin with %s", test.project.name, prefix);
    assert_int_equal(strlen(test.project.name), strlen(prefix) + 8);
    assert_int_equal(strspn(test.project.name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                     strlen(test.project.name));
    test_close(&test);
}

static void test_names(void **state) {
    (void)state;
    expect_name("[project]\nname = \"autoserve360\"\n", "devkit-autoserve360-");
    expect_name("[project]\nname = \"My Shop! (new)\"\n", "devkit-my-shop-new-");
    expect_name("[project]\nname = \"日本\"\n", "devkit-");
}

static void test_two_folders_are_two_projects(void **state) {
    (void)state;
    docker_test one, two;
    test_open(&one, "[project]\nname = \"x\"\n", DOCKER_URL);
    test_open(&two, "[project]\nname = \"x\"\n", DOCKER_URL);
    assert_string_not_equal(one.project.name, two.project.name);
    assert_int_equal(strlen(one.project.hash), 16);
    assert_string_equal(one.project.image, "postgres:16");
    test_close(&two);
    test_close(&one);
}

static void test_one_at_a_time(void **state) {
    (void)state;
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DOCKER_AUTO_LOCK dk_lock first = DK_LOCK_INIT;
    DOCKER_AUTO_LOCK dk_lock second = DK_LOCK_INIT;
    test_open(&test, "", DOCKER_URL);
    assert_true(docker_lock(&test.project, &first, 0, &error));
    assert_false(docker_lock(&test.project, &second, 0, &error));
    assert_true(dk_error_is(&error, "locked"));
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names),
                                       cmocka_unit_test(test_two_folders_are_two_projects),
                                       cmocka_unit_test(test_one_at_a_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
