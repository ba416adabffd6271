/* replace.c: another database in the live one's place, and back again. */
#include "lab.h"

static struct filler {
    const char *sql;
    bool fails;
    char database[ENGINE_NAME_MAX];
} filler;

static bool fill(void *data, const dk_layer_target *target, dk_error *error) {
    assert_ptr_equal(data, &filler);
    assert_string_equal(target->url->database, target->database);
    assert_string_equal(target->live, lab.live);
    snprintf(filler.database, sizeof filler.database, "%s", target->database);
    if (filler.fails)
        return dk_fail(error, DK_ERROR_FAILED, "fill-failed", "the test says so");
    return lab_run(target->database, filler.sql, error);
}

static bool replace(const char *source, dk_engine_report *report) {
    dk_engine_replacement wanted = {.verb = "snapshot restore", .source = source, .data = &filler};
    wanted.fill = source ? NULL : fill;
    lab_close();
    return engine_replace(lab.context, &wanted, report, &lab.error);
}

static void undo(void) {
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab_must(engine_undo(lab.context, 0, &report, &lab.error));
    dk_engine_report_release(&report);
}

static void alter(const char *what) {
    DK_AUTOFREE char *sql = dk_format("ALTER DATABASE \"%s\" %s", lab.live, what);
    run_sql(lab.admin, sql);
}

static char *keep(void) {
    char *database = NULL;
    DK_AUTO_JSON json_t *note = json_pack("{s:s}", "name", "one");
    lab_must(engine_keep(lab.context, note, 0, &database, &lab.error));
    return database;
}

static void filled_by_the_caller(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab_do(lab.live, "CREATE TABLE old ()");
    alter("SET work_mem = '3MB'");
    alter("CONNECTION LIMIT 33");
    filler = (struct filler){.sql = "CREATE TABLE new ()"};
    lab_must(replace(NULL, &report));
    assert_string_equal(report.source, "snapshot");
    lab_expect(lab.live, "SELECT to_regclass('new') || coalesce(to_regclass('old')::text, '')", "new");
    lab_expect(lab.live, "SHOW work_mem", "3MB"); /* the live one's own stay */
    lab_expect(lab.live, "SELECT datconnlimit FROM pg_database WHERE datname = current_database()", "33");
    lab_expect(report.undo, "SELECT to_regclass('old')", "old");
    dk_engine_report_release(&report);
    undo();
    lab_expect(lab.live, "SELECT to_regclass('old')", "old");
}

static void a_failure_changes_nothing(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab_do(lab.live, "CREATE TABLE old ()");
    filler = (struct filler){.fails = true};
    lab_must_fail(replace(NULL, &report), "fill-failed");
    lab_expect(lab.live, "SELECT to_regclass('old')", "old");
    assert_int_equal(lab_count("undo"), 0);
    assert_int_equal(lab_count("building"), 0);
    assert_int_equal(lab_count("doomed"), 1); /* the worker's to drop */
    dk_engine_report_release(&report);
}

static void a_snapshot_with_its_settings(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab_do(lab.live, "CREATE TABLE earlier ()");
    alter("SET work_mem = '3MB'");
    DK_AUTOFREE char *database = keep();
    lab_do(lab.live, "DROP TABLE earlier");
    alter("SET work_mem = '5MB'");
    alter("SET statement_timeout = '1h'");
    for (int twice = 0; twice < 2; twice++) { /* it can be used again */
        lab_must(replace(database, &report));
        dk_engine_report_release(&report);
        lab_expect(lab.live, "SELECT to_regclass('earlier')", "earlier");
        lab_expect(lab.live, "SHOW work_mem", "3MB");
        lab_expect(lab.live, "SHOW statement_timeout", "0");
    }
    assert_int_equal(lab_count("snapshot"), 1);
    lab_expect(database, "SELECT to_regclass('earlier')", "earlier");
}

static void no_such_snapshot(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab_must_fail(replace("template1", &report), "no-such-snapshot");
    lab_must_fail(replace("nowhere", &report), "no-such-snapshot");
    lab_expect(lab.live, "SELECT 1", "1");
    dk_engine_report_release(&report);
}

static void a_protected_database(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab_must(engine_protect(lab.context, true, &lab.error));
    lab_must_fail(replace(NULL, &report), "protected");
    assert_non_null(strstr(lab.error.message, "snapshot restore"));
    assert_int_equal(lab_count("building"), 0);
    dk_engine_report_release(&report);
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(filled_by_the_caller),         LAB_TEST(a_failure_changes_nothing),
    LAB_TEST(a_snapshot_with_its_settings), LAB_TEST(no_such_snapshot),
    LAB_TEST(a_protected_database),
};

LAB_MAIN(tests)
