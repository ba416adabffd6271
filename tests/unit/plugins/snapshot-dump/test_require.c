/* require.c: what is missing is named before anything begins. */
#include "dump_lab.h"

static bool require(const char *manifest, unsigned flags) {
    DUMP_AUTO_DATABASE dump_database database;
    DK_AUTO_JSON json_t *parsed = json_loads(manifest, 0, NULL);
    assert_non_null(parsed);
    lab_must(dump_connect(lab.context, "postgres", &database, &lab.error));
    return dump_require(&database, parsed, flags, &lab.error);
}

static void all_there(void **state) {
    (void)state;
    lab_must(require(
        "{\"server_version\":\"15.1\",\"roles\":[\"app\"],\"extensions\":[{\"name\":\"plpgsql\"}]}", 0));
    lab_must(require("{}", 0)); /* others' archives say nothing */
}

static void missing(void **state) {
    (void)state;
    lab_must_fail(require("{\"roles\":[\"app\",\"no one\",\"nobody2\"]}", 0), "roles-missing");
    assert_non_null(strstr(lab.error.message, "no one, nobody2"));
    assert_non_null(strstr(lab.error.hint, "CREATE ROLE \"no one\"; CREATE ROLE \"nobody2\";"));
    lab_must(require("{\"roles\":[\"no one\"]}", DK_SNAPSHOT_NO_OWNER));
    lab_must_fail(require("{\"extensions\":[{\"name\":\"no_such_thing\"}]}", 0), "extensions-missing");
    assert_non_null(strstr(lab.error.message, "no_such_thing"));
    lab_must_fail(require("{\"server_version\":\"99.1\"}", 0), "server-too-old");
    lab_must(require("{\"server_version\":\"99.1\"}", DK_SNAPSHOT_FORCE));
}

static const struct CMUnitTest tests[] = {DUMP_TEST(all_there), DUMP_TEST(missing)};

LAB_MAIN(tests)
