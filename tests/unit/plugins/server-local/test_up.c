/* plugins/server-local/up.c without a server; with one: tests/integration/test_server_local.py */
#include "local_project.h"

static void expect_failure(const char *toml, const char *version, const char *code) {
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    bool changed = false;
    local_project_open(&local, toml, LOCAL_URL);
    local_project_data(&local, "PG_VERSION", version);
    if (!dk_streq(code, "foreign-data"))
        local_project_data(&local, LOCAL_SETTINGS, "");
    assert_false(local_up(local.project.context, 5000, &status, &changed, &error));
    assert_string_equal(error.code, code);
    assert_non_null(error.hint);
    dk_server_status_release(&status);
    local_project_close(&local);
}

static void test_refusals(void **state) {
    (void)state;
    expect_failure("", "15\n", "foreign-data");
    expect_failure("[server.local]\nversion = 17\n", "15\n", "data-version");
    expect_failure("[server.local]\nbin_dir = \"/nonexistent\"\n", "15\n", "program-missing");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
