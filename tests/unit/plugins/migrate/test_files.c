/* plugins/migrate/files.c */
#include "../layer_project.h"

#include "migrate/migrate.h"

static void assert_names(const migrate_files *files, const char *expected) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    for (size_t i = 0; i < files->count; i++)
        dk_strv_add(&names, files->items[i].name);
    assert_list(&names, expected);
}

static void test_natural_order_and_pairs(void **state) {
    (void)state;
    layer_project project;
    MIGRATE_AUTO_FILES migrate_files files = MIGRATE_FILES_INIT;
    project_open(&project);
    const char *names[] = {"10_ten.sql",  "2_two.up.sql",    "2_two.down.sql",
                           "001_one.sql", "9_only.down.sql", "migration_003_word.sql",
                           "notes.txt",   "2_two_b.sql",     "20260101120000_late.sql"};
    for (size_t i = 0; i < DK_COUNT(names); i++)
        project_write(&project, names[i], "select 1;");
    assert_true(migrate_files_list(project.root, &files, NULL));
    assert_names(&files, "001_one 2_two 2_two_b 10_ten 20260101120000_late migration_003_word");
    const migrate_file *two = migrate_files_find(&files, "2_two");
    assert_string_equal(two->up, "2_two.up.sql");
    assert_string_equal(two->down, "2_two.down.sql");
    assert_string_equal(two->number, "2");
    assert_string_equal(migrate_files_find(&files, "migration_003_word")->number, "003");
    assert_null(migrate_files_find(&files, "001_one")->down);
    assert_null(migrate_files_find(&files, "9_only"));
    project_close(&project);
}

static void test_twice(void **state) {
    (void)state;
    layer_project project;
    migrate_files files;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    project_write(&project, "1_a.sql", "");
    project_write(&project, "1_a.up.sql", "");
    assert_false(migrate_files_list(project.root, &files, &error));
    assert_string_equal(error.code, "migration-twice");
    assert_int_equal(files.count, 0);
    project_close(&project);
}

static void test_missing_folder_is_empty(void **state) {
    (void)state;
    migrate_files files;
    assert_true(migrate_files_list("/nowhere/at/all", &files, NULL));
    assert_int_equal(files.count, 0);
    migrate_files_release(&files);
}

static migrate_part part_of(const char *text, bool down) {
    static dk_buf content;
    migrate_part part;
    dk_buf_release(&content);
    dk_buf_add(&content, text);
    assert_true(down ? migrate_part_down(&content, &part, NULL) : migrate_part_up(&content, &part, NULL));
    return part;
}

static void test_parts(void **state) {
    (void)state;
    migrate_part part = part_of("create table a ();", false);
    assert_true(part.exists && part.transaction);
    assert_int_equal(part.first_line, 1);
    assert_int_equal(part.length, strlen("create table a ();"));
    assert_false(part_of("create table a ();", true).exists);

    part = part_of("-- migrate:up transaction:false\nup;\n-- migrate:down\ndown;\n", false);
    assert_int_equal(strncmp(part.text, "up;", 3), 0);
    assert_int_equal(part.first_line, 2);
    assert_false(part.transaction);
    part = part_of("-- migrate:up\nup;\n-- migrate:down\ndown;\n", true);
    assert_true(part.exists && part.transaction);
    assert_int_equal(part.first_line, 4);
    assert_int_equal(strncmp(part.text, "down;", 5), 0);
    assert_false(part_of("-- migrate:up\nup;\n", true).exists);

    assert_false(
        part_of("-- devkit: no-transaction\ncreate index concurrently i on t (a);", false).transaction);
    assert_false(part_of("\xef\xbb\xbf-- devkit: no-transaction\nvacuum;", false).transaction);
    assert_true(part_of("select 1; -- devkit: no-transaction", false).transaction);
    part_of("", false);
}

static void test_checksum(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    project_write(&project, "1_a.sql", "abc");
    migrate_tool tool = {.folder = project.root};
    migrate_file file = {.up = (char *)"1_a.sql"};
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    char checksum[HASH_HEX];
    assert_true(migrate_file_read(&tool, &file, &content, checksum, NULL));
    assert_string_equal(checksum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_natural_order_and_pairs),
                                       cmocka_unit_test(test_twice),
                                       cmocka_unit_test(test_missing_folder_is_empty),
                                       cmocka_unit_test(test_parts), cmocka_unit_test(test_checksum)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
