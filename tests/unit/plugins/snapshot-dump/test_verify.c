/* verify.c: a wrong byte is a finding, wherever it is. */
#include "dump_lab.h"

static size_t findings(const char *name) {
    DK_AUTO_STRV dk_strv found = DK_STRV_INIT;
    lab_must(dump_verify(lab.context, name, lab_progress, &found, &lab.error));
    return found.count;
}

static void intact_or_damaged(void **state) {
    (void)state;
    struct stat status;
    lab_do(lab.live, "CREATE TABLE t AS SELECT md5(i::text) FROM generate_series(1, 2000) i");
    DK_AUTOFREE char *path = dump_saved("one");
    assert_int_equal(findings("one"), 0);
    assert_int_equal(stat(path, &status), 0);
    for (int64_t offset = 0; offset < status.st_size; offset += status.st_size / 50) {
        dump_damage(path, offset);
        assert_int_equal(findings("one"), 1);
        dump_damage(path, offset);
    }
    assert_int_equal(findings("one"), 0);
    assert_int_equal(truncate(path, status.st_size - 1), 0);
    assert_int_equal(findings("one"), 1);
}

/* A good seal around something else. */
static void sealed_nonsense(void **state) {
    (void)state;
    static const struct {
        const char *member, *text;
    } rows[] = {{"other", "x"}, {DUMP_MANIFEST, "{}"}, {DUMP_MANIFEST, "{\"devkit\":\"1\",\"format\":1}"}};
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTOFREE char *path = dump_path(lab.context, "one", false, &lab.error);
        tar_writer *writer = tar_writer_open(path, &dump_compression, &lab.error);
        lab_must(writer);
        lab_must(tar_writer_member(writer, rows[i].member, rows[i].text, strlen(rows[i].text), &lab.error));
        lab_must(tar_writer_finish(writer, NULL, &lab.error));
        assert_int_equal(findings("one"), 1);
        assert_int_equal(unlink(path), 0);
    }
}

static void could_not_be_found_out(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv found = DK_STRV_INIT;
    lab_must_fail(dump_verify(lab.context, "one", lab_progress, &found, &lab.error), "no-such-snapshot");
    assert_false(dump_is_finding(&lab.error));
    dk_fail(&lab.error, DK_ERROR_FAILED, "archive-damaged", "x");
    assert_true(dump_is_finding(&lab.error));
}

static const struct CMUnitTest tests[] = {DUMP_TEST(intact_or_damaged), DUMP_TEST(sealed_nonsense),
                                          DUMP_TEST(could_not_be_found_out)};

LAB_MAIN(tests)
