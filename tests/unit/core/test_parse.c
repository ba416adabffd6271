/* The parser, driven by a table that has one of each kind. */
#include "core/parse.h"

#include <devkit/system.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct sample {
    bool fresh, color, follow;
    const char *format, *password, *name;
    int64_t lines, timeout;
    dk_strv tags, rest;
} sample;

static const char *const formats[] = {"libpq", "asyncpg", NULL};
#define OPTION(text, letter, kind, field)                                                                    \
    .long_name = (text), .short_name = (letter), .type = (kind), .offset = offsetof(sample, field),          \
    .help = "help"
static const dk_option options[] = {
    {OPTION("fresh", 'f', DK_VALUE_FLAG, fresh)},
    {OPTION("color", 0, DK_VALUE_FLAG, color), .flags = DK_OPTION_NEGATABLE, .default_text = "1"},
    {OPTION("follow", 'F', DK_VALUE_FLAG, follow)},
    {OPTION("format", 0, DK_VALUE_TEXT, format), .choices = formats, .default_text = "libpq"},
    {OPTION("password", 'p', DK_VALUE_TEXT, password), .flags = DK_OPTION_SECRET,
     .environment = "DEVKIT_TEST_PASSWORD"},
    {OPTION("lines", 'n', DK_VALUE_INTEGER, lines), .metavar = "N", .config_key = "reset.undo"},
    {OPTION("timeout", 0, DK_VALUE_DURATION, timeout), .default_text = "90"},
    {OPTION("tag", 't', DK_VALUE_LIST, tags)},
};
static const dk_argument arguments[] = {
    {.metavar = "NAME", .type = DK_VALUE_TEXT, .offset = offsetof(sample, name)},
    {.metavar = "REST", .type = DK_VALUE_LIST, .offset = offsetof(sample, rest), .optional = true},
};
static const dk_command command = {.name = "try",
                                   .options = options,
                                   .option_count = DK_COUNT(options),
                                   .arguments = arguments,
                                   .argument_count = DK_COUNT(arguments),
                                   .values_size = sizeof(sample)};

typedef struct run {
    core_globals globals;
    parse_result result;
    dk_error error;
    bool fine;
} run;

/* `line` is split at blanks; "" has no words. */
static const sample *parse(run *of, const dk_command *table, const char *line) {
    static dk_strv words;
    dk_strv_release(&words);
    if (*line)
        dk_strv_split(&words, line, ' ');
    *of = (run){0};
    of->fine = parse_command(table, (const char *const *)words.items, words.count, true, &of->globals,
                             &of->result, &of->error);
    return of->result.values;
}

static void done(run *of) {
    parse_result_release(&of->result);
    dk_error_release(&of->error);
}

static void fails(const dk_command *table, const char *line, const char *code, const char *hint) {
    run of;
    parse(&of, table, line);
    assert_false(of.fine);
    assert_int_equal(of.error.error_class, DK_ERROR_USAGE);
    assert_string_equal(of.error.code, code);
    if (hint && !strstr(of.error.hint ? of.error.hint : "", hint))
        fail_msg("\"%s\": hint \"%s\" lacks \"%s\"", line, of.error.hint, hint);
    done(&of);
}

static void reads_every_spelling(void **state) {
    (void)state;
    static const char *const spellings[] = {
        "x --lines 5 -f --tag a --tag b", "--lines=5 --fresh x -t a -tb",
        "-f -n 5 x -t a --tag=b",         "-fn5 x -ta -tb",
        "-fn=5 -t=a x --tag b",           "--fresh --lines 5 --tag a --tag b -- x",
    };
    for (size_t i = 0; i < DK_COUNT(spellings); i++) {
        run of;
        const sample *values = parse(&of, &command, spellings[i]);
        assert_true(of.fine);
        assert_true(values->fresh);
        assert_false(values->follow);
        assert_int_equal(values->lines, 5);
        assert_int_equal(values->tags.count, 2);
        assert_string_equal(values->tags.items[1], "b");
        assert_string_equal(values->name, "x");
        done(&of);
    }
}

static void fills_in_defaults_and_environment(void **state) {
    (void)state;
    setenv("DEVKIT_TEST_PASSWORD", "hush-hush", 1);
    run of;
    const sample *values = parse(&of, &command, "x");
    assert_string_equal(values->password, "hush-hush");
    assert_string_equal(values->format, "libpq");
    assert_int_equal(values->timeout, 90000);
    assert_true(values->color);
    DK_AUTOFREE char *masked = dk_secret_mask("the hush-hush one");
    assert_null(strstr(masked, "hush-hush"));
    done(&of);
    values = parse(&of, &command, "x --password given-one --no-color");
    assert_string_equal(values->password, "given-one");
    assert_false(values->color);
    done(&of);
    setenv("DEVKIT_TEST_PASSWORD", "", 1);
    values = parse(&of, &command, "x");
    assert_null(values->password);
    done(&of);
    unsetenv("DEVKIT_TEST_PASSWORD");
}

static void takes_global_options_anywhere(void **state) {
    (void)state;
    run of;
    parse(&of, &command, "--json x -qv -C /tmp y --env staging");
    assert_true(of.fine && of.globals.json && of.globals.quiet && of.globals.verbose);
    assert_string_equal(of.globals.directory, "/tmp");
    assert_string_equal(of.globals.environment, "staging");
    assert_int_equal(((const sample *)of.result.values)->rest.count, 1);
    done(&of);
}

static void ends_options_at_two_dashes(void **state) {
    (void)state;
    run of;
    const sample *values = parse(&of, &command, "x -- --fresh -- -n");
    assert_true(of.fine);
    assert_false(values->fresh);
    assert_int_equal(values->rest.count, 3);
    assert_string_equal(values->rest.items[1], "--");
    done(&of);
}

static void leaves_the_rest_alone(void **state) {
    (void)state;
    dk_command rest = command;
    rest.flags = DK_COMMAND_REST;
    run of;
    const sample *values = parse(&of, &rest, "-f psql --json -x --fresh");
    assert_true(of.fine);
    assert_true(values->fresh);
    assert_false(of.globals.json);
    assert_int_equal(values->rest.count, 3);
    done(&of);
}

static void leaves_another_programs_options_to_it(void **state) {
    (void)state;
    dk_command open = command;
    open.flags = DK_COMMAND_REST | DK_COMMAND_OPEN;
    run of;
    const sample *values = parse(&of, &open, "--json --fresh -h here --unheard-of --quiet");
    assert_true(of.fine && of.globals.json && values->fresh);
    assert_false(of.globals.help || of.globals.quiet);
    assert_string_equal(values->name, "-h");
    assert_int_equal(values->rest.count, 3);
    done(&of);
}

static void says_what_is_wrong(void **state) {
    (void)state;
    fails(&command, "x --frsh", "unknown-option", "--fresh");
    fails(&command, "x --no-colr", "unknown-option", "--no-color");
    fails(&command, "x --jsn", "unknown-option", "--json");
    fails(&command, "x -z", "unknown-option", "devkit try --help");
    fails(&command, "x -fz", "unknown-option", NULL);
    fails(&command, "x --no-fresh", "unknown-option", NULL);
    fails(&command, "x --lines", "missing-value", NULL);
    fails(&command, "x -n", "missing-value", NULL);
    fails(&command, "x --password --fresh", "missing-value", NULL);
    fails(&command, "x --fresh=1", "unexpected-value", NULL);
    fails(&command, "x --lines many", "bad-value", NULL);
    fails(&command, "x --format libqp", "bad-value", "libpq");
    fails(&command, "", "missing-argument", "devkit try [OPTIONS] NAME [REST]");
    fails(&command, "--=3 x", "unknown-option", NULL);
    dk_command narrow = command;
    narrow.argument_count = 1;
    fails(&narrow, "x y", "unexpected-argument", NULL);
}

static void wants_required_options_unless_asked_for_help(void **state) {
    (void)state;
    dk_option required[] = {options[3]};
    required[0].default_text = NULL;
    required[0].flags = DK_OPTION_REQUIRED;
    dk_command strict = command;
    strict.options = required;
    strict.option_count = 1;
    fails(&strict, "x", "missing-option", "devkit try --help");
    run of;
    parse(&of, &strict, "--help");
    assert_true(of.fine && of.globals.help);
    done(&of);
}

static void notes_options_that_stand_for_configuration(void **state) {
    (void)state;
    run of;
    parse(&of, &command, "x -n 3");
    assert_int_equal(of.result.override_count, 1);
    assert_string_equal(of.result.overrides[0].path, "reset.undo");
    assert_string_equal(of.result.overrides[0].text, "3");
    assert_string_equal(of.result.overrides[0].origin, "--lines");
    done(&of);
}

static void an_own_option_hides_a_global_one(void **state) {
    (void)state;
    static const dk_option own[] = {{OPTION("version", 'v', DK_VALUE_TEXT, format)}};
    dk_command hiding = command;
    hiding.options = own;
    hiding.option_count = 1;
    run of;
    const sample *values = parse(&of, &hiding, "x -v 16");
    assert_true(of.fine);
    assert_false(of.globals.verbose);
    assert_string_equal(values->format, "16");
    done(&of);
}

static void stops_global_options_at_the_command(void **state) {
    (void)state;
    const char *const words[] = {"-v", "--env=x", "reset", "--json"};
    core_globals globals = {0};
    size_t next = 0;
    assert_true(parse_globals(words, DK_COUNT(words), &next, &globals, NULL));
    assert_int_equal(next, 2);
    assert_true(globals.verbose);
    assert_false(globals.json);
    const char *const wrong[] = {"--fresh", "reset"};
    next = 0;
    assert_false(parse_globals(wrong, DK_COUNT(wrong), &next, &globals, NULL));
}

static void sees_json_before_two_dashes(void **state) {
    (void)state;
    const char *const words[] = {"run", "--json", "--", "x"};
    const char *const behind[] = {"run", "--", "x", "--json"};
    assert_true(parse_wants_json(words, 4));
    assert_false(parse_wants_json(behind, 4));
    assert_true(parse_is_global_flag("--json") && parse_is_global_flag("-q"));
    assert_false(parse_is_global_flag("--env") || parse_is_global_flag("-C") ||
                 parse_is_global_flag("reset"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_spelling),
        cmocka_unit_test(fills_in_defaults_and_environment),
        cmocka_unit_test(takes_global_options_anywhere),
        cmocka_unit_test(ends_options_at_two_dashes),
        cmocka_unit_test(leaves_the_rest_alone),
        cmocka_unit_test(leaves_another_programs_options_to_it),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(wants_required_options_unless_asked_for_help),
        cmocka_unit_test(notes_options_that_stand_for_configuration),
        cmocka_unit_test(an_own_option_hides_a_global_one),
        cmocka_unit_test(stops_global_options_at_the_command),
        cmocka_unit_test(sees_json_before_two_dashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
