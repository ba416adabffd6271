/* undo.c: the previous database back, and forth again. */
#include "lab.h"

static char name[ENGINE_NAME_MAX];

static void undo(void) {
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab_close();
    lab_must(engine_undo(lab.context, 0, &report, &lab.error));
    assert_string_equal(report.source, "undo");
    snprintf(name, sizeof name, "%s", report.undo ? report.undo : "");
    dk_engine_report_release(&report);
}

static const char comment_query[] =
    "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()";

static void comment(const char *text) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    engine_comment_sql(&sql, lab.live, text);
    run_sql(lab.admin, dk_buf_text(&sql));
}

static void there_and_back(void **state) {
    (void)state;
    lab_do(lab.live, "CREATE TABLE mine ()");
    comment("first");
    lab_reset(DK_ENGINE_NO_SPARE);
    comment("second");
    undo();
    lab_expect(lab.live, "SELECT to_regclass('mine')", "mine");
    lab_expect(lab.live, comment_query, "first");
    lab_expect(name, "SELECT count(*) FROM item", "5");
    undo();
    lab_expect(lab.live, "SELECT count(*) FROM item", "5");
    lab_expect(lab.live, comment_query, "second");
    lab_expect(name, "SELECT to_regclass('mine')", "mine");
    assert_int_equal(lab_count("undo"), 1);
}

/* Whose own settings are whose survives both ways: the three-way merge needs it. */
static void own_settings_change_sides(void **state) {
    (void)state;
    lab_reset(DK_ENGINE_NO_SPARE);
    assert_non_null(engine_settings_live_own(lab_open()));
    undo();
    assert_false(json_is_object(engine_settings_live_own(lab_open())));
    undo();
    assert_true(json_is_object(engine_settings_live_own(lab_open())));
}

static void when_live_is_gone(void **state) {
    (void)state;
    lab_do(lab.live, "CREATE TABLE mine ()");
    lab_reset(DK_ENGINE_NO_SPARE);
    DK_AUTOFREE char *drop = dk_format("DROP DATABASE \"%s\"", lab.live);
    run_sql(lab.admin, drop);
    undo();
    assert_string_equal(name, "");
    lab_expect(lab.live, "SELECT to_regclass('mine')", "mine");
}

static void nothing_kept(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    bool answer = true;
    lab_must(engine_has_undo(lab.context, &answer, &lab.error));
    assert_false(answer);
    lab_must_fail(engine_undo(lab.context, 0, &report, &lab.error), "no-undo");
    lab_reset(DK_ENGINE_NO_SPARE);
    lab_must(engine_has_undo(lab.context, &answer, &lab.error));
    assert_true(answer);
    dk_engine_report_release(&report);
}

static void a_protected_database_is_refused(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab_reset(DK_ENGINE_NO_SPARE);
    lab_must(engine_protect(lab.context, true, &lab.error));
    lab_must_fail(engine_undo(lab.context, 0, &report, &lab.error), "protected");
    dk_engine_report_release(&report);
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(there_and_back), LAB_TEST(own_settings_change_sides),       LAB_TEST(when_live_is_gone),
    LAB_TEST(nothing_kept),   LAB_TEST(a_protected_database_is_refused),
};
LAB_MAIN(tests)
