/* recover.c: the live database comes back. */
#include "lab.h"

static const char comment_query[] =
    "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()";

/* Killed: the live name is unfinished, or gone; whoever opens the engine next puts the old one back. */
static void recovery(void **state) {
    (void)state;
    for (int live_there = 0; live_there < 2; live_there++) {
        DK_AUTOFREE char *replaced = lab_name(ENGINE_REPLACED, "20260101000000000_abcd");
        DK_AUTOFREE char *sql = dk_format("ALTER DATABASE \"%s\" RENAME TO %s", lab.live, replaced);
        DK_AUTOFREE char *note =
            dk_format("COMMENT ON DATABASE %s IS '{\"devkit\":1,\"kind\":\"replaced\",\"comment\":\"mine\"}'",
                      replaced);
        if (!live_there)
            lab_do(lab.live, "CREATE TABLE mine ()");
        run_sql(lab.admin, sql);
        run_sql(lab.admin, note);
        if (live_there)
            lab_create(lab.live);
        engine_session *session = lab_open();
        assert_non_null(engine_catalog_live(session));
        lab_expect(lab.live, "SELECT to_regclass('mine')", "mine");
        lab_expect(lab.live, comment_query, "mine");
        assert_int_equal(lab_count("replaced"), 0);
        assert_int_equal(lab_count("doomed"), live_there);
        lab_close();
    }
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(recovery),
};
LAB_MAIN(tests)
