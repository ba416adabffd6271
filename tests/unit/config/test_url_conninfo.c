/* URLs as libpq's keywords, and which of them lead to this machine. */
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

static void test_conninfo(void **state) {
    static const char *const rows[][2] = {
        {"postgres://u:p%40@h:1/d?sslmode=require",
         "host=h port=1 user=u password=p@ dbname=d sslmode=require"},
        {"postgresql+asyncpg://u@h/d?ssl=true&prepared_statement_cache_size=0",
         "host=h user=u dbname=d sslmode=require"},
        {"postgresql+asyncpg://h/d?timeout=9", "host=h dbname=d connect_timeout=9"},
        {"postgres://a:1,b/d", "host=a,b port=1, dbname=d"},
        {"postgresql:///d?host=/tmp", "host=/tmp dbname=d"},
        {"postgresql:///d", "dbname=d"},
        {"postgresql://:7/", "port=7"},
        {"jdbc:postgresql://h/d?user=u&password=p&ssl=true&prepareThreshold=3&connectTimeout=2",
         "host=h user=u password=p dbname=d sslmode=require connect_timeout=2"},
        {"postgres://h/d?sslmode=a&sslmode=b&ssl=no&channel_binding=require&sslnegotiation=direct",
         "host=h dbname=d sslmode=b channel_binding=require"},
        {"postgres://h/d?options=endpoint%3Dep-x&schema=public", "host=h dbname=d options=endpoint=ep-x"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
        DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
        parse(rows[i][0], &url);
        dk_url_conninfo(&url, &conninfo);
        for (size_t j = 0; j + 1 < conninfo.pairs.count; j += 2)
            dk_buf_addf(&text, "%s%s=%s", j ? " " : "", conninfo.pairs.items[j], conninfo.pairs.items[j + 1]);
        assert_string_equal(dk_buf_text(&text), rows[i][1]);
    }
}

static void test_conninfo_values(void **state) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    DK_AUTO_CONNINFO dk_conninfo copy = DK_CONNINFO_INIT;
    (void)state;
    assert_null(dk_conninfo_get(&conninfo, "host"));
    dk_conninfo_set(&conninfo, "host", "a");
    dk_conninfo_set(&conninfo, "port", "host"); /* a value spelled like a keyword */
    dk_conninfo_set(&conninfo, "host", dk_conninfo_get(&conninfo, "port"));
    assert_string_equal(dk_conninfo_get(&conninfo, "host"), "host");
    assert_int_equal(conninfo.pairs.count, 4);
    dk_conninfo_copy(&copy, &conninfo);
    dk_conninfo_copy(&copy, &conninfo);
    dk_conninfo_set(&conninfo, "host", "b");
    assert_string_equal(dk_conninfo_get(&copy, "host"), "host");
    assert_int_equal(copy.pairs.count, 4);
}

static void test_is_local(void **state) {
    static const struct {
        const char *url;
        bool local;
    } rows[] = {
        {"postgres://localhost/d", true},
        {"postgres://LOCALHOST/d", true},
        {"postgres://127.0.0.1/d", true},
        {"postgres://127.8.9.10/d", true},
        {"postgres://[::1]/d", true},
        {"postgres://[::ffff:127.0.0.1]/d", true},
        {"postgres:///d", true},
        {"postgres://%2Ftmp/d", true},
        {"postgresql:///d?host=/tmp", true},
        {"postgres://localhost,127.0.0.1/d", true},
        {"postgres://db/d", false},
        {"postgres://localhost.example.org/d", false},
        {"postgres://127.0.0.1.example.org/d", false},
        {"postgres://128.0.0.1/d", false},
        {"postgres://0.0.0.0/d", false},
        {"postgres://[2001:db8::1]/d", false},
        {"postgres://[::ffff:10.0.0.1]/d", false},
        {"postgres://localhost,db/d", false},
        {"postgresql://localhost/d?host=prod", false},
        {"postgresql://localhost/d?hostaddr=10.0.0.1", false},
        {"postgresql://localhost/d?hostaddr=127.0.0.1", true},
        {"postgresql:///d?service=prod", false},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        parse(rows[i].url, &url);
        if (dk_url_is_local(&url) != rows[i].local)
            fail_msg("%s is taken for %s", rows[i].url, rows[i].local ? "remote" : "local");
    }
}

/* Without a host libpq asks the environment, so the guard has to as well. */
static void test_is_local_asks_the_environment(void **state) {
    DK_AUTO_URL dk_url nowhere = DK_URL_INIT;
    DK_AUTO_URL dk_url here = DK_URL_INIT;
    (void)state;
    parse("postgres:///d", &nowhere);
    parse("postgres://localhost/d", &here);
    setenv("PGHOST", "prod.example.org", 1);
    assert_false(dk_url_is_local(&nowhere));
    assert_true(dk_url_is_local(&here));
    setenv("PGHOST", "/tmp", 1);
    assert_true(dk_url_is_local(&nowhere));
    setenv("PGHOSTADDR", "10.0.0.1", 1);
    assert_false(dk_url_is_local(&here));
    unsetenv("PGHOSTADDR");
    unsetenv("PGHOST");
    setenv("PGSERVICE", "prod", 1);
    assert_false(dk_url_is_local(&nowhere));
    assert_true(dk_url_is_local(&here));
    unsetenv("PGSERVICE");
}

int main(void) {
    unsetenv("PGHOST");
    unsetenv("PGHOSTADDR");
    unsetenv("PGSERVICE");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conninfo),
        cmocka_unit_test(test_conninfo_values),
        cmocka_unit_test(test_is_local),
        cmocka_unit_test(test_is_local_asks_the_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
