/* folder.c: any name becomes one file, and is read back from it. */
#include "../../core/fake_context.h"

#include <snapshot-dump/dump.h>

static void names_and_files(void **state) {
    (void)state;
    static const struct {
        const char *name, *file;
    } rows[] = {
        {"a", "a.devkit.tar.zst"},
        {"before refactoring", "before refactoring.devkit.tar.zst"},
        {"a/b", "a%2Fb.devkit.tar.zst"},
        {"..", "%2E..devkit.tar.zst"},
        {".partial-1", "%2Epartial-1.devkit.tar.zst"},
        {"100%", "100%25.devkit.tar.zst"},
        {"%2F", "%252F.devkit.tar.zst"},
        {"a:b\\c*?\"<>|", "a%3Ab%5Cc%2A%3F%22%3C%3E%7C.devkit.tar.zst"},
        {"ünï ☂", "ünï ☂.devkit.tar.zst"},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTOFREE char *file = dump_file_name(rows[i].name);
        DK_AUTOFREE char *name = dump_name_of(rows[i].file);
        assert_string_equal(file, rows[i].file);
        assert_string_equal(name, rows[i].name);
    }
}

static void other_files(void **state) {
    (void)state;
    static const char *const files[] = {"a.tar.zst", "a", ".partial-12.devkit.tar.zst", ".devkit.tar.zst",
                                        ""};
    for (size_t i = 0; i < DK_COUNT(files); i++)
        assert_null(dump_name_of(files[i]));
    DK_AUTOFREE char *odd = dump_name_of("50% off%zz%00%4.devkit.tar.zst");
    assert_string_equal(odd, "50% off%zz%00%4");
}

static void there_or_not(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = fake_context(NULL, 0, "[snapshot]\ndir = \"kept/here\"\n");
    DK_AUTOFREE char *folder = dump_folder(context, false, &error);
    assert_true(dk_ends_with(folder, "/kept/here"));
    assert_false(dk_is_directory(folder));
    assert_null(dump_path(context, "a", true, &error));
    assert_string_equal(error.code, "no-such-snapshot");
    DK_AUTOFREE char *path = dump_path(context, "a", false, &error);
    assert_true(dk_ends_with(path, "/kept/here/a.devkit.tar.zst"));
    struct stat status;
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700); /* other people's data */
    assert_true(dk_file_write(path, "", 0, 0600, NULL));
    assert_null(dump_path(context, "a", false, &error));
    assert_string_equal(error.code, "snapshot-exists");
    DK_AUTOFREE char *again = dump_path(context, "a", true, &error);
    assert_string_equal(again, path);
    fake_free(context);
}

int main(void) {
    static const struct CMUnitTest tests[] = {cmocka_unit_test(names_and_files),
                                              cmocka_unit_test(other_files), cmocka_unit_test(there_or_not)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
