/* plugins/ports/need_env.c */
#include "lab.h"

static void note(void *data, const char *scheme, const char *host, int port) {
    dk_buf_addf(data, "%s|%s|%d ", scheme, host, port);
}

static void test_urls_in_texts(void **state) {
    (void)state;
    static const struct {
        const char *text, *found;
    } rows[] = {
        {"redis://localhost:6379/0", "redis|localhost|6379 "},
        {"postgresql+asyncpg://u:p:x@127.0.0.1:5433/d?x=1", "postgresql|127.0.0.1|5433 "},
        {"jdbc:postgresql://localhost:5432/d", "postgresql|localhost|5432 "},
        {"http://[::1]:8080/", "http|::1|8080 "},
        {"http://a:1,http://b:2 ws://c:3", "http|a|1 http|b|2 ws|c|3 "},
        {"[\"http://localhost:3000\", 'http://localhost:5173']", "http|localhost|3000 http|localhost|5173 "},
        {"[http://localhost:3000]", "http|localhost|3000 "},
        {"amqp://guest:guest@localhost:5672//", "amqp|localhost|5672 "},
        {"http://localhost", ""},
        {"http://localhost/a:80", ""},
        {"http://localhost:", ""},
        {"http://localhost:99999", ""},
        {"http://localhost:80x", ""},
        {"http://:80", ""},
        {"://localhost:80", ""},
        {"7z://localhost:80", ""},
        {"http://[::1", ""},
        {"http://[::1]", ""},
        {"", ""},
        {"://", ""},
        {"http://", ""},
        {"http://[]:1", ""},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_BUF dk_buf found = DK_BUF_INIT;
        ports_each_url(rows[i].text, note, &found);
        if (strcmp(dk_buf_text(&found), rows[i].found) != 0)
            fail_msg("%s: %s", rows[i].text, dk_buf_text(&found));
    }
}

static void test_variables(void **state) {
    (void)state;
    dk_context *context = lab_open("", "DATABASE_URL=postgresql://a@localhost:5433/d\n"
                                       "PORT=8000\nWEB_PORT=3000\nWEB_HOST=0.0.0.0\n"
                                       "SMTP_PORT=587\nSMTP_HOST=mail.example.com\n"
                                       "PGPORT=5432\nSUPPORT=12\nBAD_PORT=x\nBIG_PORT=70000\n"
                                       "API=http://api.example.com:81\nLOCAL=http://localhost:82\n");
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_true(ports_needs_env(context, &needs, NULL));
    for (size_t i = 0; i < needs.count; i++)
        dk_buf_addf(&text, "%d %s ", needs.items[i].port, needs.items[i].sources[0].name);
    assert_string_equal(dk_buf_text(&text), "8000 PORT 3000 WEB_PORT 5432 PGPORT 82 LOCAL ");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_urls_in_texts),
                                       cmocka_unit_test(test_variables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
