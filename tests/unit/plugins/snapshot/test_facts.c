/* facts.c: git and the migrations, or null. */
#include "fake_stores.h"

static void git(const char *command) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    assert_true(dk_process_command_line(&process, command, NULL));
    process.directory = dk_project_root(fake.context, NULL);
    if (!dk_process_run(&process, &fake.error))
        fail_msg("%s: %s", command, fake.error.detail);
}

static void without_git(void **state) {
    (void)state;
    setenv("GIT_CEILING_DIRECTORIES", "/", 1);
    DK_AUTO_JSON json_t *facts = snapshot_facts(fake.context);
    assert_true(json_is_null(json_object_get(facts, "git_commit")));
    assert_true(json_is_null(json_object_get(facts, "git_branch")));
    assert_true(json_is_null(json_object_get(facts, "migration")));
}

static void of_a_branch(void **state) {
    (void)state;
    git("git init -q -b topic");
    git("git -c user.name=a -c user.email=a@b commit -q --allow-empty -m one");
    DK_AUTO_JSON json_t *facts = snapshot_facts(fake.context);
    assert_int_equal(strlen(dk_json_string(facts, "git_commit", "")), 40);
    assert_string_equal(dk_json_string(facts, "git_branch", ""), "topic");
    git("git checkout -q --detach");
    DK_AUTO_JSON json_t *detached = snapshot_facts(fake.context);
    assert_int_equal(strlen(dk_json_string(detached, "git_commit", "")), 40);
    assert_true(json_is_null(json_object_get(detached, "git_branch")));
}

static json_t *read_history(dk_context *context, dk_error *error) {
    (void)context, (void)error;
    return json_pack("{s:[s]}", "current", "0042");
}

static void of_the_migrations(void **state) {
    (void)state;
    static const dk_history_interface history = {
        .head = DK_INTERFACE("history", "tool", DK_HISTORY_VERSION, dk_history_interface),
        .read = read_history};
    static const dk_interface *const interfaces[] = {&history.head};
    static const dk_plugin plugin = {DK_PLUGIN_HEAD,         .name = "tool",           .version = "1",
                                     .summary = "A history", .interfaces = interfaces, .interface_count = 1};
    fake_add(fake.context, &plugin);
    DK_AUTO_JSON json_t *facts = snapshot_facts(fake.context);
    const json_t *current = json_object_get(json_object_get(facts, "migration"), "current");
    assert_string_equal(json_string_value(json_array_get(current, 0)), "0042");
}

int main(void) {
    static const struct CMUnitTest tests[] = {FAKE_TEST(without_git), FAKE_TEST(of_a_branch),
                                              FAKE_TEST(of_the_migrations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
