/* cli/base/glob.c */
#include "../skip.h"
#include "scratch.h"

static int make_project(void **state) {
    if (scratch_make(state) != 0)
        return -1;
    static const char *const files[] = {
        "migrations/1_a.sql",     "migrations/2_b.sql",   "migrations/10_c.sql", "migrations/.hidden.sql",
        "migrations/sub/3_d.sql", "migrations/env.py",    "seeds/users.csv",     "seeds/b.sql",
        "node_modules/x/a.sql",   ".git/a.sql",           ".devkit/a.sql",       "__pycache__/a.sql",
        "myenv/pyvenv.cfg",       "myenv/lib/a.sql",      "alembic.ini",         "app/models/user.py",
        "app/models/__init__.py", "app/__pycache__/x.py", "outside/o.sql",
    };
    for (size_t i = 0; i < DK_COUNT(files); i++)
        scratch_write(files[i], "");
    assert_int_equal(symlink("../outside", scratch("seeds/linked")), 0);
    assert_int_equal(symlink("../outside/o.sql", scratch("seeds/a_link.sql")), 0);
    assert_int_equal(symlink("nowhere", scratch("seeds/dangling.sql")), 0);
    assert_int_equal(symlink("..", scratch("app/loop")), 0);
    return 0;
}

/* The patterns and the result, each joined by blanks. */
static void expect(const char *patterns, const char *expected) {
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    dk_strv_split(&list, patterns, ' ');
    assert_true(dk_glob(scratch_folder, &list, &paths, NULL));
    DK_AUTOFREE char *joined = dk_strv_join(&paths, " ");
    assert_string_equal(joined, expected);
}

static void test_stars(void **state) {
    (void)state;
    expect("migrations/*.sql", "migrations/1_a.sql migrations/2_b.sql migrations/10_c.sql");
    expect("./migrations//*_[ab].sql", "migrations/1_a.sql migrations/2_b.sql");
    expect("migrations/?_a.sql", "migrations/1_a.sql");
    expect("*/b.sql", "seeds/b.sql");
    expect("none/*.sql", "");
    expect("alembic.ini/*", "");
}

static void test_any_depth(void **state) {
    (void)state;
    expect("migrations/**/*.sql",
           "migrations/1_a.sql migrations/2_b.sql migrations/10_c.sql migrations/sub/3_d.sql");
    expect("**/*.py", "app/models/__init__.py app/models/user.py migrations/env.py");
    expect("**/models/**", "app/models/__init__.py app/models/user.py");
    expect("**/**/env.py", "migrations/env.py");
}

static void test_plain_names(void **state) {
    (void)state;
    expect("alembic.ini", "alembic.ini");
    expect("app/models", "app/models/__init__.py app/models/user.py");
    expect("app/models/", "app/models/__init__.py app/models/user.py");
    expect("migrations", "migrations/.hidden.sql migrations/1_a.sql migrations/2_b.sql migrations/10_c.sql "
                         "migrations/env.py migrations/sub/3_d.sql");
    expect("missing", "");
}

static void test_links(void **state) {
    (void)state;
    expect("seeds/*.sql", "seeds/a_link.sql seeds/b.sql");
    expect("seeds", "seeds/a_link.sql seeds/b.sql seeds/users.csv");
    expect("app", "app/models/__init__.py app/models/user.py"); /* and the loop is not entered */
}

static void test_order_and_doubles(void **state) {
    (void)state;
    expect("seeds/users.csv seeds/*.sql seeds/*", "seeds/users.csv seeds/a_link.sql seeds/b.sql");
    expect("alembic.ini alembic.ini ./alembic.ini", "alembic.ini");
}

static void test_appends_without_doubles(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    dk_strv_add(&paths, "seeds/b.sql");
    dk_strv_add(&list, "seeds/*");
    assert_true(dk_glob(scratch_folder, &list, &paths, NULL));
    DK_AUTOFREE char *joined = dk_strv_join(&paths, " ");
    assert_string_equal(joined, "seeds/b.sql seeds/a_link.sql seeds/users.csv");
}

static void test_outside_and_absolute(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    dk_strv_add(&list, "../outside/*.sql");
    dk_strv_add(&list, scratch("seeds/b*"));
    assert_true(dk_glob(scratch("app"), &list, &paths, NULL));
    assert_int_equal(paths.count, 2);
    assert_string_equal(paths.items[0], "../outside/o.sql");
    assert_string_equal(paths.items[1], scratch("seeds/b.sql"));
}

static void test_unreadable_folder(void **state) {
    (void)state;
    if (geteuid() == 0)
        skip_because("needs an ordinary user");
    scratch_write("secret/x", "");
    assert_int_equal(chmod(scratch("secret"), 0), 0);
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_strv_add(&list, "secret/*");
    assert_false(dk_glob(scratch_folder, &list, &paths, &error));
    assert_string_equal(error.code, "folder-unreadable");
    assert_int_equal(chmod(scratch("secret"), 0700), 0);
}

static void test_many_files(void **state) {
    (void)state;
    for (int i = 0; i < 2000; i++) {
        DK_AUTOFREE char *name = dk_format("many/%d/f%d", i % 20, i);
        scratch_write(name, "");
    }
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    dk_strv_add(&list, "many");
    dk_strv_add(&list, "many/**/f*");
    assert_true(dk_glob(scratch_folder, &list, &paths, NULL));
    assert_int_equal(paths.count, 2000);
    for (size_t i = 1; i < paths.count; i++)
        assert_true(dk_natural_compare(paths.items[i - 1], paths.items[i]) < 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stars),
        cmocka_unit_test(test_any_depth),
        cmocka_unit_test(test_plain_names),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_order_and_doubles),
        cmocka_unit_test(test_appends_without_doubles),
        cmocka_unit_test(test_outside_and_absolute),
        cmocka_unit_test(test_unreadable_folder),
        cmocka_unit_test(test_many_files),
    };
    return cmocka_run_group_tests(tests, make_project, scratch_remove);
}
