/* plugins/migrate/scan.c */
#include "../layer_project.h"

#include "migrate/migrate.h"

static const struct {
    const char *sql;
    int line; /* of what acts outside; 0: nothing does */
} cases[] = {
    {"alter database app set timezone = 'UTC';", 1},
    {"select 1;\n\n/* a /* nested */ comment */ ALTER -- now\n DATABASE \"app\" RESET ALL;", 3},
    {"alter database other set timezone = 'UTC';", 0},
    {"alter database \"App\" set timezone = 'UTC';", 0},
    {"grant connect, temporary on database app to public;", 1},
    {"grant connect on database other, app to public;", 1},
    {"revoke all on database app from public;", 1},
    {"grant select on app to public;", 0},
    {"comment on database app is 'x';", 1},
    {"comment on table app is 'x';", 0},
    {"create role reader;", 1},
    {"create user reader;", 1},
    {"create user mapping for me server s;", 0},
    {"do $$ begin create role reader; end $$;", 0},
    {"-- create role reader;\nselect 'create role reader;';", 0},
    {"create table t ();\ncreate tablespace fast location '/x';", 2},
    {"alter system set work_mem = '1MB';", 1},
    {"create subscription s connection 'x' publication p;", 1},
    {"select 1;\n\\connect app\nselect 2;", 2},
    {"\\c app", 1},
    {"\\copy t from 't.csv'", 0},
    {"create table database (role text);", 0},
    {"", 0},
    {"'unterminated", 0},
};

static void test_cases(void **state) {
    (void)state;
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        bool fine = migrate_scan(cases[i].sql, strlen(cases[i].sql), "app", "m/1.sql", 10, &error);
        if (fine != (cases[i].line == 0))
            fail_msg("%s: %s", cases[i].sql, fine ? "not seen" : error.message);
        if (fine)
            continue;
        DK_AUTOFREE char *place = dk_format("m/1.sql:%d: ", cases[i].line + 9);
        assert_string_equal(error.code, "acts-outside-database");
        if (!dk_starts_with(error.message, place))
            fail_msg("%s: %s", cases[i].sql, error.message);
        assert_non_null(error.hint);
    }
}

static void test_names_the_statement(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    const char *sql = "grant all on database app to x";
    assert_false(migrate_scan(sql, strlen(sql), "app", "a.sql", 0, &error));
    assert_string_equal(error.message, "a.sql:1: GRANT … ON DATABASE acts outside the database being built");
    assert_non_null(strstr(error.hint, "current_database()"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases),
                                       cmocka_unit_test(test_names_the_statement)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
