/* inplace.c: built under the live name; the old database comes back when that fails. */
#include "lab.h"

#define IN_PLACE "[reset]\nmode = \"in-place\"\nlayers = [\"migrate\", \"seed\"]\n"

static bool reset(dk_engine_report *report) {
    const dk_config *config = dk_config_get(lab.context, NULL);
    dk_engine_request request = {.layers = &config->reset.layers, .flags = DK_ENGINE_NO_SPARE};
    return engine_reset(lab.context, &request, report, &lab.error);
}

static const char comment_query[] =
    "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()";

static void mark_live(void) {
    DK_AUTOFREE char *sql = dk_format("COMMENT ON DATABASE \"%1$s\" IS 'mine'; ALTER DATABASE \"%1$s\" SET "
                                      "work_mem TO '5MB'; ALTER DATABASE \"%1$s\" CONNECTION LIMIT 9",
                                      lab.live);
    run_sql(lab.admin, sql);
    lab_do(lab.live, "CREATE TABLE mine ()");
}

static void success(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab_configure(IN_PLACE);
    mark_live();
    lab_must(reset(&report));
    assert_string_equal(report.source, "built");
    lab_expect(lab.live, "SELECT count(*) FROM item", "5");
    lab_expect(lab.live, "SELECT to_regclass('mine')", "(null)");
    lab_expect(lab.live, comment_query, "mine");
    lab_expect(lab.live, "SHOW work_mem", "5MB");
    lab_expect(report.undo, "SELECT to_regclass('mine')", "mine");
    assert_int_equal(lab_count("replaced"), 0);
    assert_int_equal(lab_count("template"), 1); /* of the whole, for next time */
    dk_engine_report_release(&report);
    lab_must(reset(&report));
    assert_string_equal(report.source, "template");
    lab_expect(lab.live, "SHOW work_mem", "5MB");
    dk_engine_report_release(&report);
}

static void failure(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab_configure(IN_PLACE);
    mark_live();
    lab.seed.fails = true;
    PG_AUTO_CONNECTION pg_connection *client = pg_connect(&cluster.socket, lab.live, NULL, NULL);
    lab_must_fail(reset(&report), "layer-failed");
    lab_expect(lab.live, "SELECT to_regclass('mine')", "mine");
    lab_expect(lab.live, comment_query, "mine");
    assert_int_equal(lab_count("replaced"), 0);
    assert_int_equal(lab_count("doomed"), 1);
    assert_false(pg_run(client, "SELECT 1", NULL, NULL));
    dk_engine_report_release(&report);
}

static void nothing_to_replace(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab_configure(IN_PLACE);
    DK_AUTOFREE char *drop = dk_format("DROP DATABASE \"%s\"", lab.live);
    run_sql(lab.admin, drop);
    lab_must(reset(&report));
    assert_null(report.undo);
    lab_expect(lab.live, "SELECT count(*) FROM item", "5");
    dk_engine_report_release(&report);
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(success),
    LAB_TEST(failure),
    LAB_TEST(nothing_to_replace),
};
LAB_MAIN(tests)
