/* open.c: the project, the server, the lock, the catalog. */
#include "lab.h"

static void without_a_database(void **state) {
    (void)state;
    DK_AUTOFREE char *path = dk_path_join(lab.context->root, ".env");
    assert_int_equal(unlink(path), 0);
    lab_must_fail(engine_open(lab.context, true, 0, &lab.session, &lab.error), "env-missing");
    assert_int_equal(lab.error.error_class, DK_ERROR_USAGE);
}

static void the_maintenance_database_is_not_for_applications(void **state) {
    (void)state;
    snprintf(lab.live, sizeof lab.live, "postgres");
    lab_configure("");
    lab_must_fail(engine_open(lab.context, true, 0, &lab.session, &lab.error), "database-is-maintenance");
}

static void one_at_a_time(void **state) {
    (void)state;
    engine_session other;
    lab_open();
    lab_must_fail(engine_open(lab.context, true, DK_ENGINE_NO_WAIT, &other, &lab.error), "locked");
    engine_close(&other);
    lab_must(engine_open(lab.context, false, 0, &other, &lab.error)); /* a look needs no lock */
    engine_close(&other);
    lab_must(engine_unlock_work(&lab.session, &lab.error));
    lab_must(engine_open(lab.context, true, DK_ENGINE_NO_WAIT, &other, &lab.error));
    engine_close(&other);
    lab_must(engine_lock_work(&lab.session, DK_ENGINE_NO_WAIT, &lab.error));
}

static void a_look_does_not_recover(void **state) {
    (void)state;
    lab_make(ENGINE_REPLACED, "x", "{\"devkit\":1}");
    lab_must(engine_open(lab.context, false, 0, &lab.session, &lab.error));
    assert_int_equal(lab_count("replaced"), 1);
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(without_a_database),
    LAB_TEST(the_maintenance_database_is_not_for_applications),
    LAB_TEST(one_at_a_time),
    LAB_TEST(a_look_does_not_recover),
};
LAB_MAIN(tests)
