/* Percent escapes and schemes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/url_internal.h"
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void test_decode(void **state) {
    static const struct {
        const char *text;
        bool plus;
        const char *expected; /* NULL: broken */
        size_t bad;
    } rows[] = {
        {"", false, "", 0},        {"a+b", false, "a+b", 0},
        {"a+b", true, "a b", 0},   {"%41%6a%6A", false, "Ajj", 0},
        {"%C3%A4", false, "ä", 0}, {"x%", false, NULL, 1},
        {"x%4", false, NULL, 1},   {"%4g", false, NULL, 0},
        {"ab%00", false, NULL, 2},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        size_t bad = 99;
        char *decoded = url_decode(rows[i].text, strlen(rows[i].text), rows[i].plus, &bad);
        if (rows[i].expected)
            assert_string_equal(decoded, rows[i].expected);
        else
            assert_null(decoded);
        assert_int_equal(bad, rows[i].expected ? 99 : rows[i].bad);
        free(decoded);
    }
}

static void test_encode_reads_back(void **state) {
    char all[256];
    (void)state;
    for (int i = 0; i < 255; i++)
        all[i] = (char)(i + 1);
    all[255] = '\0';
    for (int plus = 0; plus < 2; plus++) {
        DK_AUTO_BUF dk_buf encoded = DK_BUF_INIT;
        size_t bad;
        url_encode(&encoded, all, "");
        assert_null(strpbrk(dk_buf_text(&encoded), "@:/?&=#+ []"));
        char *decoded = url_decode(dk_buf_text(&encoded), encoded.length, plus, &bad);
        assert_string_equal(decoded, all);
        free(decoded);
    }
}

static void test_schemes(void **state) {
    static const struct {
        const char *scheme;
        int dialect; /* -1: not ours */
    } rows[] = {
        {"postgres", DK_URL_LIBPQ},
        {"postgresql", DK_URL_LIBPQ},
        {"postgis", DK_URL_LIBPQ},
        {"postgresql+asyncpg", DK_URL_ASYNCPG},
        {"postgres+asyncpg", DK_URL_ASYNCPG},
        {"postgresql+psycopg2", DK_URL_SQLALCHEMY},
        {"postgresql+psycopg_async", DK_URL_SQLALCHEMY},
        {"jdbc:postgresql", DK_URL_JDBC},
        {"", -1},
        {"postgresql+", -1},
        {"postgresql+a-b", -1},
        {"postgre+asyncpg", -1},
        {"postgrezzz+asyncpg", -1},
        {"mysql+asyncpg", -1},
        {"POSTGRES", -1},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        dk_url_dialect dialect;
        bool known = url_scheme_dialect(rows[i].scheme, &dialect);
        assert_int_equal(known ? (int)dialect : -1, rows[i].dialect);
    }
}

static void test_parameters_between_dialects(void **state) {
    static const struct {
        dk_url_dialect from, to;
        const char *name, *value, *new_name, *new_value;
    } rows[] = {
        {DK_URL_LIBPQ, DK_URL_ASYNCPG, "sslmode", "verify-ca", "ssl", "verify-ca"},
        {DK_URL_ASYNCPG, DK_URL_JDBC, "ssl", "prefer", "sslmode", "prefer"},
        {DK_URL_ASYNCPG, DK_URL_LIBPQ, "ssl", "True", "sslmode", "require"},
        {DK_URL_JDBC, DK_URL_ASYNCPG, "ssl", "false", "ssl", "disable"},
        {DK_URL_LIBPQ, DK_URL_JDBC, "ssl", "maybe", "ssl", "maybe"},
        {DK_URL_JDBC, DK_URL_ASYNCPG, "connectTimeout", "3", "timeout", "3"},
        {DK_URL_LIBPQ, DK_URL_JDBC, "unknown", "x", "unknown", "x"},
        {DK_URL_ASYNCPG, DK_URL_ASYNCPG, "ssl", "true", "ssl", "true"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        const char *value = rows[i].value;
        assert_string_equal(url_translate_parameter(rows[i].name, rows[i].from, rows[i].to, &value),
                            rows[i].new_name);
        assert_string_equal(value, rows[i].new_value);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_encode_reads_back),
        cmocka_unit_test(test_schemes),
        cmocka_unit_test(test_parameters_between_dialects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
