/* settings.c: what belongs to the database itself, merged three ways and turned into statements. */
#include "lab.h"

static json_t *parse(const char *text) {
    json_t *value = json_loads(text, 0, NULL);
    assert_non_null(value);
    return value;
}

/* live, what its template had, what the new template has → what the new database has to have (config). */
static void three_ways(void **state) {
    (void)state;
    static const struct {
        const char *live, *old_own, *new_own, *merged;
    } rows[] = {
        {"[]", "[]", "[]", "[]"},
        {"[[\"\",\"a\",\"1\"]]", "[]", "[]", "[[\"\",\"a\",\"1\"]]"}, /* the user's stays */
        {"[[\"\",\"a\",\"1\"]]", "[[\"\",\"a\",\"1\"]]", "[]", "[]"}, /* the layer's goes */
        {"[]", "[]", "[[\"\",\"a\",\"1\"]]", "[[\"\",\"a\",\"1\"]]"}, /* … and comes */
        {"[[\"\",\"a\",\"1\"]]", "[[\"\",\"a\",\"1\"]]", "[[\"\",\"a\",\"2\"]]", "[[\"\",\"a\",\"2\"]]"},
        {"[[\"\",\"a\",\"9\"]]", "[[\"\",\"a\",\"1\"]]", "[[\"\",\"a\",\"2\"]]", "[[\"\",\"a\",\"9\"]]"},
        {"[]", "[[\"\",\"a\",\"1\"]]", "[[\"\",\"a\",\"1\"]]", "[]"}, /* the user took the layer's back */
        {"[[\"r\",\"a\",\"1\"]]", "[]", "[[\"\",\"a\",\"2\"]]", "[[\"r\",\"a\",\"1\"],[\"\",\"a\",\"2\"]]"},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_JSON json_t *live = json_pack("{s:o,s:[]}", "config", parse(rows[i].live), "acl");
        DK_AUTO_JSON json_t *old_own = json_pack("{s:o}", "config", parse(rows[i].old_own));
        DK_AUTO_JSON json_t *new_own = json_pack("{s:o}", "config", parse(rows[i].new_own));
        DK_AUTO_JSON json_t *merged = engine_settings_merge(live, old_own, new_own);
        char *text = json_dumps(json_object_get(merged, "config"), JSON_COMPACT);
        assert_string_equal(text, rows[i].merged);
        free(text);
    }
}

static void expect_statements(const char *have, const char *want, const char *expected) {
    DK_AUTO_JSON json_t *before = parse(have);
    DK_AUTO_JSON json_t *after = parse(want);
    DK_AUTO_STRV dk_strv statements = DK_STRV_INIT;
    engine_settings_diff("d b", before, after, &statements);
    DK_AUTOFREE char *text = dk_strv_join(&statements, "; ");
    assert_string_equal(text, expected);
}

static void statements(void **state) {
    (void)state;
    static const struct {
        const char *have, *want, *expected;
    } rows[] = {
        {"{}", "{}", ""},
        {"{\"config\":[[\"\",\"a\",\"1\"]]}", "{\"config\":[[\"\",\"a\",\"1\"]]}", ""},
        {"{}", "{\"config\":[[\"\",\"a\",\"1\"]]}", "ALTER DATABASE \"d b\" SET \"a\" TO '1'"},
        {"{\"config\":[[\"\",\"a\",\"1\"]]}", "{\"config\":[[\"\",\"a\",\"2\"]]}",
         "ALTER DATABASE \"d b\" SET \"a\" TO '2'"},
        {"{\"config\":[[\"\",\"a\",\"1\"]]}", "{}", "ALTER DATABASE \"d b\" RESET \"a\""},
        {"{}", "{\"config\":[[\"Me\",\"x.y\",\"it's\"]]}",
         "ALTER ROLE \"Me\" IN DATABASE \"d b\" SET \"x\".\"y\" TO 'it''s'"},
        {"{}", "{\"config\":[[\"\",\"search_path\",\"\\\"$user\\\", \\\"a, \\\"\\\"B\\\", public\"]]}",
         "ALTER DATABASE \"d b\" SET \"search_path\" TO '$user', 'a, \"B', 'public'"},
        {"{}", "{\"config\":[[\"\",\"search_path\",\"\\\"\\\"\"]]}",
         "ALTER DATABASE \"d b\" SET \"search_path\" TO ''"},
        {"{}", "{\"config\":[[\"\",\"search_path\",\"\"]]}",
         "ALTER DATABASE \"d b\" SET \"search_path\" TO ''"},
        {"{}", "{\"acl\":[[\"\",\"CONNECT\",false]]}", "GRANT CONNECT ON DATABASE \"d b\" TO PUBLIC"},
        {"{}", "{\"acl\":[[\"r\",\"CREATE\",true]]}",
         "GRANT CREATE ON DATABASE \"d b\" TO \"r\" WITH GRANT OPTION"},
        {"{\"acl\":[[\"r\",\"CREATE\",true]]}", "{\"acl\":[[\"r\",\"CREATE\",false]]}",
         "REVOKE CREATE ON DATABASE \"d b\" FROM \"r\"; GRANT CREATE ON DATABASE \"d b\" TO \"r\""},
        {"{\"acl\":[[\"\",\"CONNECT\",false]]}", "{}", "REVOKE CONNECT ON DATABASE \"d b\" FROM PUBLIC"},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++)
        expect_statements(rows[i].have, rows[i].want, rows[i].expected);
}

/* Whatever stands on the live database stands on the next one, and nothing else. */
static void carried_over(void **state) {
    (void)state;
    const char *spare = lab_make(ENGINE_SPARE, "x", "{\"devkit\":1}");
    DK_AUTO_STRV dk_strv notes = DK_STRV_INIT;
    DK_AUTOFREE char *sql = dk_format(
        "ALTER DATABASE \"%1$s\" SET search_path TO \"$user\", \"Odd, one\";"
        "ALTER DATABASE \"%1$s\" SET app.hidden TO E'two\nlines \\\\ it''s';"
        "ALTER ROLE app IN DATABASE \"%1$s\" SET work_mem TO '3MB';"
        "REVOKE CONNECT ON DATABASE \"%1$s\" FROM PUBLIC; ALTER DATABASE \"%1$s\" CONNECTION LIMIT 7;"
        "ALTER DATABASE \"%1$s\" OWNER TO postgres; ALTER DATABASE \"%2$s\" SET lock_timeout TO '1s'",
        lab.live, spare);
    run_sql(lab.admin, sql);
    engine_session *session = lab_open();
    const engine_database *database = engine_catalog_newest(session, ENGINE_SPARE);
    lab_must(engine_settings_apply(session, database, NULL, &notes, &lab.error));
    assert_int_equal(notes.count, 0);
    lab_must(engine_catalog_read(session, &lab.error));
    const engine_database *live = engine_catalog_live(session);
    database = engine_catalog_newest(session, ENGINE_SPARE);
    assert_string_equal(database->owner, "postgres");
    assert_int_equal(database->connection_limit, 7);
    DK_AUTO_STRV dk_strv difference = DK_STRV_INIT;
    engine_settings_diff("x", database->settings, live->settings, &difference);
    engine_settings_diff("x", live->settings, database->settings, &difference);
    DK_AUTOFREE char *text = dk_strv_join(&difference, "\n");
    assert_string_equal(text, "");
}

static void what_is_not_allowed_comes_with_its_remedy(void **state) {
    (void)state;
    const char *spare = lab_make(ENGINE_SPARE, "x", "{\"devkit\":1}");
    DK_AUTO_STRV dk_strv notes = DK_STRV_INIT;
    DK_AUTOFREE char *sql = dk_format("ALTER DATABASE \"%1$s\" SET app.hidden TO 'x';"
                                      "ALTER ROLE postgres IN DATABASE \"%1$s\" SET work_mem TO '3MB';",
                                      lab.live);
    run_sql(lab.admin, sql);
    engine_session *session = lab_open();
    run_sql(session->work, "SET ROLE app");
    const engine_database *database = engine_catalog_newest(session, ENGINE_SPARE);
    lab_must(engine_settings_apply(session, database, NULL, &notes, &lab.error));
    DK_AUTOFREE char *text = dk_strv_join(&notes, "\n");
    assert_int_equal(notes.count, 2);
    assert_contains(text, spare);
    assert_contains(text, "GRANT SET ON PARAMETER \"app\".\"hidden\" TO \"app\"");
    assert_contains(text, "GRANT \"postgres\" TO \"app\" WITH ADMIN OPTION");
}

static void own_settings_of_the_live_one(void **state) {
    (void)state;
    lab_make(ENGINE_TEMPLATE, "a", "{\"devkit\":1,\"live_at\":\"2026-01-01T00:00:00Z\",\"own\":{\"n\":1}}");
    lab_make(ENGINE_TEMPLATE, "b", "{\"devkit\":1,\"live_at\":\"2026-01-02T00:00:00Z\",\"own\":{\"n\":2}}");
    lab_make(ENGINE_TEMPLATE, "c", "{\"devkit\":1,\"own\":{\"n\":3}}");
    assert_int_equal(dk_json_int(engine_settings_live_own(lab_open()), "n", 0), 2);
    lab_make(ENGINE_UNDO, "1", "{\"devkit\":1,\"successor\":{\"own\":{\"n\":4}}}");
    lab_make(ENGINE_UNDO, "2", "{\"devkit\":1,\"successor\":{\"own\":{\"n\":5}}}");
    assert_int_equal(dk_json_int(engine_settings_live_own(lab_open()), "n", 0), 5);
}

static void given_to_a_clone(void **state) {
    (void)state;
    engine_session *session = lab_open();
    DK_AUTO_JSON json_t *own = engine_settings_fresh("app");
    json_array_append_new(json_object_get(own, "config"), json_pack("[s,s,s]", "", "work_mem", "5MB"));
    lab_must(engine_settings_give(session, lab.live, NULL, &lab.error));
    lab_must(engine_settings_give(session, lab.live, own, &lab.error));
    lab_expect(lab.live, "SHOW work_mem", "5MB");
    DK_AUTO_JSON json_t *fresh = engine_settings_fresh("app");
    lab_must(engine_settings_turn(session, lab.live, own, fresh, &lab.error));
    lab_expect(lab.live, "SHOW work_mem", "4MB");
    lab_must_fail(engine_settings_give(session, "nowhere", own, &lab.error), "sql-failed");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(three_ways),
    cmocka_unit_test(statements),
    LAB_TEST(carried_over),
    LAB_TEST(what_is_not_allowed_comes_with_its_remedy),
    LAB_TEST(own_settings_of_the_live_one),
    LAB_TEST(given_to_a_clone),
};
LAB_MAIN(tests)
