/* manifest.c: what an archive says of itself. */
#include "dump_lab.h"

static void of_a_database(void **state) {
    (void)state;
    DUMP_AUTO_DATABASE dump_database database;
    DK_AUTO_JSON json_t *facts = json_pack("{s:s}", "git_branch", "topic");
    dk_snapshot_request request = {.name = "one", .purpose = "backup", .facts = facts};
    DK_AUTO_JSON json_t *manifest = dump_manifest_new(&request);
    DK_AUTOFREE char *other = dk_format("other_%s", lab.live + strlen("Live "));
    DK_AUTOFREE char *role = dk_format("CREATE ROLE %s", other);
    DK_AUTOFREE char *grant =
        dk_format("CREATE TABLE t (); GRANT SELECT ON t TO %s; CREATE EXTENSION pgcrypto", other);
    run_sql(lab.admin, role);
    lab_must(dump_connect(lab.context, NULL, &database, &lab.error));
    lab_must(pg_run(database.connection, "SET search_path = public", NULL, &lab.error));
    lab_must(pg_run(database.connection, grant, NULL, &lab.error));
    lab_must(dump_manifest_describe(&database, manifest, &lab.error));
    assert_int_equal(dk_json_int(manifest, "format", 0), DUMP_FORMAT);
    assert_string_equal(dk_json_string(manifest, "purpose", ""), "backup");
    assert_string_equal(dk_json_string(manifest, "git_branch", ""), "topic");
    assert_string_equal(dk_json_string(manifest, "encoding", ""), "UTF8");
    assert_string_equal(dk_json_string(manifest, "role", ""), "app");
    assert_non_null(strstr(dk_json_string(manifest, "source", ""), "app:***@"));
    DK_AUTOFREE char *text = json_dumps(manifest, JSON_COMPACT);
    DK_AUTOFREE char *quoted = dk_format("\"%s\"", other);
    assert_non_null(strstr(text, quoted));
    assert_non_null(strstr(text, "\"pgcrypto\""));
    assert_null(strstr(text, "geheim"));
}

static void of_others(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    static const char *const foreign[] = {"", "{", "[]", "{}", "{\"format\":1}", "{\"devkit\":\"1\"}"};
    for (size_t i = 0; i < DK_COUNT(foreign); i++) {
        assert_null(dump_manifest_parse(foreign[i], "file", &error));
        assert_string_equal(error.code, "archive-foreign");
    }
    assert_null(dump_manifest_parse("{\"devkit\":\"9.9\",\"format\":2}", "file", &error));
    assert_string_equal(error.code, "archive-too-new");
    assert_non_null(strstr(error.hint, "9.9"));
    DK_AUTO_JSON json_t *good = dump_manifest_parse(
        "{\"devkit\":\"1\",\"format\":1,\"content\":{\"kind\":\"custom\"}}", "file", &error);
    assert_string_equal(dump_manifest_kind(good), DUMP_CUSTOM);
}

static void entries(void **state) {
    (void)state;
    static const struct {
        const char *content, *why_not;
    } rows[] = {
        {"{}", NULL},
        {"{\"schema_only\":true}", NULL},
        {"{\"exclude_table_data\":[\"log\"]}", NULL},
        {"{\"tables\":[]}", NULL},
        {"{\"tables\":[\"a\"]}", "it holds only some of the tables"},
        {"{\"data_only\":true}", "it holds rows without their tables"},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_JSON json_t *manifest =
            json_pack("{s:s,s:o}", "note", "mine", "content", json_loads(rows[i].content, 0, NULL));
        DK_AUTO_JSON json_t *entry = json_object();
        dump_manifest_entry(manifest, "one", 17, entry);
        assert_string_equal(dk_json_string(entry, "name", ""), "one");
        assert_string_equal(dk_json_string(entry, "note", ""), "mine");
        assert_int_equal(dk_json_int(entry, "size_bytes", 0), 17);
        assert_true(dk_streq(dk_json_string(entry, "why_not", NULL), rows[i].why_not));
        assert_int_equal(dk_json_bool(entry, "restorable", false), !rows[i].why_not);
    }
    DK_AUTO_JSON json_t *entry = json_object();
    dump_manifest_entry(NULL, "one", 17, entry);
    assert_false(dk_json_bool(entry, "restorable", true));
    assert_non_null(strstr(dk_json_string(entry, "why_not", ""), "verify"));
}

static const struct CMUnitTest tests[] = {DUMP_TEST(of_a_database), cmocka_unit_test(of_others),
                                          cmocka_unit_test(entries)};

LAB_MAIN(tests)
