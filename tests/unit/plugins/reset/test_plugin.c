/* plugin.c: the commands, as they are parsed. */
#include "../../core/fake_context.h"

#include <reset/reset.h>

const dk_plugin *devkit_plugin_reset(void);

static const dk_command *find(const char *name) {
    const dk_plugin *plugin = devkit_plugin_reset();
    for (size_t i = 0; i < plugin->command_count; i++)
        if (strcmp(plugin->commands[i].name, name) == 0)
            return &plugin->commands[i];
    fail_msg("no command %s", name);
    return NULL;
}

static void commands(void **state) {
    (void)state;
    static const struct {
        const char *name;
        size_t size;
        bool (*run)(dk_context *, const void *, dk_error *);
        bool hidden;
    } rows[] = {
        {"reset", sizeof(reset_values), reset_run, false},
        {"undo", sizeof(undo_values), reset_undo_run, false},
        {"gc", sizeof(gc_values), reset_gc_run, false},
        {"maintain", sizeof(maintain_values), reset_maintain_run, true},
    };
    assert_int_equal(devkit_plugin_reset()->command_count, DK_COUNT(rows));
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        const dk_command *command = find(rows[i].name);
        assert_int_equal(command->values_size, rows[i].size);
        assert_ptr_equal(command->run, rows[i].run);
        assert_int_equal((command->flags & DK_COMMAND_HIDDEN) != 0, rows[i].hidden);
        for (size_t j = 0; j < command->option_count; j++)
            assert_true(command->options[j].offset < command->values_size);
    }
}

static void every_option_has_a_place_of_its_own(void **state) {
    (void)state;
    static const char *const names[] = {"reset", "undo", "gc"};
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        const dk_command *command = find(names[i]);
        for (size_t j = 0; j < command->option_count; j++)
            for (size_t k = 0; k < j; k++)
                assert_true(command->options[j].offset != command->options[k].offset);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands),
        cmocka_unit_test(every_option_has_a_place_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
