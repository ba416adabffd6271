/* catalog.c: what is read of the server in one round trip. */
#include "lab.h"

static void live_and_ours(void **state) {
    (void)state;
    DK_AUTOFREE char *foreign = engine_name(ENGINE_TEMPLATE, "00000000", "x");
    lab_create(foreign);
    lab_make(ENGINE_TEMPLATE, "k", "{\"devkit\":1,\"key\":\"KEY\",\"size\":7}");
    lab_make(ENGINE_SPARE, "k", "not a note");
    DK_AUTOFREE char *sql = dk_format("COMMENT ON DATABASE \"%s\" IS '{\"devkit\":1}'", lab.live);
    run_sql(lab.admin, sql);
    engine_session *session = lab_open();
    assert_int_equal(session->catalog.count, 3);
    const engine_database *live = engine_catalog_live(session);
    assert_string_equal(live->name, lab.live);
    assert_string_equal(live->owner, "app");
    assert_string_equal(live->comment, "{\"devkit\":1}");
    assert_null(live->note); /* the live one's comment is the user's, whatever it says */
    const engine_database *found = engine_catalog_find(session, ENGINE_TEMPLATE, "KEY");
    assert_int_equal(dk_json_int(found->note, "size", 0), 7);
    assert_true(found->oid > 16383);
    assert_null(engine_catalog_find(session, ENGINE_TEMPLATE, "key"));
    assert_null(engine_catalog_find(session, ENGINE_SPARE, "KEY"));
    assert_null(engine_catalog_newest(session, ENGINE_SPARE)->note);
    lab_close();
    DK_AUTOFREE char *drop = dk_format("DROP DATABASE %s", foreign);
    run_sql(lab.admin, drop);
}

static void no_live_database(void **state) {
    (void)state;
    DK_AUTOFREE char *sql = dk_format("DROP DATABASE \"%s\"", lab.live);
    run_sql(lab.admin, sql);
    engine_session *session = lab_open();
    assert_null(engine_catalog_live(session));
    assert_int_equal(session->busy_sessions, 0);
    assert_int_equal(session->followers, 0);
}

static void an_interrupted_drop_is_unusable(void **state) {
    (void)state;
    lab_make(ENGINE_UNDO, "1", "{\"devkit\":1,\"key\":\"k\"}");
    const char *newer = lab_make(ENGINE_UNDO, "2", "{\"devkit\":1,\"key\":\"k\"}");
    assert_string_equal(engine_catalog_newest(lab_open(), ENGINE_UNDO)->name, newer);
    DK_AUTOFREE char *sql = dk_format("UPDATE pg_database SET datconnlimit = -2 WHERE datname = '%s'", newer);
    run_sql(lab.admin, sql);
    engine_session *session = lab_open();
    assert_string_equal(engine_catalog_newest(session, ENGINE_UNDO)->name, lab.names.items[0]);
    assert_string_equal(engine_catalog_find(session, ENGINE_UNDO, "k")->name, lab.names.items[0]);
    /* its name is taken all the same */
    DK_AUTOFREE char *next = engine_undo_name(session);
    assert_true(strcmp(next, newer) > 0);
}

static void other_sessions_are_counted(void **state) {
    (void)state;
    assert_int_equal(lab_open()->busy_sessions, 0);
    PG_AUTO_CONNECTION pg_connection *client = pg_connect(&cluster.socket, lab.live, NULL, NULL);
    assert_non_null(client);
    assert_int_equal(lab_open()->busy_sessions, 1);
}

static void a_template_of_another_locale_version(void **state) {
    (void)state;
    const char *name = lab_make(ENGINE_TEMPLATE, "k", "{\"devkit\":1,\"key\":\"k\"}");
    assert_false(engine_catalog_find(lab_open(), ENGINE_TEMPLATE, "k")->other_collation);
    DK_AUTOFREE char *sql =
        dk_format("UPDATE pg_database SET datcollversion = '0.1' WHERE datname = '%s'", name);
    run_sql(lab.admin, sql);
    assert_true(engine_catalog_find(lab_open(), ENGINE_TEMPLATE, "k")->other_collation);
}

/* What changes a database that is built changes the key below all layers. */
static void the_servers_key(void **state) {
    (void)state;
    char before[HASH_HEX];
    memcpy(before, lab_open()->server_key, HASH_HEX);
    assert_string_equal(lab_open()->server_key, before);
    static const char *const changes[] = {"ALTER ROLE app SET timezone TO 'Asia/Tokyo'",
                                          "ALTER ROLE ALL SET default_text_search_config TO 'german'"};
    for (size_t i = 0; i < DK_COUNT(changes); i++) {
        run_sql(lab.admin, changes[i]);
        assert_string_not_equal(lab_open()->server_key, before);
        run_sql(lab.admin, "ALTER ROLE app RESET ALL; ALTER ROLE ALL RESET ALL");
        assert_string_equal(lab_open()->server_key, before);
    }
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(live_and_ours),
    LAB_TEST(no_live_database),
    LAB_TEST(an_interrupted_drop_is_unusable),
    LAB_TEST(other_sessions_are_counted),
    LAB_TEST(a_template_of_another_locale_version),
    LAB_TEST(the_servers_key),
};
LAB_MAIN(tests)
