/* list.c: what lies in the folder. */
#include "dump_lab.h"

static void all_of_them(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *none = dump_list(lab.context, &lab.error);
    assert_int_equal(json_array_size(none), 0);
    DK_AUTOFREE char *path = dump_saved("a / b");
    DK_AUTOFREE char *folder = dk_path_dirname(path);
    DK_AUTOFREE char *broken = dk_path_join(folder, "broken" DUMP_SUFFIX);
    DK_AUTOFREE char *other = dk_path_join(folder, "notes.txt");
    assert_true(dk_file_write(broken, "nothing", 7, 0600, NULL));
    assert_true(dk_file_write(other, "nothing", 7, 0600, NULL));
    DK_AUTO_JSON json_t *list = dump_list(lab.context, &lab.error);
    assert_int_equal(json_array_size(list), 2);
    for (size_t i = 0; i < 2; i++) {
        const json_t *entry = json_array_get(list, i);
        bool whole = strcmp(dk_json_string(entry, "name", ""), "a / b") == 0;
        assert_true(whole || strcmp(dk_json_string(entry, "name", ""), "broken") == 0);
        assert_int_equal(dk_json_bool(entry, "restorable", !whole), whole);
        assert_non_null(dk_json_string(entry, "created_at", NULL));
    }
}

static void removed(void **state) {
    (void)state;
    DK_AUTOFREE char *path = dump_saved("one");
    lab_must(dump_remove(lab.context, "one", &lab.error));
    assert_int_equal(dump_count_files(), 0);
    lab_must_fail(dump_remove(lab.context, "one", &lab.error), "no-such-snapshot");
}

static void swept(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    DK_AUTOFREE char *path = dump_saved("one");
    DK_AUTOFREE char *folder = dk_path_dirname(path);
    DK_AUTOFREE char *left = dk_path_join(folder, ".partial-123456");
    assert_true(dk_file_write(left, "half", 4, 0600, NULL));
    lab_must(dump_sweep(lab.context, &removed, &lab.error));
    assert_int_equal(removed.count, 1);
    assert_int_equal(dump_count_files(), 1);
}

static void manifests(void **state) {
    (void)state;
    DK_AUTOFREE char *path = dump_saved("one");
    DK_AUTO_JSON json_t *manifest = dump_read_manifest(path, &lab.error);
    lab_must(manifest);
    assert_string_equal(dk_json_string(manifest, "name", ""), "one");
    assert_null(dump_read_manifest("/nowhere", &lab.error));
    assert_string_equal(lab.error.code, "file-missing");
}

static const struct CMUnitTest tests[] = {DUMP_TEST(all_of_them), DUMP_TEST(removed), DUMP_TEST(swept),
                                          DUMP_TEST(manifests)};

LAB_MAIN(tests)
