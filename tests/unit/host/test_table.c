/* A command table survives the way to JSON and back; broken JSON is refused or harmless. */
#include "host/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const choices[] = {"bash", "zsh", NULL};
static const dk_option options[] = {
    {.long_name = "format",
     .short_name = 'f',
     .type = DK_VALUE_TEXT,
     .offset = 8,
     .metavar = "FORMAT",
     .choices = choices,
     .default_text = "bash",
     .environment = "FORMAT",
     .config_key = "reset.mode",
     .flags = DK_OPTION_SECRET | DK_OPTION_NEGATABLE,
     .help = "How"},
    {.long_name = "wait", .type = DK_VALUE_DURATION},
};
static const dk_argument arguments[] = {
    {.metavar = "NAME", .type = DK_VALUE_PATH, .choices = choices, .optional = true, .help = "What"}};
static const dk_example examples[] = {{"devkit x y", "does it"}};
static const dk_exit_status statuses[] = {{4, "there are findings"}};
static const dk_command command = {.name = "x y",
                                   .summary = "Do x",
                                   .description = "At length.",
                                   .group = "Database",
                                   .arguments = arguments,
                                   .argument_count = 1,
                                   .options = options,
                                   .option_count = 2,
                                   .examples = examples,
                                   .example_count = 1,
                                   .exit_statuses = statuses,
                                   .exit_status_count = 1,
                                   .flags = DK_COMMAND_HIDDEN | DK_COMMAND_REST};

static void survives_the_way_to_json_and_back(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *first = table_describe_command(&command);
    dk_command read;
    assert_true(table_read_command(first, &read, NULL));
    DK_AUTO_JSON json_t *second = table_describe_command(&read);
    assert_true(json_equal(first, second));
    assert_string_equal(read.options[0].choices[1], "zsh");
    assert_null(read.options[0].choices[2]);
    assert_int_equal(read.options[0].flags, command.options[0].flags);
    assert_int_equal(read.options[0].offset, 0);
    assert_int_equal(read.options[1].type, DK_VALUE_DURATION);
    assert_int_equal(read.arguments[0].type, DK_VALUE_PATH);
    assert_int_equal(read.flags, command.flags);
    assert_int_equal(read.exit_statuses[0].status, 4);
    table_release_command(&read);
}

static void leaves_out_what_is_empty(void **state) {
    (void)state;
    const dk_command bare = {.name = "x", .summary = "Do"};
    DK_AUTO_JSON json_t *object = table_describe_command(&bare);
    assert_int_equal(json_object_size(object), 2);
}

static void bears_json_of_other_shape(void **state) {
    (void)state;
    static const char *const texts[] = {
        "{\"name\":\"x\",\"options\":{},\"flags\":7,\"arguments\":[3]}",
        "{\"name\":\"x\",\"options\":[{\"choices\":[1,2],\"short\":\"\",\"type\":\"unheard-of\"}]}",
        "{\"name\":\"x\",\"examples\":[null],\"exit_statuses\":[[]]}",
    };
    for (size_t i = 0; i < DK_COUNT(texts); i++) {
        DK_AUTO_JSON json_t *object = json_loads(texts[i], 0, NULL);
        assert_non_null(object);
        dk_command read;
        assert_true(table_read_command(object, &read, NULL));
        table_release_command(&read);
    }
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *nameless = json_object();
    dk_command read;
    assert_false(table_read_command(nameless, &read, &error));
    assert_string_equal(error.code, "index-invalid");
}

static void names_every_type(void **state) {
    (void)state;
    assert_string_equal(table_type_name(DK_VALUE_FLAG), "flag");
    assert_string_equal(table_type_name(DK_VALUE_LIST), "list");
    assert_string_equal(table_type_name((dk_value_type)99), "text");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survives_the_way_to_json_and_back),
        cmocka_unit_test(leaves_out_what_is_empty),
        cmocka_unit_test(bears_json_of_other_shape),
        cmocka_unit_test(names_every_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
