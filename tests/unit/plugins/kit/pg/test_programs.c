#include "../test_support.h"

#include <kit/pg/programs_internal.h>
#include <stdio.h>
#include <sys/stat.h>

static char *folder;
static char *old_path;

static int setup(void **state) {
    (void)state;
    folder = make_scratch();
    old_path = dk_strdup(getenv("PATH"));
    return 0;
}

static int teardown(void **state) {
    (void)state;
    setenv("PATH", old_path, 1);
    dk_remove_tree(folder, NULL);
    free(folder);
    free(old_path);
    return 0;
}

/* A program that says it is of this version. */
static void fake(const char *sub_folder, const char *name, const char *version) {
    DK_AUTOFREE char *parent = dk_path_join(folder, sub_folder);
    DK_AUTOFREE char *path = dk_path_join(parent, name);
    DK_AUTOFREE char *script = dk_format("#!/bin/sh\necho '%s (PostgreSQL) %s'\n", name, version);
    assert_true(dk_mkdirs(parent, 0755, NULL));
    assert_true(dk_file_write(path, script, strlen(script), 0755, NULL));
    assert_int_equal(chmod(path, 0755), 0);
}

static void test_versions(void **state) {
    (void)state;
    assert_int_equal(pg_parse_program_version("psql (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)\n"), 15);
    assert_int_equal(pg_parse_program_version("postgres (PostgreSQL) 18beta1"), 18);
    assert_int_equal(pg_parse_program_version("dbmate 2.1"), 0);
    assert_int_equal(pg_parse_program_version(""), 0);
}

static void test_given_folder_only(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *bin = dk_path_join(folder, "a b");
    fake("a b", "initdb", "17.2");
    assert_null(pg_find_server_programs(0, bin, NULL, &error)); /* no postgres there */
    assert_string_equal(error.code, "program-missing");
    assert_contains(error.message, bin);
    assert_contains(error.hint, "bin_dir");
    fake("a b", "postgres", "17.2");
    int major = 0;
    DK_AUTOFREE char *found = pg_find_server_programs(0, bin, &major, NULL);
    assert_string_equal(found, bin);
    assert_int_equal(major, 17);
    assert_null(pg_find_server_programs(16, bin, NULL, NULL));
    assert_null(pg_find_program("psql", 0, bin, NULL));
}

static void test_at_least_a_version(void **state) {
    (void)state;
    DK_AUTOFREE char *bin = dk_path_join(folder, "bin");
    fake("bin", "pg_dump", "16.1");
    DK_AUTOFREE char *same = pg_find_program("pg_dump", 16, bin, NULL);
    DK_AUTOFREE char *older = pg_find_program("pg_dump", 15, bin, NULL);
    assert_non_null(same);
    assert_non_null(older);
    assert_null(pg_find_program("pg_dump", 17, bin, NULL));
}

/* The server's own version before a newer one, a newer one before none. */
static void test_that_fits(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *bin = dk_path_join(folder, "bin");
    DK_AUTOFREE char *path = dk_format("%s:%s", bin, old_path);
    fake("bin", "pg_dump", "99.1");
    DK_AUTOFREE char *given = pg_find_program_fitting("pg_dump", 99, bin, NULL);
    DK_AUTOFREE char *newer = pg_find_program_fitting("pg_dump", 98, bin, NULL);
    assert_true(dk_starts_with(given, bin));
    assert_true(dk_starts_with(newer, bin));
    assert_null(pg_find_program_fitting("pg_dump", 100, bin, &error));
    assert_string_equal(error.code, "program-missing");
    setenv("PATH", path, 1);
    int major = 0;
    DK_AUTOFREE char *server = pg_find_server_programs(0, NULL, &major, NULL);
    DK_AUTOFREE char *in_path = pg_find_program_fitting("pg_dump", 99, NULL, NULL);
    assert_true(dk_starts_with(in_path, bin));
    DK_AUTOFREE char *own = pg_find_program_fitting("pg_dump", major, NULL, NULL);
    assert_true(!own || !server || !dk_starts_with(own, bin)); /* where this system's has its own */
    DK_AUTOFREE char *any = pg_find_program_fitting("pg_dump", 0, NULL, NULL);
    assert_true(dk_starts_with(any, bin));
}

static void test_in_path(void **state) {
    (void)state;
    DK_AUTOFREE char *path = dk_format("%s/bin:%s", folder, old_path);
    fake("bin", "psql", "99.1");
    fake("bin", "initdb", "99.1");
    fake("bin", "postgres", "99.1");
    setenv("PATH", path, 1);
    DK_AUTOFREE char *psql = pg_find_program("psql", 90, NULL, NULL);
    assert_non_null(psql);
    assert_true(dk_starts_with(psql, folder));
    int major = 0;
    DK_AUTOFREE char *server = pg_find_server_programs(99, NULL, &major, NULL);
    assert_non_null(server);
    assert_int_equal(major, 99);
}

/* Debian's /usr/bin/psql is a link to a script that picks a version itself. */
static void test_wrapper_is_passed_over(void **state) {
    (void)state;
    DK_AUTOFREE char *bin = dk_path_join(folder, "bin");
    DK_AUTOFREE char *link = dk_path_join(bin, "psql");
    fake("bin", "pg_wrapper", "15.1");
    assert_int_equal(symlink("pg_wrapper", link), 0);
    setenv("PATH", bin, 1);
    DK_AUTOFREE char *psql = pg_find_program("psql", 0, NULL, NULL);
    if (psql)
        assert_string_not_equal(psql, link);
}

static void test_of_this_system(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    int major = 0;
    DK_AUTOFREE char *server = pg_find_server_programs(0, NULL, &major, &error);
    if (!server)
        fail_msg("%s", error.message);
    assert_in_range(major, 9, 99);
    DK_AUTOFREE char *again = pg_find_server_programs(major, NULL, NULL, NULL);
    assert_non_null(again);
    assert_null(pg_find_server_programs(98, NULL, NULL, &error));
    assert_contains(error.message, "98");
    assert_non_null(error.hint);
    assert_null(pg_find_program("pg_no_such_program", 0, NULL, &error));
    assert_contains(error.message, "pg_no_such_program");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions),
        cmocka_unit_test_setup_teardown(test_given_folder_only, setup, teardown),
        cmocka_unit_test_setup_teardown(test_at_least_a_version, setup, teardown),
        cmocka_unit_test_setup_teardown(test_that_fits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_in_path, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrapper_is_passed_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_of_this_system, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
