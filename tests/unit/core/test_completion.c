/* What all completion scripts start from. */
#include "core/completion.h"
#include "sample_plugin.h"

static const completion_node *find(const completion_nodes *nodes, const char *path) {
    for (size_t i = 0; i < nodes->count; i++)
        if (dk_streq(nodes->items[i].path, path))
            return &nodes->items[i];
    fail_msg("no node \"%s\"", path);
    return NULL;
}

static void collects_words_below_words(void **state) {
    (void)state;
    dk_context *context = sample_context();
    completion_nodes nodes = {0};
    completion_collect(&context->catalog, &nodes);
    const completion_node *root = find(&nodes, ""), *rain = find(&nodes, "rain"),
                          *cloud = find(&nodes, "cloud");
    assert_true(dk_strv_contains(&root->words, "rain") && dk_strv_contains(&root->words, "cloud"));
    assert_int_equal(rain->words.count, 1);
    assert_string_equal(rain->summaries.items[0], "Stop the rain");
    assert_non_null(rain->command);
    assert_null(cloud->command);
    assert_int_equal(cloud->words.count, 1);
    assert_true(dk_strv_contains(&find(&nodes, "help")->words, "rain"));
    completion_release(&nodes);
    fake_free(context);
}

static void count_option(void *data, const dk_option *option) {
    assert_false(option->flags & DK_OPTION_HIDDEN);
    ++*(size_t *)data;
}

static void visits_visible_and_global_options(void **state) {
    (void)state;
    const completion_node node = {.path = "rain", .command = &sample_commands[0]};
    size_t count = 0;
    completion_each_option(&node, count_option, &count);
    assert_int_equal(count, 2 + core_global_option_count);
}

static void knows_arguments_that_are_paths(void **state) {
    (void)state;
    assert_true(completion_takes_path(&sample_commands[2]));
    assert_false(completion_takes_path(&sample_commands[0]));
    assert_false(completion_takes_path(NULL));
}

static void quotes_for_a_shell(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    completion_quote(&text, "it's $HOME");
    assert_string_equal(dk_buf_text(&text), "'it'\\''s $HOME'");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collects_words_below_words),
        cmocka_unit_test(visits_visible_and_global_options),
        cmocka_unit_test(knows_arguments_that_are_paths),
        cmocka_unit_test(quotes_for_a_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
