/* plugins/doctor/hba_rules.c */
#include "doctor_project.h"

#include <doctor/hba.h>

static const char file[] = "# TYPE DATABASE USER ADDRESS METHOD\n"
                           "local all postgres peer\n"
                           "local\tsameuser\tall\ttrust\r\n"
                           "host shop,\"all\" app,other 10.1.2.0/23 scram-sha-256\n"
                           "hostssl all app ::1/128 cert # x\n"
                           "host all app 192.168.0.0 255.255.255.0 reject\n"
                           "host shop all samehost scram-sha-256\n"
                           "\n"
                           "host all bad\n"
                           "host all \"all\" all reject\n";

/* 0: none */
static int line_of(const char *database, const char *role, const char *address, bool encrypted,
                   bool *rejects) {
    hba_line found = {0};
    hba_login login = {database, role, address, encrypted};
    bool hit = hba_find(file, &login, &found);
    if (rejects)
        *rejects = found.rejects;
    free(found.text);
    return hit ? found.number : 0;
}

static void test_lines(void **state) {
    (void)state;
    bool rejects;
    assert_int_equal(line_of("x", "postgres", NULL, false, NULL), 2);
    assert_int_equal(line_of("app", "app", NULL, false, NULL), 3);
    assert_int_equal(line_of("shop", "app", NULL, false, NULL), 0);
    assert_int_equal(line_of("shop", "app", "10.1.3.255", false, NULL), 4);
    assert_int_equal(line_of("all", "other", "10.1.2.1", false, NULL), 4); /* quoted: a name */
    assert_int_equal(line_of("shop", "app", "10.1.4.1", false, NULL), 0);
    assert_int_equal(line_of("x", "app", "10.1.3.1", false, NULL), 0);
    assert_int_equal(line_of("x", "app", "::1", true, &rejects), 5);
    assert_false(rejects);
    assert_int_equal(line_of("x", "app", "::1", false, NULL), 0);
    assert_int_equal(line_of("x", "app", "192.168.0.77", false, &rejects), 6);
    assert_true(rejects);
    assert_int_equal(line_of("x", "app", "192.168.1.77", false, NULL), 0);
    assert_int_equal(line_of("shop", "nobody", "127.0.0.1", false, NULL), 7);
    assert_int_equal(line_of("x", "all", "8.8.8.8", false, NULL), 10);
}

static void test_text(void **state) {
    (void)state;
    hba_line found = {0};
    assert_true(hba_find("local\tall  all\ttrust", &(hba_login){"d", "r", NULL, false}, &found));
    assert_string_equal(found.text, "local all  all trust");
    free(found.text);
    static const char *const odd[] = {"",
                                      "\n\n",
                                      "host",
                                      "host a b",
                                      "\"",
                                      "host \"a b c d e",
                                      "a b c d e f g h i j k",
                                      "host all all 300.1.1.1/99 md5",
                                      "host all all 1.2.3.4/-5 md5"};
    for (size_t i = 0; i < DK_COUNT(odd); i++)
        assert_false(hba_find(odd[i], &(hba_login){"d", "r", "127.0.0.1", false}, &found));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines), cmocka_unit_test(test_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
