/* plugins/server-external/rights.c without a server; with one: tests/integration/test_external.py */
#include "../layer_project.h"

#include <server-external/external.h>

static void test_hint(void **state) {
    (void)state;
    EXTERNAL_AUTO_RIGHTS external_rights rights = {0};
    assert_null(external_rights_hint(&rights));
    dk_strv_add(&rights.missing, "ALTER ROLE app CREATEDB");
    dk_strv_add(&rights.missing, "GRANT pg_signal_backend TO app");
    DK_AUTOFREE char *hint = external_rights_hint(&rights);
    assert_non_null(strstr(hint, "ALTER ROLE app CREATEDB; GRANT pg_signal_backend TO app"));
    assert_non_null(strstr(hint, "server = \"local\""));
    assert_non_null(strstr(hint, "dump"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hint)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
