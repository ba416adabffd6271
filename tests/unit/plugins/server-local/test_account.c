/* plugins/server-local/account.c */
#include "../../skip.h"
#include "local_project.h"

#include <pwd.h>

static void test_a_server_never_runs_as_root(void **state) {
    (void)state;
    local_account account;
    assert_true(local_account_find("/nonexistent/data", &account, NULL));
    assert_int_not_equal(account.uid, 0);
    assert_int_equal(account.switched, geteuid() == 0);
    if (!account.switched)
        assert_int_equal(account.uid, geteuid());
}

static void test_an_existing_cluster_keeps_its_owner(void **state) {
    (void)state;
    if (geteuid() != 0)
        skip_because("needs root");
    layer_project project;
    project_open(&project);
    const struct passwd *nobody = getpwnam("nobody");
    assert_non_null(nobody);
    assert_int_equal(chown(project.root, nobody->pw_uid, nobody->pw_gid), 0);
    local_account account;
    assert_true(local_account_find(project.root, &account, NULL));
    assert_int_equal(account.uid, nobody->pw_uid);
    assert_string_equal(account.name, "nobody");
    project_close(&project);
}

static void test_reaching_a_folder(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    local_account stranger = {.uid = 4711, .gid = 4711, .switched = true};
    local_account ourselves = {.uid = geteuid(), .gid = getegid(), .switched = true};
    DK_AUTOFREE char *data = dk_format("%s/.devkit/postgres", project.root);
    assert_int_equal(chmod(project.root, 0700), 0);
    assert_false(local_account_reaches(&stranger, data, NULL));
    assert_true(local_account_reaches(&stranger, data, project.root)); /* that one we can open */
    assert_true(local_account_reaches(&ourselves, data, NULL));
    assert_int_equal(chmod(project.root, 0711), 0);
    assert_true(local_account_reaches(&stranger, data, NULL));
    stranger.switched = false; /* nobody to ask: we run it ourselves */
    assert_int_equal(chmod(project.root, 0700), 0);
    assert_true(local_account_reaches(&stranger, data, NULL));
    project_close(&project);
}

static void test_a_program_gets_a_clean_environment(void **state) {
    (void)state;
    local_account account = {.uid = 12, .gid = 34, .switched = true};
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    setenv("TZ", "UTC", 1);
    local_account_apply(&account, &process);
    assert_true(process.flags & DK_PROCESS_SWITCH_USER);
    assert_true(process.flags & DK_PROCESS_CLEAR_ENV);
    assert_int_equal(process.uid, 12);
    assert_int_equal(process.gid, 34);
    assert_string_equal(process.directory, "/");
    assert_true(dk_strv_contains(&process.environment, "LC_ALL=C"));
    assert_true(dk_strv_contains(&process.environment, "TZ=UTC"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_server_never_runs_as_root),
                                       cmocka_unit_test(test_an_existing_cluster_keeps_its_owner),
                                       cmocka_unit_test(test_reaching_a_folder),
                                       cmocka_unit_test(test_a_program_gets_a_clean_environment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
