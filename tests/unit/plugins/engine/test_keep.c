/* keep.c: what is kept, what goes. */
#include "lab.h"

static char keys[2][HASH_HEX]; /* of today's recipe */

static engine_session *open_with(const char *config, engine_recipe *recipe) {
    lab_configure(config);
    engine_session *session = lab_open();
    lab_must(engine_recipe_make(session, &session->config->reset.layers, recipe, &lab.error));
    for (size_t i = 0; i < recipe->count; i++)
        memcpy(keys[i], recipe->layers[i].key, HASH_HEX);
    return session;
}

static void template(const char *suffix, const char *key, const char *used) {
    DK_AUTOFREE char *note = dk_format(
        "{\"devkit\":1,\"key\":\"%s\",\"used_at\":\"%s\",\"created_at\":\"2026-01-01\"}", key, used);
    lab_make(ENGINE_TEMPLATE, suffix, note);
}

/* Suffixes of what would go under that configuration. */
static void expect_excess(const char *config, const char *expected) {
    engine_recipe recipe = ENGINE_RECIPE_INIT;
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    engine_excess(open_with(config, &recipe), &recipe, &names);
    engine_recipe_release(&recipe);
    DK_AUTO_STRV dk_strv suffixes = DK_STRV_INIT;
    for (size_t i = 0; i < names.count; i++)
        dk_strv_add(&suffixes, strrchr(names.items[i], '_') + 1);
    dk_strv_sort(&suffixes);
    DK_AUTOFREE char *text = dk_strv_join(&suffixes, " ");
    assert_string_equal(text, expected);
}

static void in_number(void **state) {
    (void)state;
    engine_recipe recipe = ENGINE_RECIPE_INIT;
    open_with("", &recipe);
    engine_recipe_release(&recipe);
    template("low", keys[0], "2026-01-01");
    template("top", keys[1], "2026-01-01");
    template("old", "a", "2026-01-02");
    template("new", "b", "2026-01-03");
    lab_make(ENGINE_UNDO, "1", "{\"devkit\":1}");
    lab_make(ENGINE_UNDO, "2", "{\"devkit\":1}");
    lab_make(ENGINE_BUILDING, "half", NULL);
    DK_AUTOFREE char *spare = dk_format("{\"devkit\":1,\"key\":\"%s\",\"template\":%u}", keys[1],
                                        engine_catalog_find(lab_open(), ENGINE_TEMPLATE, keys[1])->oid);
    lab_make(ENGINE_SPARE, "good", spare);
    lab_make(ENGINE_SPARE, "other", "{\"devkit\":1,\"key\":\"a\"}");
    lab_make(ENGINE_DOOMED, "gone", NULL);
    expect_excess("", "1 half other");
    expect_excess("[reset]\ntemplates = 3\n", "1 half old other");
    expect_excess("[reset]\ntemplates = 2\n", "1 half new old other");
    expect_excess("[reset]\ntemplates = 1\n", "1 half low new old other");
    expect_excess("[reset]\ntemplates = 0\nspare = false\nundo = 0\n", "1 2 good half low new old other top");
    expect_excess("[reset]\nundo = 2\nspare = false\n", "good half other");
}

static void in_size(void **state) {
    (void)state;
    engine_recipe recipe = ENGINE_RECIPE_INIT;
    open_with("", &recipe);
    engine_recipe_release(&recipe);
    template("low", keys[0], "2026-01-01");
    template("top", keys[1], "2026-01-01");
    template("old", "a", "2026-01-02");
    template("new", "b", "2026-01-03");
    lab_make(ENGINE_UNDO, "1", "{\"devkit\":1}");
    DK_AUTOFREE char *spare = dk_format("{\"devkit\":1,\"key\":\"%s\",\"template\":%u}", keys[1],
                                        engine_catalog_find(lab_open(), ENGINE_TEMPLATE, keys[1])->oid);
    lab_make(ENGINE_SPARE, "good", spare);
    int64_t one = engine_size(&lab.session, lab.live);
    assert_true(one > 1000000);
    assert_int_equal(engine_size(&lab.session, "nowhere"), 0);
    static const char *const rows[] = {[6] = "",
                                       [5] = "old",
                                       [4] = "new old",
                                       [3] = "good new old",
                                       [2] = "good low new old",
                                       [1] = "good low new old top"};
    for (size_t room = 1; room < DK_COUNT(rows); room++) {
        DK_AUTOFREE char *config =
            dk_format("[reset]\nmax_size = %lld\n", (long long)(one * (int64_t)room + one / 2));
        expect_excess(config, rows[room]);
    }
    assert_in_range(engine_kept_size(&lab.session), 6 * one - one / 2, 6 * one + one / 2);
}

static void unusable_ones_go(void **state) {
    (void)state;
    const char *name = lab_make(ENGINE_UNDO, "broken", "{\"devkit\":1}");
    DK_AUTOFREE char *sql = dk_format("UPDATE pg_database SET datconnlimit = -2 WHERE datname = '%s'", name);
    run_sql(lab.admin, sql);
    expect_excess("", "broken");
}

static void doomed_then_dropped(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    dk_strv_add(&names, lab_make(ENGINE_UNDO, "1", NULL));
    lab_make(ENGINE_UNDO, "2", NULL);
    engine_session *session = lab_open();
    lab_must(engine_doom_named(session, &names, &lab.error));
    assert_int_equal(lab_count("undo"), 1);
    assert_int_equal(lab_count("doomed"), 1);
    session = lab_open();
    PG_AUTO_CONNECTION pg_connection *inside =
        pg_connect(&cluster.socket, engine_catalog_newest(session, ENGINE_DOOMED)->name, NULL, NULL);
    assert_non_null(inside);
    lab_must(engine_drop_kind(session, ENGINE_DOOMED, &removed, &lab.error));
    assert_int_equal(removed.count, 1);
    assert_int_equal(lab_count("doomed"), 0);
    lab_must(engine_drop_kind(session, ENGINE_DOOMED, &removed, &lab.error)); /* gone already is fine */
}

static void one_that_stays_keeps_no_other(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    lab_make(ENGINE_DOOMED, "1", NULL);
    lab_make(ENGINE_DOOMED, "2", NULL);
    lab_make(ENGINE_DOOMED, "3", NULL);
    DK_AUTOFREE char *sql = dk_format("ALTER DATABASE %s OWNER TO postgres", lab.names.items[0]);
    run_sql(lab.admin, sql);
    engine_session *session = lab_open();
    run_sql(session->work, "SET ROLE app");
    lab_must_fail(engine_drop_kind(session, ENGINE_DOOMED, &removed, &lab.error), "sql-failed");
    assert_int_equal(removed.count, 2);
    assert_true(lab_exists(lab.names.items[0]));
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(in_number),
    LAB_TEST(in_size),
    LAB_TEST(unusable_ones_go),
    LAB_TEST(doomed_then_dropped),
    LAB_TEST(one_that_stays_keeps_no_other),
};
LAB_MAIN(tests)
