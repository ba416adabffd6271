/* unpack.c: checked before it is used, and gone when it was. */
#include "dump_lab.h"

static void onto_the_disk(void **state) {
    (void)state;
    lab_do(lab.live, "CREATE TABLE t AS SELECT generate_series(1, 200000) i");
    DK_AUTOFREE char *path = dump_saved("one");
    DUMP_AUTO_CONTENT dump_content content = DUMP_CONTENT_INIT;
    DK_AUTO_BUF dk_buf dumped = DK_BUF_INIT;
    lab_must(dump_unpack(path, lab_progress, &content, &lab.error));
    lab_must(dk_file_read(content.path, 0, &dumped, &lab.error));
    assert_memory_equal(dumped.data, "PGDMP", 5);
    assert_true(dumped.length > 1000000);
    assert_int_equal(dk_json_int(content.rows, "public.t", 0), 200000);
    assert_string_equal(dump_manifest_kind(content.manifest), DUMP_CUSTOM);
    DK_AUTOFREE char *temporary = dk_strdup(content.path);
    dump_content_release(&content);
    assert_false(dk_file_exists(temporary));
    assert_int_equal(dump_count_files(), 1);
}

static void a_damaged_one(void **state) {
    (void)state;
    DK_AUTOFREE char *path = dump_saved("one");
    DUMP_AUTO_CONTENT dump_content content = DUMP_CONTENT_INIT;
    dump_damage(path, 300);
    lab_must_fail(dump_unpack(path, lab_progress, &content, &lab.error), "archive-damaged");
    assert_null(content.path); /* nothing was unpacked */
}

/* Sealed and summed properly, with a manifest of that kind and members that may not be there. */
static void write_members(const char *path, const char *kind, const char *const *members) {
    tar_writer *writer = tar_writer_open(path, &dump_compression, &lab.error);
    DK_AUTOFREE char *manifest =
        dk_format("{\"devkit\":\"1\",\"format\":1,\"content\":{\"kind\":\"%s\"}}", kind);
    lab_must(writer);
    lab_must(tar_writer_member(writer, DUMP_MANIFEST, manifest, strlen(manifest), &lab.error));
    for (; *members; members++)
        lab_must(tar_writer_member(writer, *members, "x", 1, &lab.error));
    lab_must(tar_writer_finish(writer, NULL, &lab.error));
}

static void members_out_of_place(void **state) {
    (void)state;
    static const struct {
        const char *kind;
        const char *members[4];
        const char *code; /* NULL: all is well */
    } rows[] = {
        {DUMP_CUSTOM, {"database/000000", "database/000001"}, NULL},
        {DUMP_CUSTOM, {"database/000001"}, "archive-damaged"},
        {DUMP_CUSTOM, {"database/000000", "database/000002"}, "archive-damaged"},
        {DUMP_CUSTOM, {"elsewhere"}, "archive-damaged"},
        {DUMP_DIRECTORY, {"database/toc.dat", "database/12.dat"}, NULL},
        {DUMP_DIRECTORY, {"database/a/b"}, "archive-damaged"},
        {DUMP_DIRECTORY, {"database/toc.dat", "database/toc.dat"}, "write-failed"},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DUMP_AUTO_CONTENT dump_content content = DUMP_CONTENT_INIT;
        DK_AUTOFREE char *path = dump_path(lab.context, "one", false, &lab.error);
        write_members(path, rows[i].kind, rows[i].members);
        bool unpacked = dump_unpack(path, lab_progress, &content, &lab.error);
        assert_int_equal(unpacked, !rows[i].code);
        if (rows[i].code)
            assert_string_equal(lab.error.code, rows[i].code);
        dump_content_release(&content);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(dump_count_files(), 0);
    }
}

static const struct CMUnitTest tests[] = {DUMP_TEST(onto_the_disk), DUMP_TEST(a_damaged_one),
                                          DUMP_TEST(members_out_of_place)};

LAB_MAIN(tests)
