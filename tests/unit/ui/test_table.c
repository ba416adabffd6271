/* cli/ui/table.c */
#include "streams.h"

static dk_table *make_table(void) {
    static const char *const headings[] = {"NAME", "SIZE", "NOTE"};
    dk_table *table = dk_table_new(headings, DK_COUNT(headings));
    dk_table_align_right(table, 1);
    dk_table_align_right(table, 99);
    dk_table_row(table, (const char *const[]){"a", "1.2 GB", "first"});
    dk_table_row(table, (const char *const[]){"größe→", "9 kB", NULL});
    return table;
}

static void test_alignment(void **state) {
    (void)state;
    configure((ui_settings){0});
    dk_table *table = make_table();
    catch_output();
    dk_table_print(table, NULL);
    expect_output("NAME      SIZE  NOTE\n"
                  "a       1.2 GB  first\n"
                  "größe→    9 kB\n",
                  "");
    dk_table_free(table);
}

static void test_nothing_under_json(void **state) {
    (void)state;
    configure((ui_settings){.json = true});
    dk_table *table = make_table();
    catch_output();
    dk_table_print(table, NULL);
    expect_output("", "");
    dk_table_free(table);
    dk_table_free(NULL);
}

static void test_cells_stay_in_their_row(void **state) {
    (void)state;
    dk_secret_add("tablesecret");
    configure((ui_settings){0});
    dk_table *table = dk_table_new((const char *const[]){"A", "B"}, 2);
    dk_table_row(table, (const char *const[]){"x\ny\033[1m", "tablesecret"});
    catch_output();
    dk_table_print(table, NULL);
    expect_output("A        B\nx y [1m  ***\n", "");
    dk_table_free(table);
}

static void test_headings_in_colour(void **state) {
    (void)state;
    configure((ui_settings){.colour = true, .stdout_terminal = true});
    dk_table *table = dk_table_new((const char *const[]){"A"}, 1);
    dk_table_row(table, (const char *const[]){"x"});
    catch_output();
    dk_table_print(table, NULL);
    expect_output("\033[1mA\033[0m\nx\n", "");
    dk_table_free(table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_nothing_under_json),
        cmocka_unit_test(test_cells_stay_in_their_row),
        cmocka_unit_test(test_headings_in_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
