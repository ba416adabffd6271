/* plugins/migrate/verify.c: nothing to verify is fine; statements are in
 * tests/integration/test_migrate_sql.py */
#include "../layer_project.h"

#include "migrate/migrate.h"

static void test_nothing_to_verify(void **state) {
    (void)state;
    migrate_session session = {0};
    dk_strv none = DK_STRV_INIT;
    assert_true(migrate_verify(&session, &none, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_to_verify)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
