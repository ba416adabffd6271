/* plugins/doctor/extensions.c; against a server: tests/integration/test_doctor.py */
#include "doctor_project.h"

static void test_scan(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    doctor_scan_extensions(
        "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";\ncreate\n  extension citext with schema x;\n"
        "-- create extension never\n  # create extension never2\n"
        "op.execute('CREATE EXTENSION pg_trgm')\nop.execute(\"create extension \\\"hstore\\\"\")\n"
        "create extensions x; recreate extension; create extension citext; create extension",
        &names);
    DK_AUTOFREE char *joined = dk_strv_join(&names, " ");
    assert_string_equal(joined, "uuid-ossp citext pg_trgm hstore");
}

static void test_without_a_server(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    expect(context, &doctor_extensions, DK_CHECK_OK, "ask for none");
    one_write(context, "migrations/1.sql", "create extension citext;", 0600);
    expect(context, &doctor_extensions, DK_CHECK_SKIPPED, "see not-listening");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scan), cmocka_unit_test(test_without_a_server)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
