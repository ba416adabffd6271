/* plugins/server-local/postmaster.c */
#include "local_project.h"

static const char whole[] =
    "4711\n/data\n1700000000\n5433\n/run/x\n127.0.0.1\n  5432001    163840\nready   \n";

static void test_parse(void **state) {
    (void)state;
    local_postmaster postmaster = {0};
    assert_true(local_postmaster_parse(whole, &postmaster));
    assert_int_equal(postmaster.pid, 4711);
    assert_int_equal(postmaster.port, 5433);
    assert_string_equal(postmaster.socket_dir, "/run/x");
    assert_string_equal(postmaster.state, "ready");
}

static void test_parse_what_a_kill_leaves(void **state) {
    (void)state;
    local_postmaster postmaster = {0};
    assert_false(local_postmaster_parse("", &postmaster));
    assert_false(local_postmaster_parse("what\n", &postmaster));
    assert_true(local_postmaster_parse("-12\n/data\n", &postmaster)); /* a single-user session */
    assert_int_equal(postmaster.pid, 12);
    assert_string_equal(postmaster.state, "");
}

static void test_read(void **state) {
    (void)state;
    local_project local;
    local_postmaster postmaster;
    local_project_open(&local, "", LOCAL_URL);
    local_postmaster_read(local.cluster.data_dir, &postmaster);
    assert_false(postmaster.file);
    DK_AUTOFREE char *ours = dk_format("%ld\n%s\n1\n5433\n", (long)getpid(), local.cluster.data_dir);
    local_project_data(&local, "postmaster.pid", ours);
    local_postmaster_read(local.cluster.data_dir, &postmaster);
    assert_true(postmaster.file);
    assert_false(postmaster.alive); /* we live, but are no server */
    local_project_close(&local);
}

static void test_disarm_keeps_the_rest(void **state) {
    (void)state;
    local_project local;
    local_postmaster postmaster;
    local_project_open(&local, "", LOCAL_URL);
    local_project_data(&local, "postmaster.pid", whole);
    local_postmaster_read(local.cluster.data_dir, &postmaster);
    assert_true(local_postmaster_disarm(&local.cluster, &postmaster, NULL));
    DK_AUTOFREE char *path = dk_path_join(local.cluster.data_dir, "postmaster.pid");
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_true(dk_file_read(path, 0, &text, NULL));
    assert_true(dk_starts_with(dk_buf_text(&text), "999999999\n"));
    assert_non_null(strstr(dk_buf_text(&text), "5432001    163840"));
    local_project_data(&local, "postmaster.pid", ""); /* as a full disk leaves it */
    local_postmaster_read(local.cluster.data_dir, &postmaster);
    assert_true(local_postmaster_disarm(&local.cluster, &postmaster, NULL));
    assert_false(dk_file_exists(path));
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse), cmocka_unit_test(test_parse_what_a_kill_leaves),
        cmocka_unit_test(test_read), cmocka_unit_test(test_disarm_keeps_the_rest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
