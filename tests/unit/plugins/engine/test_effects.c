/* effects.c: what a layer does outside the database it builds. */
#include "lab.h"

static engine_effects before, after;
static dk_strv notes;

static int release(void **state) {
    engine_effects_release(&before);
    engine_effects_release(&after);
    dk_strv_release(&notes);
    return lab_teardown(state);
}

static void what_changed(const char *built, bool inside, const char *where, const char *sql) {
    engine_effects_release(&before);
    engine_effects_release(&after);
    dk_strv_release(&notes);
    lab_must(engine_effects_take(&lab.session, built, inside, &before, &lab.error));
    PG_AUTO_CONNECTION pg_connection *connection =
        pg_connect(&cluster.socket, where, &(pg_options){.plain = true}, &lab.error);
    lab_must(connection);
    run_sql(connection, sql);
    lab_must(engine_effects_take(&lab.session, built, inside, &after, &lab.error));
}

static void every_subject_is_noticed(void **state) {
    (void)state;
    const char *built = lab_make(ENGINE_BUILDING, "x", NULL);
    lab_open();
    static const struct {
        const char *sql, *subject;
    } rows[] = {
        {"CREATE ROLE effect", "roles"},
        {"ALTER ROLE effect CREATEDB", "roles"},
        {"GRANT effect TO app", "role memberships"},
        {"ALTER ROLE effect SET work_mem TO '1MB'", "settings of roles"},
        {"ALTER DATABASE \"%1$s\" SET work_mem TO '1MB'", "settings of roles and databases"},
        {"GRANT CREATE ON DATABASE \"%1$s\" TO effect", "row"},
        {"COMMENT ON DATABASE \"%1$s\" IS 'x'", "comment"},
        {"GRANT SET ON PARAMETER app.x TO effect", "rights on parameters"},
        {"SELECT pg_replication_origin_create('effect')", "replication origins"},
        {"SELECT pg_create_physical_replication_slot('effect')", "replication slots"},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTOFREE char *sql = dk_format(rows[i].sql, lab.live);
        what_changed(built, false, "postgres", sql);
        lab_must(engine_effects_compare(&lab.session, "migrate", &before, &after, &notes, &lab.error));
        DK_AUTOFREE char *text = dk_strv_join(&notes, "\n");
        assert_contains(text, rows[i].subject);
        assert_contains(text, "\"migrate\"");
    }
    what_changed(built, false, built, "CREATE TABLE inside ()");
    lab_must(engine_effects_compare(&lab.session, "migrate", &before, &after, &notes, &lab.error));
    assert_int_equal(notes.count, 0);
    run_sql(lab.admin, "SELECT pg_drop_replication_slot('effect'), pg_replication_origin_drop('effect');"
                       "REVOKE SET ON PARAMETER app.x FROM effect");
    lab_close();
    DK_AUTOFREE char *drop = dk_format("DROP DATABASE \"%s\"; ", lab.live);
    run_sql(lab.admin, drop);
    run_sql(lab.admin, "DROP ROLE effect");
}

/* Roles are not in a template: it is worth nothing without those its layers made. */
static void roles_are_remembered(void **state) {
    (void)state;
    const char *built = lab_make(ENGINE_BUILDING, "x", NULL);
    lab_open();
    what_changed(built, false, "postgres", "CREATE ROLE one; CREATE ROLE \"Two 2\"");
    lab_must(engine_effects_compare(&lab.session, "migrate", &before, &after, &notes, &lab.error));
    dk_strv_sort(&lab.session.made_roles);
    DK_AUTOFREE char *made = dk_strv_join(&lab.session.made_roles, "|");
    assert_string_equal(made, "Two 2|one");
    DK_AUTO_JSON json_t *note = json_loads("{\"roles\":[\"one\",\"three\"]}", 0, NULL);
    engine_effects_inherit(&lab.session, note);
    engine_effects_inherit(&lab.session, NULL);
    assert_int_equal(lab.session.made_roles.count, 3);
    what_changed(built, false, "postgres", "DROP ROLE one; DROP ROLE \"Two 2\"");
    lab_must(engine_effects_compare(&lab.session, "migrate", &before, &after, &notes, &lab.error));
    assert_int_equal(lab.session.made_roles.count, 3);
}

static void astray(void **state) {
    (void)state;
    const char *built = lab_make(ENGINE_BUILDING, "x", NULL);
    lab_open();
    static const struct {
        const char *live, *built;
        bool astray;
    } rows[] = {
        {"CREATE TABLE a ()", NULL, true},
        {NULL, "CREATE TABLE b ()", false},
        {"CREATE TABLE c ()", "CREATE TABLE c ()", false}, /* somebody else was at work beside us */
        {NULL, NULL, false},                               /* a layer that adds nothing */
        {"CREATE TABLE alembic_version (v text)", NULL, true},
        {"INSERT INTO alembic_version VALUES ('1')", NULL, true},
        {"UPDATE alembic_version SET v = '2'", NULL, true},
        {"CREATE TEMPORARY TABLE passing ()", NULL, false},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        if (rows[i].built) {
            what_changed(built, true, built, rows[i].built);
            if (rows[i].live) {
                lab_do(lab.live, rows[i].live);
                engine_effects_release(&after);
                lab_must(engine_effects_take(&lab.session, built, true, &after, &lab.error));
            }
        } else {
            what_changed(built, true, lab.live, rows[i].live ? rows[i].live : "SELECT 1");
        }
        bool passed = engine_effects_compare(&lab.session, "migrate", &before, &after, &notes, &lab.error);
        assert_int_equal(passed, !rows[i].astray);
        if (!passed)
            assert_string_equal(lab.error.code, "layer-astray");
    }
}

static void without_a_live_database_nothing_is_compared(void **state) {
    (void)state;
    const char *built = lab_make(ENGINE_BUILDING, "x", NULL);
    DK_AUTOFREE char *drop = dk_format("DROP DATABASE \"%s\"", lab.live);
    run_sql(lab.admin, drop);
    lab_open();
    lab_must(engine_effects_take(&lab.session, built, true, &before, &lab.error));
    assert_null(before.live);
    assert_null(before.built);
}

#define EFFECTS_TEST(function) cmocka_unit_test_setup_teardown(function, lab_setup, release)
static const struct CMUnitTest tests[] = {
    EFFECTS_TEST(every_subject_is_noticed),
    EFFECTS_TEST(roles_are_remembered),
    EFFECTS_TEST(astray),
    EFFECTS_TEST(without_a_live_database_nothing_is_compared),
};
LAB_MAIN(tests)
