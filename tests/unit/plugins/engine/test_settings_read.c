/* settings_read.c: grants and settings of a database, as they are on the server. */
#include "lab.h"

static void a_fresh_database(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *expected = engine_settings_fresh("app");
    DK_AUTO_JSON json_t *found = NULL;
    lab_open();
    found = engine_settings_read(&lab.session, lab.live, &lab.error);
    lab_must(found);
    DK_AUTO_STRV dk_strv difference = DK_STRV_INIT;
    engine_settings_diff(lab.live, expected, found, &difference);
    assert_int_equal(difference.count, 0);
    engine_settings_diff(lab.live, found, expected, &difference);
    assert_int_equal(difference.count, 0);
    lab_must_fail(engine_settings_read(&lab.session, "nowhere", &lab.error), "build-vanished");
}

static bool has(const json_t *set, const char *entry) {
    DK_AUTO_JSON json_t *wanted = json_loads(entry, 0, NULL);
    size_t index;
    json_t *item;
    json_array_foreach((json_t *)set, index, item) {
        if (json_equal(item, wanted))
            return true;
    }
    return false;
}

static void grants_and_settings(void **state) {
    (void)state;
    DK_AUTOFREE char *sql = dk_format("ALTER DATABASE \"%1$s\" SET app.equation TO 'a=b';"
                                      "ALTER DATABASE \"%1$s\" SET app.nothing TO '';"
                                      "ALTER ROLE app IN DATABASE \"%1$s\" SET work_mem TO '3MB';"
                                      "GRANT CREATE ON DATABASE \"%1$s\" TO pg_monitor WITH GRANT OPTION",
                                      lab.live);
    run_sql(lab.admin, sql);
    DK_AUTO_JSON json_t *settings = engine_settings_read(lab_open(), lab.live, &lab.error);
    lab_must(settings);
    const json_t *acl = json_object_get(settings, "acl");
    const json_t *config = json_object_get(settings, "config");
    assert_true(has(acl, "[\"pg_monitor\", \"CREATE\", true]"));
    assert_true(has(acl, "[\"\", \"CONNECT\", false]"));
    assert_int_equal(json_array_size(config), 3);
    assert_true(has(config, "[\"\", \"app.equation\", \"a=b\"]"));
    assert_true(has(config, "[\"\", \"app.nothing\", \"\"]"));
    assert_true(has(config, "[\"app\", \"work_mem\", \"3MB\"]"));
}

static void another_databases_are_not_its_own(void **state) {
    (void)state;
    run_sql(lab.admin, "ALTER DATABASE postgres SET app.other TO 'x'");
    DK_AUTO_JSON json_t *settings = engine_settings_read(lab_open(), lab.live, &lab.error);
    run_sql(lab.admin, "ALTER DATABASE postgres RESET app.other");
    lab_must(settings);
    assert_int_equal(json_array_size(json_object_get(settings, "config")), 0);
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(a_fresh_database),
    LAB_TEST(grants_and_settings),
    LAB_TEST(another_databases_are_not_its_own),
};
LAB_MAIN(tests)
