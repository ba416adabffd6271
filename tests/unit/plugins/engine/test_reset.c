/* reset.c: where a reset takes the database from. */
#include "lab.h"

static void cold_template_spare(void **state) {
    (void)state;
    lab_do(lab.live, "CREATE TABLE mine ()");
    assert_string_equal(lab_reset(DK_ENGINE_NO_SPARE), "built");
    lab_expect(lab.live, "SELECT count(*) FROM item", "5");
    lab_expect(lab.live, "SELECT to_regclass('mine')", "(null)");
    assert_string_equal(lab_reset(DK_ENGINE_NO_SPARE), "template");
    assert_int_equal(lab.migrate.applied, 1);
    assert_int_equal(lab.seed.applied, 1);
    lab_must(engine_maintain(lab.context, NULL, &lab.error));
    assert_int_equal(lab_count("spare"), 1);
    assert_string_equal(lab_reset(DK_ENGINE_NO_SPARE), "spare");
    lab_expect(lab.live, "SELECT count(*) FROM item", "5");
    assert_int_equal(lab_count("spare"), 0);
}

static void fresh_ignores_what_is_there(void **state) {
    (void)state;
    lab_reset(DK_ENGINE_NO_SPARE);
    lab_must(engine_maintain(lab.context, NULL, &lab.error));
    assert_string_equal(lab_reset(DK_ENGINE_NO_SPARE | DK_ENGINE_FRESH), "built");
    assert_int_equal(lab.migrate.applied, 2);
    /* the spare is of the template that was replaced */
    assert_string_equal(lab_reset(DK_ENGINE_NO_SPARE), "template");
}

static void a_failing_layer_leaves_live_alone(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    lab.seed.fails = true;
    lab_do(lab.live, "CREATE TABLE mine ()");
    const dk_config *config = dk_config_get(lab.context, NULL);
    dk_engine_request request = {.layers = &config->reset.layers, .flags = DK_ENGINE_NO_SPARE};
    lab_must_fail(engine_reset(lab.context, &request, &report, &lab.error), "layer-failed");
    dk_engine_report_release(&report);
    lab_expect(lab.live, "SELECT to_regclass('mine')", "mine");
    assert_int_equal(lab_count("undo"), 0);
    assert_int_equal(lab_count("building"), 1); /* the next run sweeps it */
}

static void a_protected_database_is_refused(void **state) {
    (void)state;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    const dk_config *config = dk_config_get(lab.context, NULL);
    dk_engine_request request = {.layers = &config->reset.layers};
    lab_must(engine_protect(lab.context, true, &lab.error));
    lab_must_fail(engine_reset(lab.context, &request, &report, &lab.error), "protected");
    assert_int_equal(lab.error.error_class, DK_ERROR_REFUSED);
    assert_int_equal(lab.migrate.applied, 0);
    dk_engine_report_release(&report);
}

static void a_comment_stays_with_the_live_name(void **state) {
    (void)state;
    DK_AUTOFREE char *sql = dk_format("COMMENT ON DATABASE \"%s\" IS 'the shop''s'", lab.live);
    run_sql(lab.admin, sql);
    for (int i = 0; i < 2; i++) {
        lab_reset(DK_ENGINE_NO_SPARE);
        lab_expect(lab.live,
                   "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = "
                   "current_database()",
                   "the shop's");
    }
}

static void work_is_left_to_a_worker(void **state) {
    (void)state;
    lab_reset(0);
    DK_AUTOFREE char *path = dk_path_join(lab.context->root, "worker");
    for (int i = 0; i < 500 && !dk_file_exists(path); i++)
        usleep(10 * 1000);
    DK_AUTO_BUF dk_buf said = DK_BUF_INIT;
    lab_must(dk_file_read(path, 0, &said, &lab.error));
    assert_string_equal(dk_buf_text(&said), "seed");
}

static void a_recipe_of_nothing_is_an_empty_database(void **state) {
    (void)state;
    lab_configure("[reset]\nlayers = []\n");
    lab_do(lab.live, "CREATE TABLE mine ()");
    assert_string_equal(lab_reset(DK_ENGINE_NO_SPARE), "built");
    lab_expect(lab.live, "SELECT to_regclass('mine')", "(null)");
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(cold_template_spare),
    LAB_TEST(fresh_ignores_what_is_there),
    LAB_TEST(a_failing_layer_leaves_live_alone),
    LAB_TEST(a_protected_database_is_refused),
    LAB_TEST(a_comment_stays_with_the_live_name),
    LAB_TEST(work_is_left_to_a_worker),
    LAB_TEST(a_recipe_of_nothing_is_an_empty_database),
};
LAB_MAIN(tests)
