/* Writing URLs: nothing is lost in the same dialect, and what can be said in another one is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <devkit/url.h>
#include <stdlib.h>
#include <string.h>

static void parse(const char *text, dk_url *url) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!dk_url_parse(text, url, &error))
        fail_msg("%s: %s", text, error.message);
}

static void assert_format(const dk_url *url, const char *expected) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_url_format(url, &text);
    assert_string_equal(dk_buf_text(&text), expected);
}

static void assert_format_as(const char *source, dk_url_dialect dialect, const char *expected) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    parse(source, &url);
    dk_url_format_as(&url, dialect, &text);
    assert_string_equal(dk_buf_text(&text), expected);
}

static void test_same_dialect_keeps_every_byte(void **state) {
    static const char *const urls[] = {
        "postgresql://",
        "postgres://h",
        "postgres://u@h/",
        "postgres://u:@h:/d?",
        "postgres://@h/d",
        "postgres://%75ser:p%2dw@h:05432/d%62?x=%41&&y&sslmode=%72equire",
        "postgresql://[::1]:1,b,%2ftmp:3/d?b=2&a=1&b=3",
        "postgresql:///d?port=5433&host=/tmp/s&user=me&password=s3cret",
        "postgresql://a:b@h/d?user=c&password=other",
        "postgresql+psycopg2://u:p/w@h/d?host=x:1&host=y:2&application_name=a+b",
        "postgresql+asyncpg://u:p@h:6543/d?ssl=require&prepared_statement_cache_size=0",
        "jdbc:postgresql:d",
        "jdbc:postgresql:",
        "jdbc:postgresql:/",
        "jdbc:postgresql://h/d?a=1&user=u&b=2&password=p%2Bq&ssl=true",
        "psql://u@h/d",
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(urls); i++) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        DK_AUTO_URL dk_url copy = DK_URL_INIT;
        parse(urls[i], &url);
        assert_format(&url, urls[i]);
        dk_url_copy(&copy, &url);
        assert_format(&copy, urls[i]);
    }
}

static void test_change_touches_nothing_else(void **state) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    (void)state;
    parse("postgres://%75ser:p%2dw@h:05432/d%62?x=%41&y", &url);
    dk_url_set_database(&url, "My \"Shop\"/ä");
    assert_format(&url, "postgres://%75ser:p%2dw@h:05432/My%20%22Shop%22%2F%C3%A4?x=%41&y");
    dk_url_set_host(&url, "::1", 7);
    assert_format(&url, "postgres://%75ser:p%2dw@[::1]:7/My%20%22Shop%22%2F%C3%A4?x=%41&y");
    dk_url_set_host(&url, "/tmp/a b", 7);
    assert_format(&url, "postgres://%75ser:p%2dw@/My%20%22Shop%22%2F%C3%A4?x=%41&y&host=/tmp/a%20b&port=7");

    parse("jdbc:postgresql:d?x=1", &url);
    dk_url_set_database(&url, "e");
    assert_format(&url, "jdbc:postgresql:e?x=1");
    dk_url_set_host(&url, "127.0.0.1", 99);
    assert_format(&url, "jdbc:postgresql://127.0.0.1:99/e?x=1");

    parse("postgresql+psycopg2:///d?host=/tmp&x=1", &url);
    dk_url_set_host(&url, "db", 0);
    assert_format(&url, "postgresql+psycopg2://db/d?x=1");

    parse("jdbc:postgresql://h/d?user=old&x=1", &url);
    free(url.user);
    url.user = dk_strdup("new one");
    url.password = dk_strdup("p&w");
    assert_format(&url, "jdbc:postgresql://h/d?user=new%20one&x=1&password=p%26w");
}

static void test_parameters_changed_by_hand(void **state) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    (void)state;
    parse("postgres://h/d?a=%41&b=%42&c=%43", &url);
    free(url.parameters[1].value);
    url.parameters[1].value = dk_strdup("x y");
    assert_format(&url, "postgres://h/d?a=%41&b=x%20y&c=%43");
    /* the host's address goes with the host */
    parse("postgres://h/d?a=%41&hostaddr=10.0.0.1&c=%43", &url);
    dk_url_set_host(&url, "i", 0);
    assert_format(&url, "postgres://i/d?a=%41&c=%43");
}

static void test_made_by_hand(void **state) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    (void)state;
    url.scheme = dk_strdup("postgresql");
    url.user = dk_strdup("ann");
    dk_url_set_host(&url, "localhost", 5433);
    dk_url_set_database(&url, "shop");
    assert_format(&url, "postgresql://ann@localhost:5433/shop");
}

static void test_dialects(void **state) {
    static const struct {
        const char *source;
        dk_url_dialect dialect;
        const char *expected;
    } rows[] = {
        {"postgresql+asyncpg://u:p%40@h:1/d?ssl=require&x=1", DK_URL_LIBPQ,
         "postgresql://u:p%40@h:1/d?sslmode=require&x=1"},
        {"postgresql+asyncpg://h/d?ssl=true", DK_URL_LIBPQ, "postgresql://h/d?sslmode=require"},
        {"postgresql+asyncpg://h/d?ssl=false", DK_URL_LIBPQ, "postgresql://h/d?sslmode=disable"},
        {"postgresql+asyncpg://h/d?ssl=verify-full&timeout=5", DK_URL_SQLALCHEMY,
         "postgresql+psycopg2://h/d?sslmode=verify-full&connect_timeout=5"},
        {"postgres://u:p@h/d?sslmode=require&channel_binding=require", DK_URL_ASYNCPG,
         "postgresql+asyncpg://u:p@h/d?ssl=require&channel_binding=require"},
        {"postgres://u:p+q%20r@[::1]:2/d?sslmode=disable", DK_URL_JDBC,
         "jdbc:postgresql://[::1]:2/d?user=u&password=p%2Bq%20r&sslmode=disable"},
        {"jdbc:postgresql://h/d?user=u&password=p%26q&ssl=true&ApplicationName=a", DK_URL_LIBPQ,
         "postgresql://u:p%26q@h/d?sslmode=require&application_name=a"},
        {"jdbc:postgresql:d", DK_URL_LIBPQ, "postgresql:///d"},
        {"postgis://u@h/d", DK_URL_LIBPQ, "postgresql://u@h/d"},
        {"postgres://u@h/d", DK_URL_LIBPQ, "postgres://u@h/d"},
        {"postgres://u@a:1,b:2/d", DK_URL_SQLALCHEMY, "postgresql+psycopg2://u@/d?host=a:1&host=b:2"},
        {"postgres://u@%2Ftmp%2Fs:5433/d", DK_URL_ASYNCPG, "postgresql+asyncpg://u@/d?host=/tmp/s&port=5433"},
        {"postgresql+psycopg2:///d?host=/tmp/s", DK_URL_LIBPQ, "postgresql:///d?host=/tmp/s"},
        {"postgresql+psycopg://h/d?application_name=a+b", DK_URL_LIBPQ,
         "postgresql://h/d?application_name=a%20b"},
        {"postgresql+psycopg://u@h/d?x=1", DK_URL_SQLALCHEMY, "postgresql+psycopg://u@h/d?x=1"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++)
        assert_format_as(rows[i].source, rows[i].dialect, rows[i].expected);
}

static void test_masked(void **state) {
    static const char *const rows[][2] = {
        {"postgres://u:hunter2@h/d?x=%41", "postgres://u:***@h/d?x=%41"},
        {"postgres://u@h/d", "postgres://u@h/d"},
        {"postgresql:///d?user=u&password=hunter2&x=1", "postgresql://:***@/d?user=u&x=1"},
        {"postgresql://a:hunter3@h/d?password=hunter2", "postgresql://a:***@h/d"},
        {"jdbc:postgresql://h/d?user=u&password=hunter2", "jdbc:postgresql://h/d?user=u&password=***"},
        {"postgres://h/d?sslpassword=hunter2&x=1", "postgres://h/d?sslpassword=***&x=1"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        parse(rows[i][0], &url);
        char *masked = dk_url_masked(&url);
        assert_string_equal(masked, rows[i][1]);
        free(masked);
        assert_format(&url, rows[i][0]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_dialect_keeps_every_byte),
        cmocka_unit_test(test_change_touches_nothing_else),
        cmocka_unit_test(test_parameters_changed_by_hand),
        cmocka_unit_test(test_made_by_hand),
        cmocka_unit_test(test_dialects),
        cmocka_unit_test(test_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
