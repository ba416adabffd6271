/* database.c: connected, and a child finds the same place. */
#include "dump_lab.h"

static void connected(void **state) {
    (void)state;
    DUMP_AUTO_DATABASE dump_database database;
    lab_must(dump_connect(lab.context, NULL, &database, &lab.error));
    assert_string_equal(database.name, lab.live);
    assert_true(database.superuser);
    assert_in_range(database.version, 100000, 999999);
    dump_disconnect(&database);
    lab_must(dump_connect(lab.context, "postgres", &database, &lab.error));
    assert_string_equal(database.name, "postgres");
    dump_disconnect(&database);
    lab_must_fail(dump_connect(lab.context, "nowhere", &database, &lab.error), "database-missing");
}

/* Whatever a role's settings are. */
static void a_child_of_ours(void **state) {
    (void)state;
    DUMP_AUTO_DATABASE dump_database database;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    lab_must(dump_connect(lab.context, NULL, &database, &lab.error));
    DK_AUTOFREE char *psql = dump_program(&database, "psql", database.version / 10000, &lab.error);
    lab_must(psql);
    dk_process_add(&process, psql);
    dk_process_add(&process, "-XAtc");
    dk_process_add(&process, "SELECT current_database(), current_setting('default_transaction_read_only')");
    dump_environment(&database, &process);
    lab_must(dk_process_run(&process, &lab.error));
    DK_AUTOFREE char *expected = dk_format("%s|off\n", lab.live);
    assert_string_equal(dk_buf_text(&process.output), expected);
}

static void a_program_that_fits(void **state) {
    (void)state;
    DUMP_AUTO_DATABASE dump_database database;
    lab_must(dump_connect(lab.context, NULL, &database, &lab.error));
    DK_AUTOFREE char *found = dump_program(&database, "pg_dump", database.version / 10000, &lab.error);
    lab_must(found);
    assert_null(dump_program(&database, "pg_dump", 98, &lab.error));
    assert_string_equal(lab.error.code, "program-missing");
    assert_non_null(strstr(lab.error.message, "98"));
}

static const struct CMUnitTest tests[] = {DUMP_TEST(connected), DUMP_TEST(a_child_of_ours),
                                          DUMP_TEST(a_program_that_fits)};

LAB_MAIN(tests)
