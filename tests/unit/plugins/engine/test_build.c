/* build.c: layer upon layer, each sealed as a template. */
#include "lab.h"

static dk_engine_report report;
static char *built;

static bool build(unsigned flags) {
    engine_recipe recipe = ENGINE_RECIPE_INIT;
    engine_session *session = lab_open();
    dk_engine_report_release(&report);
    free(built);
    built = NULL;
    bool done = engine_recipe_make(session, &session->config->reset.layers, &recipe, &lab.error) &&
                engine_build(session, &recipe, flags, &report, &built, &lab.error);
    engine_recipe_release(&recipe);
    return done;
}

static int release(void **state) {
    dk_engine_report_release(&report);
    free(built);
    built = NULL;
    return lab_teardown(state);
}

static void every_layer_leaves_a_template(void **state) {
    (void)state;
    lab_must(build(0));
    assert_string_equal(report.source, "built");
    assert_int_equal(report.layer_count, 2);
    assert_string_equal(report.layers[0].name, "migrate");
    assert_false(report.layers[0].cached || report.layers[1].cached);
    assert_int_equal(strlen(report.layers[1].key), 64);
    lab_expect(built, "SELECT count(*) FROM item", "5");
    assert_int_equal(lab_count("template"), 2);
    const engine_database *below = engine_catalog_find(lab_open(), ENGINE_TEMPLATE, report.layers[0].key);
    assert_string_equal(dk_json_string(below->note, "layer", ""), "migrate");
    lab_expect(below->name, "SELECT count(*) FROM item", "0");
    lab_must(build(0));
    assert_string_equal(report.source, "template");
    assert_true(report.layers[0].cached && report.layers[1].cached);
    assert_int_equal(lab.migrate.applied + lab.seed.applied, 2);
    lab_expect(built, "SELECT count(*) FROM item", "5");
}

static void only_what_changed_is_built(void **state) {
    (void)state;
    lab_must(build(0));
    lab.seed.fixed = "2";
    lab_must(build(0));
    assert_true(report.layers[0].cached);
    assert_false(report.layers[1].cached);
    assert_int_equal(lab.migrate.applied, 1);
    lab_must(build(DK_ENGINE_FRESH));
    assert_false(report.layers[0].cached);
    assert_int_equal(lab_count("template"), 3);
    assert_int_equal(lab_count("doomed"), 2); /* the two that were built again */
}

static void an_incremental_layer_goes_on(void **state) {
    (void)state;
    lab_configure("[reset]\nlayers = [\"migrate\"]\n");
    lab.migrate.flags = DK_LAYER_INCREMENTAL | DK_LAYER_ORDERED;
    lab.migrate.items[0] = "1";
    lab_must(build(0));
    lab.migrate.items[1] = "2";
    lab.migrate.sql = "ALTER TABLE item ADD COLUMN more text";
    lab_must(build(0));
    lab_expect(built, "SELECT count(more) FROM item", "0");
    assert_false(report.layers[0].cached);
    assert_int_equal(lab_count("building"), 2);
}

/* The spare of the older result is a finished clone: the next one is built in it. */
static void an_incremental_layer_goes_on_in_the_spare(void **state) {
    (void)state;
    lab_configure("[reset]\nlayers = [\"migrate\"]\n");
    lab.migrate.flags = DK_LAYER_INCREMENTAL | DK_LAYER_ORDERED;
    lab.migrate.items[0] = "1";
    lab_must(build(0));
    lab_close(); /* the work lock */
    lab_must(engine_maintain(lab.context, NULL, &lab.error));
    const engine_database *spare = engine_catalog_newest(lab_open(), ENGINE_SPARE);
    assert_non_null(spare);
    DK_AUTOFREE char *oid = dk_format("%u", spare->oid);
    lab.migrate.items[1] = "2";
    lab.migrate.sql = "ALTER TABLE item ADD COLUMN more text";
    lab_must(build(0));
    assert_int_equal(lab_count("spare"), 0);
    DK_AUTOFREE char *sql =
        dk_format("SELECT datname LIKE 'devkit\\_template\\_%%' FROM pg_database WHERE oid = %s", oid);
    lab_expect("postgres", sql, "t");
}

static void settings_are_there_for_the_layers_above(void **state) {
    (void)state;
    lab.migrate.sql = "CREATE TABLE item (id int); CREATE TABLE who (n text); DO $$ BEGIN EXECUTE format("
                      "'ALTER DATABASE %I SET lock_timeout TO ''9s''', current_database()); END $$";
    lab.seed.sql = "INSERT INTO who SELECT current_setting('lock_timeout')";
    lab_must(build(0));
    lab_expect(built, "SELECT n FROM who", "9s");
    lab_expect(built, "SHOW lock_timeout", "9s");
}

static void templates_know_the_roles_they_need(void **state) {
    (void)state;
    lab.migrate.sql = "CREATE TABLE item (id int); CREATE TABLE who (n text); CREATE ROLE made_by_layer";
    run_sql(lab.admin, "ALTER ROLE app CREATEROLE");
    lab_must(build(0));
    run_sql(lab.admin, "ALTER ROLE app NOCREATEROLE");
    assert_int_equal(report.notes.count, 1);
    const engine_database *top = engine_catalog_find(lab_open(), ENGINE_TEMPLATE, report.layers[1].key);
    char *roles = json_dumps(json_object_get(top->note, "roles"), 0);
    assert_string_equal(roles, "[\"made_by_layer\"]");
    free(roles);
    lab.seed.fixed = "2"; /* a template on top of one that is there */
    lab_must(build(0));
    top = engine_catalog_find(lab_open(), ENGINE_TEMPLATE, report.layers[1].key);
    assert_int_equal(json_array_size(json_object_get(top->note, "roles")), 1);
    run_sql(lab.admin, "DROP ROLE made_by_layer");
    lab.migrate.sql = "CREATE TABLE item (id int)";
    lab_must(build(0));
    assert_false(report.layers[0].cached);
}

static void without_templates_nothing_is_sealed(void **state) {
    (void)state;
    lab_configure("[reset]\ntemplates = 0\n");
    lab_must(build(0));
    assert_int_equal(lab_count("template"), 0);
    assert_int_equal(lab_count("building"), 1);
    lab_expect(built, "SELECT count(*) FROM item", "5");
}

static void a_failing_layer_ends_it(void **state) {
    (void)state;
    lab.migrate.sql = "CREATE TABLE half (); SELECT 1 / 0";
    lab_must_fail(build(0), "sql-failed");
    assert_string_equal(lab.error.sqlstate, "22012");
    assert_null(built);
    assert_int_equal(lab.seed.applied, 0);
    assert_int_equal(lab_count("template"), 0);
}

static void a_layer_in_the_live_database_is_astray(void **state) {
    (void)state;
    lab.migrate.flags = DK_LAYER_COMMAND;
    lab.migrate.sql = NULL;
    lab.migrate.live_sql = "CREATE TABLE strayed ()";
    lab_must_fail(build(0), "layer-astray");
    assert_contains(lab.error.hint, "in-place");
}

#define BUILD_TEST(function) cmocka_unit_test_setup_teardown(function, lab_setup, release)
static const struct CMUnitTest tests[] = {
    BUILD_TEST(every_layer_leaves_a_template),
    BUILD_TEST(only_what_changed_is_built),
    BUILD_TEST(an_incremental_layer_goes_on),
    BUILD_TEST(an_incremental_layer_goes_on_in_the_spare),
    BUILD_TEST(settings_are_there_for_the_layers_above),
    BUILD_TEST(templates_know_the_roles_they_need),
    BUILD_TEST(without_templates_nothing_is_sealed),
    BUILD_TEST(a_failing_layer_ends_it),
    BUILD_TEST(a_layer_in_the_live_database_is_astray),
};
LAB_MAIN(tests)
