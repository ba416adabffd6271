/* plugins/ports/agree.c */
#include "lab.h"

/* Problems of all rows, each once. */
static char *compare(const char *config, const char *env, const char *compose) {
    dk_context *context = lab_open(config, env);
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    PORTS_AUTO_ROWS ports_rows rows = PORTS_ROWS_INIT;
    socket_table empty = SOCKET_TABLE_INIT;
    dk_buf text = DK_BUF_INIT;
    if (compose)
        one_write(context, "compose.yml", compose, 0644);
    assert_true(ports_needs_collect(context, &needs, NULL));
    ports_rows_make(context, &needs, &empty, false, &rows);
    assert_true(ports_agree(context, &needs, &rows, NULL));
    for (size_t i = 0; i < rows.count; i++)
        if (rows.items[i].problem)
            dk_buf_addf(&text, "%d: %s; ", rows.items[i].port, rows.items[i].problem);
    fake_free(context);
    return dk_buf_detach(&text);
}

#define URL "DATABASE_URL=postgresql://a@localhost:5433/d\n"
#define COMPOSE "services:\n  db:\n    image: postgres:16\n    ports: [\"5432:5432\"]\n"

static void test_files_that_contradict(void **state) {
    (void)state;
    static const struct {
        const char *config, *env, *compose, *problems;
    } rows[] = {
        {"", URL "POSTGRES_PORT=5433\n", NULL, ""},
        {"", URL "POSTGRES_PORT=5432\nPOSTGRES_HOST=db\n", NULL, ""}, /* inside of compose */
        {"", URL "WEB_PORT=5432\n", NULL, ""},
        {"", URL "POSTGRES_PORT=5432\n", NULL,
         "5433: DATABASE_URL (.env:1) says port 5433, POSTGRES_PORT (.env:2) says 5432; "
         "5432: DATABASE_URL (.env:1) says port 5433, POSTGRES_PORT (.env:2) says 5432; "},
        {"[ports]\nback-end = 8000\n", "BACK_END_PORT=8001\n", NULL,
         "8000: [ports] back-end says port 8000, BACK_END_PORT (.env:1) says 8001; "
         "8001: [ports] back-end says port 8000, BACK_END_PORT (.env:1) says 8001; "},
        {"[ports]\nbackend = 8000\n", "BACKEND_PORT=8000\n", NULL, ""},
        {"[ports]\nbackend = 8000\n", "FRONTEND_PORT=8001\n", NULL, ""},
        {"", URL, COMPOSE,
         "5433: DATABASE_URL (.env:1) says port 5433, the compose file (service db) says 5432; "
         "5432: DATABASE_URL (.env:1) says port 5433, the compose file (service db) says 5432; "},
        {"", "DATABASE_URL=postgresql://a@localhost:5432/d\n", COMPOSE, ""},
        {"", "DATABASE_URL=postgresql://a@db:5432/d\n", COMPOSE, ""},
        {"", "DATABASE_URL=postgresql://a@example.com:5439/d\n", COMPOSE, ""},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTOFREE char *problems = compare(rows[i].config, rows[i].env, rows[i].compose);
        assert_string_equal(problems, rows[i].problems);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files_that_contradict)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
