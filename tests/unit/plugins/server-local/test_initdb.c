/* plugins/server-local/initdb.c, with a script in initdb's place */
#include "local_project.h"

static void test_locale(void **state) {
    (void)state;
    const char *missing = NULL;
    setenv("LC_ALL", "xx_YY.UTF-8", 1);
    const char *fallback = local_choose_locale(&missing);
    assert_string_equal(missing, "xx_YY.UTF-8");
    assert_true(dk_streq(fallback, "C.UTF-8") || dk_streq(fallback, "C"));
    setenv("LC_ALL", "C", 1); /* exists, but is not UTF-8: no reason to complain */
    fallback = local_choose_locale(&missing);
    assert_null(missing);
    assert_true(dk_starts_with(fallback, "C"));
    setenv("LC_ALL", "C.UTF-8", 1);
    local_choose_locale(&missing);
    assert_null(missing);
}

static void test_what_it_is_told(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_BUF dk_buf said = DK_BUF_INIT;
    local_project_open(&local, "", LOCAL_URL);
    DK_AUTOFREE char *bin = local_project_program(
        &local, "initdb", "#!/bin/sh\nfor last; do :; done\necho \"$@\" >\"$last/said\"\n");
    DK_AUTOFREE char *folder = dk_path_join(local.project.root, "new");
    DK_AUTOFREE char *file = dk_path_join(folder, "said");
    assert_true(dk_mkdirs(folder, 0700, NULL));
    assert_int_equal(chmod(folder, 0777), 0); /* as root, another account writes there */
    if (!local_run_initdb(&local.cluster, bin, 15, "C.UTF-8", folder, &error))
        fail_msg("%s: %s", error.message, error.detail);
    assert_true(dk_file_read(file, 0, &said, NULL));
    assert_non_null(strstr(dk_buf_text(&said), "--auth-local=peer --auth-host=scram-sha-256 --encoding=UTF8 "
                                               "--locale=C.UTF-8 --username=devkit_admin --no-sync "
                                               "--no-instructions -D "));
    dk_buf_truncate(&said, 0);
    assert_true(local_run_initdb(&local.cluster, bin, 13, "C.UTF-8", folder, &error));
    assert_true(dk_file_read(file, 0, &said, NULL));
    assert_null(strstr(dk_buf_text(&said), "--no-instructions")); /* 14 brought it */
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_locale), cmocka_unit_test(test_what_it_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
