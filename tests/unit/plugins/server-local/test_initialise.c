/* plugins/server-local/initialise.c, with a script in initdb's place */
#include "local_project.h"

#include <dirent.h>
#include <fcntl.h>

/* Makes what initdb would make, as far as we look at it, and counts its runs. */
static const char script[] = "#!/bin/sh\n"
                             "for last; do :; done\n"
                             "mkdir -p \"$last/base\" && echo 15 >\"$last/PG_VERSION\"\n"
                             "echo '# initdb' >\"$last/postgresql.conf\"\n"
                             "echo run >>\"$(dirname \"$0\")/runs\"\n";

static int runs(const local_project *local) {
    DK_AUTOFREE char *path = dk_path_join(local->project.root, "bin/runs");
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!dk_file_read(path, 0, &text, NULL))
        return 0;
    return (int)(text.length / strlen("run\n"));
}

static char *prepare(local_project *local, const char *initdb) {
    local_project_open(local, "", LOCAL_URL);
    DK_AUTOFREE char *cache = dk_path_join(local->project.root, "cache");
    setenv("XDG_CACHE_HOME", cache, 1);
    char *bin = local_project_program(local, "initdb", initdb);
    free(local_project_program(local, "postgres", "#!/bin/sh\n"));
    assert_int_equal(chmod(bin, 0777), 0); /* the account counts its runs there */
    return bin;
}

static void assert_no_leftovers(const local_project *local) {
    DIR *directory = opendir(local->cluster.state_dir);
    assert_non_null(directory);
    for (const struct dirent *entry; (entry = readdir(directory));)
        assert_null(strstr(entry->d_name, ".building-"));
    closedir(directory);
}

static void test_the_result_is_kept_and_copied(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *bin = prepare(&local, script);
    if (!local_initialise(&local.cluster, bin, 15, &error))
        fail_msg("%s: %s", error.message, error.detail);
    assert_int_equal(local_cluster_major(&local.cluster), 15);
    assert_true(local_cluster_check_owned(&local.cluster, NULL));
    assert_int_equal(runs(&local), 1);
    struct stat status;
    assert_int_equal(stat(local.cluster.data_dir, &status), 0);
    assert_int_equal(status.st_uid, local.cluster.account.uid);
    assert_int_equal(status.st_mode & 07777, 0700);
    assert_true(dk_remove_tree(local.cluster.data_dir, NULL));
    assert_true(local_initialise(&local.cluster, bin, 15, NULL));
    assert_int_equal(runs(&local), 1); /* from the cache */
    DK_AUTOFREE char *path = dk_path_join(local.cluster.data_dir, "postgresql.conf");
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_true(dk_file_read(path, 0, &text, NULL));
    assert_non_null(strstr(dk_buf_text(&text), "# initdb"));
    assert_non_null(strstr(dk_buf_text(&text), "include_if_exists = 'devkit.conf'"));
    assert_no_leftovers(&local);
    local_project_close(&local);
}

static void test_another_build_is_another_key(void **state) {
    (void)state;
    local_project local;
    DK_AUTOFREE char *bin = prepare(&local, script);
    assert_true(local_initialise(&local.cluster, bin, 15, NULL));
    assert_true(dk_remove_tree(local.cluster.data_dir, NULL));
    free(local_project_program(&local, "postgres", "#!/bin/sh\n# a newer build\n"));
    assert_true(local_initialise(&local.cluster, bin, 15, NULL));
    assert_int_equal(runs(&local), 2);
    local_project_close(&local);
}

static void test_a_failing_initdb_says_why_and_leaves_nothing(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *bin = prepare(&local, "#!/bin/sh\necho 'initdb: error: invalid locale name \"x\"' >&2\n"
                                            "exit 1\n");
    assert_false(local_initialise(&local.cluster, bin, 15, &error));
    assert_true(dk_error_is(&error, "locale-missing"));
    assert_non_null(strstr(error.detail, "invalid locale name"));
    assert_false(dk_file_exists(local.cluster.data_dir));
    assert_no_leftovers(&local);
    local_project_close(&local);
}

static void test_other_files_stay(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *bin = prepare(&local, script);
    local_project_data(&local, "precious", "mine");
    assert_false(local_initialise(&local.cluster, bin, 15, &error));
    assert_true(dk_error_is(&error, "foreign-data"));
    assert_int_equal(runs(&local), 0);
    local_project_close(&local);
}

static void test_leftovers_are_swept(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    DK_AUTOFREE char *left = dk_format("%s.building-0a1b2c3d/base", local.cluster.data_dir);
    DK_AUTOFREE char *other = dk_path_join(local.cluster.state_dir, "other.building-1");
    assert_true(dk_mkdirs(left, 0700, NULL));
    assert_true(dk_mkdirs(other, 0700, NULL));
    local_project_data(&local, ".devkit.conf.Ab12Cd", "");
    DK_AUTOFREE char *half = dk_path_join(local.cluster.data_dir, ".devkit.conf.Ab12Cd");
    struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, half, times, 0), 0);
    local_sweep(&local.cluster);
    assert_false(dk_file_exists(half));
    assert_false(dk_file_exists(left));
    assert_true(dk_file_exists(other));
    assert_int_equal(rmdir(other), 0);
    assert_no_leftovers(&local);
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_result_is_kept_and_copied),
                                       cmocka_unit_test(test_another_build_is_another_key),

                                       cmocka_unit_test(test_a_failing_initdb_says_why_and_leaves_nothing),
                                       cmocka_unit_test(test_other_files_stay),
                                       cmocka_unit_test(test_leftovers_are_swept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
