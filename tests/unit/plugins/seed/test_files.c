/* plugins/seed/files.c */
#include "../layer_project.h"

#include "seed/seed.h"

static void test_kinds(void **state) {
    (void)state;
    assert_int_equal(seed_file_kind("a/b.sql"), SEED_SQL);
    assert_int_equal(seed_file_kind("B.SQL"), SEED_SQL);
    assert_int_equal(seed_file_kind("users.Csv"), SEED_CSV);
    assert_int_equal(seed_file_kind("users.json"), SEED_OTHER);
    assert_int_equal(seed_file_kind(".csv"), SEED_OTHER);
}

static void test_table_names(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"users.csv", "users"},
        {"seeds/01_users.csv", "users"},
        {"app.tasks.csv", "app.tasks"},
        {"2-app.tasks.csv", "app.tasks"},
        {"10.users.CSV", "users"},
        {"2fa.csv", "2fa"},
        {"User List.csv", "User List"},
        {"2024.csv", "2024"},
        {"7_.csv", "7_"},
    };
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        DK_AUTOFREE char *table = seed_table_name(cases[i][0]);
        assert_string_equal(table, cases[i][1]);
    }
}

static bool list(const layer_project *project, const char *patterns, dk_strv *paths, dk_error *error) {
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    if (*patterns)
        dk_strv_split(&words, patterns, ' ');
    dk_strv_release(paths);
    return seed_files_list(project->root, &words, paths, error);
}

static void test_order(void **state) {
    (void)state;
    layer_project project;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    const char *names[] = {"seeds/10_b.sql", "seeds/2_a.sql", "seeds/users.csv", "extra.sql"};
    for (size_t i = 0; i < DK_COUNT(names); i++)
        project_write(&project, names[i], "");
    assert_true(list(&project, "extra.sql seeds/*.csv seeds/*.sql", &paths, NULL));
    assert_list(&paths, "extra.sql seeds/users.csv seeds/2_a.sql seeds/10_b.sql");
    assert_true(list(&project, "", &paths, NULL));
    assert_int_equal(paths.count, 0);
    assert_true(list(&project, "none/*.sql", &paths, NULL));
    assert_int_equal(paths.count, 0);

    assert_false(list(&project, "seeds/*.sql missing.sql", &paths, &error));
    assert_string_equal(error.code, "seed-missing");
    assert_non_null(strstr(error.message, "missing.sql"));
    project_write(&project, "seeds/users.json", "");
    assert_false(list(&project, "seeds/*", &paths, &error));
    assert_string_equal(error.code, "seed-unsupported");
    project_close(&project);
}

static void test_unmatched_patterns(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    project_write(&project, "seeds/a.sql", "select 1;");
    DK_AUTO_STRV dk_strv patterns = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv unmatched = DK_STRV_INIT;
    dk_strv_split(&patterns, "seeds/*.sq,seeds/a*.sql,seeds/*.csv,seeds/a.sql", ',');
    assert_true(seed_patterns_unmatched(project.root, &patterns, &unmatched, NULL));
    assert_int_equal(unmatched.count, 1); /* neither the default pattern nor a plain name */
    assert_string_equal(unmatched.items[0], "seeds/*.sq");
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kinds), cmocka_unit_test(test_table_names),
                                       cmocka_unit_test(test_order),
                                       cmocka_unit_test(test_unmatched_patterns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
