/* seal.c: a built database becomes the template of its layer. */
#include "lab.h"

static engine_layer layer;

static engine_session *begin(void) {
    lab_close();
    engine_session *session = lab_open();
    layer = (engine_layer){.name = "migrate"};
    memset(layer.key, 'a', HASH_HEX - 1);
    memset(layer.below, 'b', HASH_HEX - 1);
    memset(layer.fixed, 'c', HASH_HEX - 1);
    dk_strv_add(&layer.items, "0123456789ab");
    dk_strv_add(&layer.items, "ba9876543210");
    return session;
}

static int release(void **state) {
    dk_strv_release(&layer.items);
    return lab_teardown(state);
}

static void the_note(void **state) {
    (void)state;
    engine_session *session = begin();
    DK_AUTO_JSON json_t *note = engine_template_note(session, &layer);
    assert_string_equal(dk_json_string(note, "kind", ""), "template");
    assert_string_equal(dk_json_string(note, "layer", ""), "migrate");
    assert_string_equal(dk_json_string(note, "key", ""), layer.key);
    assert_string_equal(dk_json_string(note, "items", ""), "0123456789abba9876543210");
    assert_string_equal(dk_json_string(note, "started_at", ""), session->started_at);
}

static void sealed(void **state) {
    (void)state;
    const char *building = lab_make(ENGINE_BUILDING, "1", NULL);
    lab_do(building, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS n; CREATE UNLOGGED TABLE u ()");
    DK_AUTOFREE char *sql = dk_format("ALTER DATABASE %s SET lock_timeout TO '9s'", building);
    run_sql(lab.admin, sql);
    engine_session *session = begin();
    DK_AUTO_JSON json_t *note = engine_template_note(session, &layer);
    lab_must(engine_seal(session, &layer, building, note, &lab.error));
    const char *name = dk_json_string(note, "name", "");
    assert_true(dk_ends_with(name, "_aaaaaaaaaaaaaaaa"));
    lab_must(engine_catalog_read(session, &lab.error));
    const engine_database *found = engine_catalog_find(session, ENGINE_TEMPLATE, layer.key);
    assert_string_equal(found->name, name);
    assert_true(dk_json_int(found->note, "size", 0) > 1000000);
    assert_true(dk_json_bool(found->note, "unlogged", false));
    char *own = json_dumps(json_object_get(found->note, "own"), 0);
    assert_contains(own, "lock_timeout");
    free(own);
    lab_expect(name, "SELECT reltuples FROM pg_class WHERE relname = 't'", "1000");
}

static void an_older_one_of_that_name_is_doomed(void **state) {
    (void)state;
    DK_AUTOFREE char *same = lab_name(ENGINE_TEMPLATE, "aaaaaaaaaaaaaaaa");
    lab_create(same);
    const char *building = lab_make(ENGINE_BUILDING, "1", NULL);
    engine_session *session = begin();
    DK_AUTO_JSON json_t *note = engine_template_note(session, &layer);
    json_object_set_new(note, "own", json_pack("{s:i}", "given", 1)); /* in-place: what stands on live */
    lab_must(engine_seal(session, &layer, building, note, &lab.error));
    assert_int_equal(lab_count("template"), 1);
    assert_int_equal(lab_count("doomed"), 1);
    lab_must(engine_catalog_read(session, &lab.error));
    const engine_database *found = engine_catalog_find(session, ENGINE_TEMPLATE, layer.key);
    assert_int_equal(dk_json_int(json_object_get(found->note, "own"), "given", 0), 1);
    assert_false(dk_json_bool(found->note, "unlogged", true));
}

static void what_can_not_be_analysed_is_only_told(void **state) {
    (void)state;
    const char *building = lab_make(ENGINE_BUILDING, "1", NULL);
    lab_do(building,
           "CREATE FUNCTION fussy(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$BEGIN IF "
           "pg_trigger_depth() = 0 AND current_setting('a.b', true) IS NULL THEN RAISE EXCEPTION 'no'; END "
           "IF; RETURN n; END$$; SET a.b = '1'; CREATE TABLE t AS SELECT 1 AS n; CREATE INDEX ON t "
           "(fussy(n)); INSERT INTO t VALUES (2)");
    engine_session *session = begin();
    DK_AUTO_JSON json_t *note = engine_template_note(session, &layer);
    lab_must(engine_seal(session, &layer, building, note, &lab.error));
    assert_int_equal(lab_count("template"), 1);
}

#define SEAL_TEST(function) cmocka_unit_test_setup_teardown(function, lab_setup, release)
static const struct CMUnitTest tests[] = {
    SEAL_TEST(the_note),
    SEAL_TEST(sealed),
    SEAL_TEST(an_older_one_of_that_name_is_doomed),
    SEAL_TEST(what_can_not_be_analysed_is_only_told),
};
LAB_MAIN(tests)
