/* plugins/server-local/cluster.c */
#include "../../skip.h"
#include "local_project.h"

static void test_hash_is_stable(void **state) {
    (void)state;
    char hash[17];
    local_hash("", hash);
    assert_string_equal(hash, "cbf29ce484222325"); /* FNV-1a's offset basis */
    local_hash("a", hash);
    assert_string_equal(hash, "af63dc4c8601ec8c");
}

static void test_paths(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    DK_AUTOFREE char *data = dk_format("%s/.devkit/postgres", local.project.root);
    DK_AUTOFREE char *log = dk_format("%s.log", data);
    assert_string_equal(local.cluster.data_dir, data);
    assert_string_equal(local.cluster.log_file, log);
    assert_true(strlen(local.cluster.socket_dir) + strlen("/.s.PGSQL.65535.lock") <= LOCAL_SOCKET_PATH_LIMIT);
    assert_false(local_cluster_exists(&local.cluster));
    assert_int_equal(local_cluster_major(&local.cluster), 0);
    local_project_data(&local, "PG_VERSION", "16\n");
    assert_true(local_cluster_exists(&local.cluster));
    assert_int_equal(local_cluster_major(&local.cluster), 16);
    local_project_close(&local);
}

static void test_only_our_own_clusters_are_touched(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    local_project_open(&local, "[server.local]\ndata_dir = \"db\"\n", LOCAL_URL);
    local_project_data(&local, "PG_VERSION", "16\n");
    assert_false(local_cluster_check_owned(&local.cluster, &error));
    assert_true(dk_error_is(&error, "foreign-data"));
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    local_project_data(&local, LOCAL_SETTINGS, "");
    assert_true(local_cluster_check_owned(&local.cluster, NULL));
    local_project_close(&local);
}

static void test_a_long_runtime_folder_is_passed_over(void **state) {
    (void)state;
    if (geteuid() == 0)
        skip_because("needs an ordinary user"); /* root never uses it */
    layer_project project;
    project_open(&project);
    char name[101];
    memset(name, 'x', 100);
    name[100] = 0;
    DK_AUTOFREE char *runtime = dk_path_join(project.root, name);
    assert_int_equal(mkdir(runtime, 0700), 0);
    setenv("XDG_RUNTIME_DIR", runtime, 1);
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    assert_true(dk_starts_with(local.cluster.socket_dir, "/tmp/devkit-"));
    local_project_close(&local);
    unsetenv("XDG_RUNTIME_DIR");
    project_close(&project);
}

static void test_socket_folder_is_private_and_ours(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    local_project_open(&local, "", LOCAL_URL);
    struct stat status;
    assert_true(local_socket_dir_prepare(&local.cluster, &error));
    assert_int_equal(lstat(local.cluster.socket_dir, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    assert_int_equal(status.st_uid, local.cluster.account.uid);
    assert_true(local_socket_dir_prepare(&local.cluster, &error)); /* again */
    assert_int_equal(rmdir(local.cluster.socket_dir), 0);
    assert_int_equal(symlink("/tmp", local.cluster.socket_dir), 0);
    assert_false(local_socket_dir_prepare(&local.cluster, &error));
    assert_true(dk_error_is(&error, "foreign-folder"));
    assert_int_equal(unlink(local.cluster.socket_dir), 0);
    local_project_close(&local);
}

static void test_lock(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_lock first = DK_LOCK_INIT;
    dk_lock second = DK_LOCK_INIT;
    assert_true(local_lock(&local.cluster, &first, 1000, NULL));
    assert_false(local_lock(&local.cluster, &second, 20, &error));
    assert_true(dk_error_is(&error, "locked"));
    assert_false(local_lock(&local.cluster, &second, -20, &error)); /* a deadline that has passed */
    assert_true(dk_error_is(&error, "locked"));
    dk_lock_release(&first);
    assert_true(local_lock(&local.cluster, &second, 20, NULL));
    dk_lock_release(&second);
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hash_is_stable),
                                       cmocka_unit_test(test_paths),
                                       cmocka_unit_test(test_only_our_own_clusters_are_touched),
                                       cmocka_unit_test(test_a_long_runtime_folder_is_passed_over),
                                       cmocka_unit_test(test_socket_folder_is_private_and_ours),
                                       cmocka_unit_test(test_lock)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
