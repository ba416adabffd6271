/* plugins/server/facts_report.c */
#include "fake_server.h"

static json_t *shown;

static bool print(dk_context *context, const void *values, dk_error *error) {
    (void)values, (void)error;
    server_print_facts(context, shown);
    return true;
}

static char *print_facts(const char *facts) {
    dk_context *context = fake_project(FAKE_ENV);
    bool done;
    shown = json_loads(facts, 0, NULL);
    assert_non_null(shown);
    char *text = one_output(print, context, NULL, &done, NULL);
    json_decref(shown);
    fake_free(context);
    return text;
}

static void test_everything(void **state) {
    (void)state;
    DK_AUTOFREE char *text = print_facts(
        "{\"healthy\":true,\"environment\":\"staging\",\"variable\":\"DATABASE_URL\",\"origin\":\".env:3\","
        "\"url\":\"postgresql://app:***@h/d\",\"driver\":\"asyncpg\",\"connect_ms\":4,\"size_bytes\":1048576,"
        "\"connections\":{\"used\":3,\"max\":100},\"pool\":{\"size\":5,\"max_overflow\":10,\"timeout\":30,"
        "\"recycle\":1800},\"migrations\":{\"applied\":4,\"pending\":[{\"name\":\"005_x\"}],\"unknown\":["
        "\"z\"]},"
        "\"kept\":{\"spare\":1,\"undo\":1,\"template\":2,\"bytes\":2097152},"
        "\"slowest\":[{\"query\":\"select 1\",\"calls\":7,\"mean_ms\":1.25}],"
        "\"details\":{\"container_state\":\"running\",\"restarts\":0,\"health\":null}}");
    static const char *const lines[] = {
        "environment  staging\n",
        "url          postgresql://app:***@h/d (DATABASE_URL, .env:3)\n",
        "size         1.0 MB\n",
        "connections  3 of 100; connecting took 4 ms\n",
        "driver       asyncpg, pool of 5, overflow 10, time-out 30 s, recycled after 1800 s\n",
        "migrations   4 applied, 1 pending (next: 005_x), 1 unknown here\n",
        "kept         1 spare, 1 undo, 2 templates; 2.0 MB\n",
        "slowest      1.2 ms × 7: select 1\n",
        "container state running\n",
        "restarts     0\n"};
    for (size_t i = 0; i < DK_COUNT(lines); i++)
        if (!strstr(text, lines[i]))
            fail_msg("\"%s\" is not in\n%s", lines[i], text);
    assert_null(strstr(text, "health"));
}

static void test_what_is_not_known_has_no_line(void **state) {
    (void)state;
    DK_AUTOFREE char *text = print_facts("{\"healthy\":false,\"url\":null,\"driver\":null,\"pool\":{}}");
    assert_string_equal(text, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_everything),
                                       cmocka_unit_test(test_what_is_not_known_has_no_line)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
