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

static const struct CMUnitTest tests[] = {LAB_TEST(a_layer_on_live), LAB_TEST(marker)};
LAB_MAIN(tests)
