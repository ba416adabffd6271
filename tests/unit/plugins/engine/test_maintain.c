/* maintain.c: the spare is filled, what is too much goes. */
#include "lab.h"

static void maintain(void) {
    lab_close();
    lab_must(engine_maintain(lab.context, NULL, &lab.error));
}

static void fills_and_sweeps(void **state) {
    (void)state;
    lab_reset(DK_ENGINE_NO_SPARE);
    lab_make(ENGINE_FILLING, "1", NULL);
    lab_make(ENGINE_BUILDING, "1", NULL);
    lab_make(ENGINE_DOOMED, "1", NULL);
    lab_make(ENGINE_UNDO, "0", NULL);
    maintain();
    assert_int_equal(lab_count("%"), 4);
    assert_int_equal(lab_count("template"), 2);
    assert_int_equal(lab_count("spare"), 1);
    assert_int_equal(lab_count("undo"), 1);
    const engine_database *spare = engine_catalog_newest(lab_open(), ENGINE_SPARE);
    assert_non_null(engine_spare_find(&lab.session, dk_json_string(spare->note, "key", "")));
    lab_expect(spare->name, "SELECT count(*) FROM item", "5");
    DK_AUTOFREE char *before = dk_format("%u", spare->oid);
    maintain(); /* nothing to do */
    DK_AUTOFREE char *after = dk_format("%u", engine_catalog_newest(lab_open(), ENGINE_SPARE)->oid);
    assert_string_equal(before, after);
}

static void a_stale_spare_is_replaced(void **state) {
    (void)state;
    lab_reset(DK_ENGINE_NO_SPARE);
    maintain();
    uint32_t before = engine_catalog_newest(lab_open(), ENGINE_SPARE)->oid;
    DK_AUTOFREE char *sql = dk_format("UPDATE pg_database SET datconnlimit = -2 WHERE oid = %u", before);
    run_sql(lab.admin, sql);
    maintain();
    const engine_database *spare = engine_catalog_newest(lab_open(), ENGINE_SPARE);
    assert_non_null(spare);
    assert_true(spare->oid != before);
    assert_int_equal(lab_count("spare"), 1);
}

static void not_where_it_is_not_wanted(void **state) {
    (void)state;
    static const char *const configs[] = {"[reset]\nspare = false\n", "[reset]\nmax_size = \"20MB\"\n"};
    for (size_t i = 0; i < DK_COUNT(configs); i++) {
        lab_configure(configs[i]);
        lab_reset(DK_ENGINE_NO_SPARE);
        maintain();
        assert_int_equal(lab_count("spare"), 0);
        assert_int_equal(lab_count("undo"), 1);
    }
}

/* A recipe that can't be read is no reason to keep what is doomed. */
static void what_is_doomed_goes_all_the_same(void **state) {
    (void)state;
    lab_configure("[reset]\nlayers = [\"models\"]\n"); /* nobody implements it here */
    lab_make(ENGINE_DOOMED, "1", NULL);
    lab_make(ENGINE_FILLING, "1", NULL);
    assert_false(engine_maintain(lab.context, NULL, &lab.error));
    assert_int_equal(lab.error.error_class, DK_ERROR_USAGE);
    assert_int_equal(lab_count("%"), 0);
}

static void use_is_written_down(void **state) {
    (void)state;
    lab_reset(DK_ENGINE_NO_SPARE);
    maintain();
    engine_session *session = lab_open();
    int tops = 0;
    for (size_t i = 0; i < session->catalog.count; i++) {
        const engine_database *database = &session->catalog.databases[i];
        if (database->kind != ENGINE_TEMPLATE)
            continue;
        assert_int_equal(strlen(dk_json_string(database->note, "used_at", "")), 20);
        tops += *dk_json_string(database->note, "live_at", "") != '\0';
    }
    assert_int_equal(tops, 1);
}

/* One works, one waits; a third sees that its work will be done. */
static void at_most_one_waits(void **state) {
    (void)state;
    bool taken = false;
    lab_reset(DK_ENGINE_NO_SPARE);
    engine_session *session = lab_open();
    lab_must(engine_unlock_work(session, &lab.error));
    lab_must(engine_lock(session, ENGINE_LOCK_QUEUE, false, &taken, &lab.error));
    assert_true(taken);
    const dk_config *config = dk_config_get(lab.context, NULL);
    lab_must(engine_maintain(lab.context, &config->reset.layers, &lab.error));
    assert_int_equal(lab_count("spare"), 0);
    lab_must(engine_unlock(session, ENGINE_LOCK_QUEUE, &lab.error));
    lab_must(engine_maintain(lab.context, &config->reset.layers, &lab.error));
    assert_int_equal(lab_count("spare"), 1);
}

static void a_worker_is_devkit_again(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv layers = DK_STRV_INIT;
    dk_strv_add(&layers, "migrate");
    lab_must(engine_spawn_maintenance(lab_open()->context, &layers, &lab.error));
    DK_AUTOFREE char *path = dk_path_join(lab.context->root, "worker");
    for (int i = 0; i < 1000 && !dk_file_exists(path); i++)
        usleep(10 * 1000);
    DK_AUTO_BUF dk_buf said = DK_BUF_INIT;
    lab_must(dk_file_read(path, 0, &said, &lab.error));
    assert_string_equal(dk_buf_text(&said), "migrate");
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(fills_and_sweeps),           LAB_TEST(a_stale_spare_is_replaced),
    LAB_TEST(not_where_it_is_not_wanted), LAB_TEST(what_is_doomed_goes_all_the_same),
    LAB_TEST(use_is_written_down),        LAB_TEST(at_most_one_waits),
    LAB_TEST(a_worker_is_devkit_again),
};
LAB_MAIN(tests)
