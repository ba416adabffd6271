/* plugins/neon/delete_command.c */
#include "neon_answers.h"

#define LEAF "{\"id\":\"br-leaf\",\"name\":\"leaf\",\"parent_id\":\"br-try-snow-2\"}"
#define GUARDED "{\"id\":\"br-guarded\",\"name\":\"guarded\",\"protected\":true}"

static const fake_answer answers[] = {
    {"GET", "/projects?limit=400", 200, PROJECTS, NULL, 0, 0},
    {"GET", "/projects/p-1/endpoints", 200,
     "{\"endpoints\":[" ENDPOINT("ep-cool-moon-12345678", "br-leaf", HOST) "]}", NULL, 0, 0},
    {"GET", "/projects/p-1/branches", 200,
     "{\"branches\":[" BRANCH_MAIN "," BRANCH_TRY "," LEAF "," GUARDED
     ",{\"id\":\"br-other\",\"name\":\"other\"}],"
     "\"annotations\":{}}",
     NULL, 0, 0},
    {"DELETE", "/projects/p-1/branches/br-", 200, "{\"operations\":[]}", NULL, 0, 0},
};

static void expect(const char *branch, const char *confirm, const char *outcome) {
    neon_test test;
    const neon_delete_values values = {.branch = branch, .confirm = confirm};
    bool fine = dk_ends_with(outcome, "deleted");
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = neon_output(&test, neon_delete_run, &values, fine);
    assert_contains(text, outcome);
    assert_int_equal(neon_count(&test, "DELETE"), fine);
    neon_close(&test);
}

static void test_refusals(void **state) {
    (void)state;
    expect("main", "main", "neon-default-branch");
    expect("try", "try", "neon-has-children");
    expect("try", "try", "leaf"); /* by name */
    expect("guarded", "guarded", "neon-protected");
    expect("nothing", NULL, "neon-branch-missing");
}

static void test_confirmation(void **state) {
    (void)state;
    expect("leaf", NULL, "confirmation-needed"); /* the application's own */
    expect("leaf", "leaf", "is deleted");
    expect("other", NULL, "confirmation-needed"); /* nobody there to ask */
    expect("other", "other", "is deleted");
    expect("br-other", "other", "is deleted");
}

MAIN(cmocka_unit_test(test_refusals), cmocka_unit_test(test_confirmation))
