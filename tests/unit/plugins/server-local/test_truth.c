/* plugins/server-local/truth.c */
#include "local_project.h"

static void test_only_the_url_that_was_made_true(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    assert_true(local_address(&local.cluster, false, NULL));
    assert_false(local_truth_is_known(&local.cluster));
    local_truth_remember(&local.cluster);
    assert_true(local_truth_is_known(&local.cluster));
    local_truth_remember(&local.cluster);
    assert_true(local_truth_is_known(&local.cluster));
    local_truth_forget(&local.cluster);
    assert_false(local_truth_is_known(&local.cluster));
    local_project_close(&local);
}

static void test_another_password(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    assert_true(local_address(&local.cluster, false, NULL));
    local_truth_remember(&local.cluster);
    dk_url other = DK_URL_INIT;
    assert_true(dk_url_parse("postgresql://app:another@127.0.0.1:25432/tasks", &other, NULL));
    const dk_url *before = local.cluster.url;
    local.cluster.url = &other;
    assert_false(local_truth_is_known(&local.cluster));
    local.cluster.url = before;
    dk_url_release(&other);
    local_project_close(&local);
}

static void test_no_secret_is_written(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    assert_true(local_address(&local.cluster, false, NULL));
    local_truth_remember(&local.cluster);
    DK_AUTO_BUF dk_buf stamp = DK_BUF_INIT;
    DK_AUTOFREE char *path = dk_path_join(local.cluster.state_dir, "local.true");
    assert_true(dk_file_read(path, 1000, &stamp, NULL));
    assert_int_equal(stamp.length, 64);
    assert_null(strstr(dk_buf_text(&stamp), "secret"));
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_the_url_that_was_made_true),
        cmocka_unit_test(test_another_password),
        cmocka_unit_test(test_no_secret_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
