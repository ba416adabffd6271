/* plugins/server-local/place.c */
#include "../../skip.h"
#include "local_project.h"

static void test_a_closed_data_folder(void **state) {
    (void)state;
    if (geteuid() == 0)
        skip_because("needs an ordinary user"); /* nothing is closed to root */
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    local_project_open(&local, "", LOCAL_URL);
    local_project_data(&local, "precious", "mine");
    assert_int_equal(chmod(local.cluster.data_dir, 0), 0);
    assert_false(local_place_check(&local.cluster, &error));
    assert_int_equal(chmod(local.cluster.data_dir, 0700), 0);
    assert_string_equal(error.code, "foreign-data");
    assert_non_null(strstr(error.message, "another account"));
    local_project_close(&local);
}

static void test_new_and_empty_will_do(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    local_project_open(&local, "", LOCAL_URL);
    assert_true(local_place_check(&local.cluster, &error));
    assert_true(dk_mkdirs(local.cluster.data_dir, 0700, NULL));
    assert_true(local_place_check(&local.cluster, &error));
    local_project_data(&local, ".hidden", "mine");
    assert_false(local_place_check(&local.cluster, &error));
    assert_true(dk_error_is(&error, "foreign-data"));
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    local_project_close(&local);
}

static void test_what_is_above_is_made(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    local_project_open(&local, "", LOCAL_URL);
    DK_AUTOFREE char *deep = dk_path_join(local.project.root, "a/b/postgres");
    DK_AUTOFREE char *above = dk_path_dirname(deep);
    free(local.cluster.data_dir);
    local.cluster.data_dir = dk_strdup(deep);
    assert_true(local_place_prepare(&local.cluster, &error));
    assert_true(dk_is_directory(above));
    assert_false(dk_file_exists(deep));
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_closed_data_folder),
                                       cmocka_unit_test(test_new_and_empty_will_do),
                                       cmocka_unit_test(test_what_is_above_is_made)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
