/* plugins/server-local/down.c without a server; with one: tests/integration/test_server_local.py */
#include "local_project.h"

static void test_down_of_what_does_not_run(void **state) {
    (void)state;
    local_project local;
    bool changed = true;
    local_project_open(&local, "", LOCAL_URL);
    assert_true(local_down(local.project.context, &changed, NULL));
    assert_false(changed);
    local_project_close(&local);
    local_project_open(&local, "[database]\nserver = \"local\"\n", "postgresql://a:b@192.0.2.7/x");
    assert_true(local_down(local.project.context, &changed, NULL)); /* the URL has moved away */
    local_project_close(&local);
}

static void test_destroy(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    local_project_open(&local, "", LOCAL_URL);
    local_project_data(&local, "PG_VERSION", "15\n");
    assert_false(local_destroy(local.project.context, &error)); /* not made by devkit */
    assert_true(dk_error_is(&error, "foreign-data"));
    local_project_data(&local, LOCAL_SETTINGS, "");
    assert_true(local_destroy(local.project.context, NULL));
    assert_false(dk_file_exists(local.cluster.data_dir));
    assert_true(local_destroy(local.project.context, NULL)); /* again: nothing to do */
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_down_of_what_does_not_run),
                                       cmocka_unit_test(test_destroy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
