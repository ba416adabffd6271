/* Reading URLs, in the words of each dialect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <devkit/system.h>
#include <devkit/url.h>
#include <stdlib.h>
#include <string.h>

typedef struct url_case {
    const char *text;
    dk_url_dialect dialect;
    const char *user, *password;
    const char *hosts; /* "host:port,host:port" with "" and 0 where nothing was given */
    const char *database;
    const char *parameters; /* "name=value&…", decoded */
} url_case;

static const url_case cases[] = {
    {"postgresql://", DK_URL_LIBPQ, NULL, NULL, ":0", NULL, ""},
    {"postgres://localhost", DK_URL_LIBPQ, NULL, NULL, "localhost:0", NULL, ""},
    {"postgres://ann:secret@db.example.org:5433/shop", DK_URL_LIBPQ, "ann", "secret", "db.example.org:5433",
     "shop", ""},
    {"postgresql://ann@/shop", DK_URL_LIBPQ, "ann", NULL, ":0", "shop", ""},
    {"postgresql://ann:@h/", DK_URL_LIBPQ, "ann", NULL, "h:0", NULL, ""},
    {"postgresql:///my%20shop?connect_timeout=3&application_name=a+b", DK_URL_LIBPQ, NULL, NULL, ":0",
     "my shop", "connect_timeout=3&application_name=a+b"},
    {"postgresql://u%40x:p%25%40%3A%2Fz@h:1/d", DK_URL_LIBPQ, "u@x", "p%@:/z", "h:1", "d", ""},
    {"postgresql://[::1]:5544/d", DK_URL_LIBPQ, NULL, NULL, "::1:5544", "d", ""},
    {"postgresql://[2001:db8::7]/d", DK_URL_LIBPQ, NULL, NULL, "2001:db8::7:0", "d", ""},
    {"postgresql://a:1,b,[::1]:3/d?target_session_attrs=any", DK_URL_LIBPQ, NULL, NULL, "a:1,b:0,::1:3", "d",
     "target_session_attrs=any"},
    {"postgresql://%2Fvar%2Frun%2Fpostgresql:5433/d", DK_URL_LIBPQ, NULL, NULL, "/var/run/postgresql:5433",
     "d", ""},
    {"postgresql:///d?host=/tmp/s&port=5433", DK_URL_LIBPQ, NULL, NULL, "/tmp/s:5433", "d", ""},
    {"postgresql://:5433/d?host=/tmp/s", DK_URL_LIBPQ, NULL, NULL, "/tmp/s:5433", "d", ""},
    {"postgresql:///d?host=a,b&port=1,2", DK_URL_LIBPQ, NULL, NULL, "a:1,b:2", "d", ""},
    {"postgresql:///d?host=a,b&port=7", DK_URL_LIBPQ, NULL, NULL, "a:7,b:7", "d", ""},
    {"postgresql:///?user=u&password=p%26q&dbname=x", DK_URL_LIBPQ, "u", "p&q", ":0", "x", ""},
    {"postgresql://h?sslmode=require", DK_URL_LIBPQ, NULL, NULL, "h:0", NULL, "sslmode=require"},
    {"postgresql://h/d?", DK_URL_LIBPQ, NULL, NULL, "h:0", "d", ""},
    {"postgresql://h/d?flag&x=&=y", DK_URL_LIBPQ, NULL, NULL, "h:0", "d", "flag=&x=&=y"},
    {"postgis://u@h/d", DK_URL_LIBPQ, "u", NULL, "h:0", "d", ""},
    {"postgresql+psycopg2://u:p@h:1/d?sslmode=prefer", DK_URL_SQLALCHEMY, "u", "p", "h:1", "d",
     "sslmode=prefer"},
    {"postgresql+psycopg://u:pa/ss@h/d", DK_URL_SQLALCHEMY, "u", "pa/ss", "h:0", "d", ""},
    {"postgres+pg8000://h/a?application_name=x+y", DK_URL_SQLALCHEMY, NULL, NULL, "h:0", "a",
     "application_name=x y"},
    {"postgresql+psycopg2://u@/d?host=a:1&host=b:2", DK_URL_SQLALCHEMY, "u", NULL, "a:1,b:2", "d", ""},
    {"postgresql+psycopg2:///d?host=[::1]:9&host=::1", DK_URL_SQLALCHEMY, NULL, NULL, "::1:9,::1:0", "d", ""},
    {"postgresql+asyncpg://u:p@h/d?ssl=require", DK_URL_ASYNCPG, "u", "p", "h:0", "d", "ssl=require"},
    {"postgresql+asyncpg:///d?host=/run/pg", DK_URL_ASYNCPG, NULL, NULL, "/run/pg:0", "d", ""},
    {"jdbc:postgresql://h:5/d?user=u&password=p%2Bq+r&ssl=true", DK_URL_JDBC, "u", "p+q r", "h:5", "d",
     "ssl=true"},
    {"jdbc:postgresql:d", DK_URL_JDBC, NULL, NULL, ":0", "d", ""},
    {"jdbc:postgresql:/", DK_URL_JDBC, NULL, NULL, ":0", NULL, ""},
    {"jdbc:postgresql://h1:1,h2:2/d", DK_URL_JDBC, NULL, NULL, "h1:1,h2:2", "d", ""},
};

static void assert_text(const char *actual, const char *expected) {
    if (!expected)
        assert_null(actual);
    else
        assert_string_equal(actual ? actual : "(NULL)", expected);
}

static void test_parse(void **state) {
    (void)state;
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        const url_case *row = &cases[i];
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        if (!dk_url_parse(row->text, &url, &error))
            fail_msg("%s: %s", row->text, error.message);
        assert_int_equal(url.dialect, row->dialect);
        assert_text(url.user, row->user);
        assert_text(url.password, row->password);
        assert_text(url.database, row->database);
        DK_AUTO_BUF dk_buf hosts = DK_BUF_INIT;
        for (size_t j = 0; j < url.host_count; j++)
            dk_buf_addf(&hosts, "%s%s:%d", j ? "," : "", url.hosts[j].host ? url.hosts[j].host : "",
                        url.hosts[j].port);
        assert_string_equal(dk_buf_text(&hosts), row->hosts);
        DK_AUTO_BUF dk_buf parameters = DK_BUF_INIT;
        for (size_t j = 0; j < url.parameter_count; j++)
            dk_buf_addf(&parameters, "%s%s=%s", j ? "&" : "", url.parameters[j].name,
                        url.parameters[j].value);
        assert_string_equal(dk_buf_text(&parameters), row->parameters);
    }
}

static void test_errors(void **state) {
    static const struct {
        const char *text, *part;
    } bad[] = {
        {"", "no scheme"},
        {"shop", "no scheme"},
        {"/tmp/x", "no scheme"},
        {"mysql://h/d", "not one of PostgreSQL's"},
        {"postgresql+://h/d", "not one of PostgreSQL's"},
        {"postgresqlx+a://h/d", "not one of PostgreSQL's"},
        {"jdbc:mysql://h/d", "not one of PostgreSQL's"},
        {"postgresql://h:12x/d", "a port that is not a number at character 18"},
        {"postgresql://h:65536/d", "a port above 65535"},
        {"postgresql://h:99999999999999999999/d", "a port above 65535"},
        {"postgresql://h:0/d", "port 0"},
        {"postgresql://[::1/d", "without its closing bracket at character 14"},
        {"postgresql://[]/d", "an empty IPv6 address"},
        {"postgresql://[::1]x/d", "between the IPv6 address and its port"},
        {"postgresql://u:hunter2@x@h/d", "a second @ at character 25"},
        {"postgresql://u:hunter2%zz@h/d", "a broken percent escape at character 23"},
        {"postgresql://h/a%0", "a broken percent escape"},
        {"postgresql://h/a%00b", "a broken percent escape"},
        {"postgresql://h/d?x=%", "a broken percent escape at character 20"},
        {"postgresql:///d?host=a,b,c&port=1,2", "2 ports for 3 hosts"},
        {"postgresql:///d?port=hunter2", "not a port number"},
        {"postgresql:///d?port=70000", "not a port number"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(bad); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        dk_url url = DK_URL_INIT;
        if (dk_url_parse(bad[i].text, &url, &error))
            fail_msg("%s was accepted", bad[i].text);
        assert_true(dk_error_is(&error, "url-invalid"));
        assert_int_equal(error.error_class, DK_ERROR_USAGE);
        if (!strstr(error.message, bad[i].part))
            fail_msg("%s: \"%s\" does not say \"%s\"", bad[i].text, error.message, bad[i].part);
        assert_null(strstr(error.message, "hunter2"));
        assert_null(url.scheme);
    }
}

static void assert_masked(const char *text, const char *secret) {
    char *masked = dk_secret_mask(text);
    if (strstr(masked, secret))
        fail_msg("\"%s\" still shows %s", masked, secret);
    free(masked);
}

static void test_password_is_a_secret(void **state) {
    (void)state;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    assert_true(dk_url_parse("postgres://ann:raw%2Dspelling%40@h/d", &url, NULL));
    assert_masked("it was raw-spelling@ here", "raw-spelling@");
    assert_masked("it was raw%2Dspelling%40 here", "raw%2Dspelling%40");
    assert_masked("it was raw-spelling%40 here", "raw-spelling%40");
    assert_true(dk_url_parse("jdbc:postgresql://h/d?user=x&password=in%20query1", &url, NULL));
    assert_masked("in query1", "in query1");
    assert_masked("in%20query1", "in%20query1");
    assert_true(dk_url_parse("postgres://h/d?sslpassword=keypass77", &url, NULL));
    assert_masked("keypass77", "keypass77");
    /* A password spelled like the user must not garble all output. */
    assert_true(dk_url_parse("postgres://samename:samename@h/d", &url, NULL));
    char *masked = dk_secret_mask("user samename");
    assert_string_equal(masked, "user samename");
    free(masked);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_password_is_a_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
