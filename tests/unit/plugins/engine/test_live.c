/* live.c: one layer on the live database as it is, and the marker. */
#include "lab.h"

static void a_layer_on_live(void **state) {
    (void)state;
    lab_must(engine_apply_live(lab.context, "migrate", &lab.error));
    lab_expect(lab.live, "SELECT count(*) FROM item", "0");
    lab_must(engine_apply_live(lab.context, "seed", &lab.error));
    lab_expect(lab.live, "SELECT count(*) FROM item", "5");
    assert_int_equal(lab_count("%"), 0);
    assert_false(engine_apply_live(lab.context, "nonsense", &lab.error));
    DK_AUTOFREE char *drop = dk_format("DROP DATABASE \"%s\"", lab.live);
    run_sql(lab.admin, drop);
    lab_must_fail(engine_apply_live(lab.context, "seed", &lab.error), "database-missing");
    assert_contains(lab.error.hint, "devkit up");
}

static void marker(void **state) {
    (void)state;
    bool answer = true;
    lab_must(engine_is_protected(lab.context, &answer, &lab.error));
    assert_false(answer);
    lab_must(engine_protect(lab.context, true, &lab.error));
    lab_must(engine_protect(lab.context, true, &lab.error));
    lab_must(engine_is_protected(lab.context, &answer, &lab.error));
    assert_true(answer);
    lab_must_fail(engine_apply_live(lab.context, "seed", &lab.error), "protected");
    assert_int_equal(lab.error.error_class, DK_ERROR_REFUSED);
    assert_int_equal(lab.seed.applied, 0);
    lab_must(engine_protect(lab.context, false, &lab.error));
    lab_must(engine_is_protected(lab.context, &answer, &lab.error));
    assert_false(answer);
    DK_AUTOFREE char *drop = dk_format("DROP DATABASE \"%s\"", lab.live);
    run_sql(lab.admin, drop);
    lab_must(engine_is_protected(lab.context, &answer, &lab.error));
    assert_false(answer);
    lab_must_fail(engine_protect(lab.context, true, &lab.error), "database-missing");
}

static void marks_of_the_whole_server(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    run_sql(lab.admin, "CREATE DATABASE other_one");
    run_sql(lab.admin, "COMMENT ON DATABASE other_one IS 'theirs [devkit:protected]'");
    lab_must(engine_protect(lab.context, true, &lab.error));
    lab_must(engine_protected_names(lab.context, &names, &lab.error));
    assert_true(dk_strv_contains(&names, lab.live) && dk_strv_contains(&names, "other_one"));
    assert_int_equal(names.count, 2);
    run_sql(lab.admin, "DROP DATABASE other_one");
}

static bool take_the_lock(void *data, dk_error *error) {
    (void)error;
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    engine_session second;
    ++*(int *)data;
    assert_false(engine_open(lab.context, true, DK_ENGINE_NO_WAIT, &second, &failure));
    assert_string_equal(failure.code, "locked");
    engine_close(&second);
    return true;
}

static void one_at_a_time(void **state) {
    (void)state;
    int runs = 0;
    lab_must(engine_exclusively(lab.context, "migrate", take_the_lock, &runs, &lab.error));
    assert_int_equal(runs, 1);
    lab_open(); /* the lock is free again */
    lab_close();
    lab_must(engine_protect(lab.context, true, &lab.error));
    lab_must_fail(engine_exclusively(lab.context, "migrate", take_the_lock, &runs, &lab.error), "protected");
    assert_int_equal(runs, 1);
}

static const struct CMUnitTest tests[] = {LAB_TEST(a_layer_on_live), LAB_TEST(marker),
                                          LAB_TEST(marks_of_the_whole_server), LAB_TEST(one_at_a_time)};
LAB_MAIN(tests)
