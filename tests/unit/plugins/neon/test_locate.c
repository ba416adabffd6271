/* plugins/neon/locate.c */
#include "neon_project.h"

static const fake_answer answers[] = {
    {"GET", "/projects?limit=400", 200, PROJECTS, NULL, 0, 0},
    {"GET", "/projects/p-1/endpoints", 200, ENDPOINTS, NULL, 0, 0},
    {"GET", "/projects/p-2/endpoints", 200, "{\"endpoints\":[]}", NULL, 0, 0},
};

static void expect(neon_test *test, const char *option, const char *project, const char *branch) {
    NEON_AUTO_PLACE neon_place place = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!neon_locate(&test->client, option, &place, &error))
        fail_msg("%s: %s", error.message, error.detail);
    assert_string_equal(place.project, project);
    assert_true(dk_streq(place.branch, branch));
}

static void test_by_host(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    expect(&test, NULL, "p-1", "br-main-term-1");
    expect(&test, NULL, "p-1", "br-main-term-1");
    assert_int_equal(neon_count(&test, "GET /projects?"), 1); /* remembered */
    neon_remember(test.context, HOST, "p-2");                 /* no longer true */
    expect(&test, NULL, "p-1", "br-main-term-1");
    assert_int_equal(neon_count(&test, "GET /projects?"), 2);
    neon_close(&test);
}

static void test_by_configuration(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "[neon]\nproject_id = \"p-2\"\nbranch_id = \"br-mine\"\n", NEON_ENV, answers,
              DK_COUNT(answers));
    expect(&test, NULL, "p-2", "br-mine");
    expect(&test, "p-1", "p-1", "br-mine");
    assert_int_equal(neon_count(&test, "GET /projects?"), 0);
    neon_close(&test);
}

static void test_elsewhere(void **state) {
    (void)state;
    neon_test test;
    static const char *const envs[] = {NULL, "DATABASE_URL=postgresql://a@localhost/d\n"};
    for (size_t i = 0; i < DK_COUNT(envs); i++) {
        NEON_AUTO_PLACE neon_place place = {0};
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        neon_open(&test, "", envs[i], answers, DK_COUNT(answers));
        assert_false(neon_locate(&test.client, NULL, &place, &error));
        assert_true(dk_error_is(&error, "neon-project-unknown"));
        assert_int_equal(error.error_class, DK_ERROR_USAGE);
        assert_contains(error.hint, "project_id");
        assert_int_equal(neon_count(&test, "GET"), 0);
        expect(&test, "p-1", "p-1", NULL);
        neon_close(&test);
    }
}

static void test_choosing(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    NEON_AUTO_BRANCHES neon_branches branches = {.list =
                                                     json_pack("[{s:s,s:s}]", "id", "br-1", "name", "main")};
    char id[] = "br-1", project[] = "p-1";
    neon_place place = {.project = project, .branch = id};
    assert_non_null(neon_choose(&branches, &place, NULL, NULL));
    assert_non_null(neon_choose(&branches, &place, "main", NULL));
    assert_null(neon_choose(&branches, &place, "other", &error));
    assert_true(dk_error_is(&error, "neon-branch-missing"));
    place.branch = NULL;
    assert_null(neon_choose(&branches, &place, NULL, &error));
    assert_true(dk_error_is(&error, "neon-branch-unknown"));
}

MAIN(cmocka_unit_test(test_by_host), cmocka_unit_test(test_by_configuration),
     cmocka_unit_test(test_elsewhere), cmocka_unit_test(test_choosing))
