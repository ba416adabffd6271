/* .devkit.toml read key by key: what is wrong is said with its place and what was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/config_internal.h"
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

typedef struct error_case {
    const char *text, *message, *detail, *hint; /* detail NULL: not looked at */
} error_case;

static const error_case cases[] = {
    {"[reset]\nlayrs = []\n", "f.toml:2:1: unknown key \"layrs\" in [reset]", "layrs = []\n^",
     "did you mean \"layers\"?"},
    {"[reset]\n\tmode\t= 'asde' # x\n", "f.toml:2:9: reset.mode can't be \"asde\"",
     "\tmode\t= 'asde' # x\n\t    \t  ^", "did you mean \"aside\"? Choices: aside, in-place"},
    {"[resett]\nundo = 1\n", "f.toml:1:2: unknown section [resett]", "[resett]\n ^", "did you mean [reset]?"},
    {"[server.locl]\n", "f.toml:1:9: unknown section [server.locl]", "[server.locl]\n        ^",
     "did you mean [server.local]?"},
    {"[server]\nlocal.setings = { a = 1 }\n", "f.toml:2:7: unknown section [server.local.setings]", NULL,
     "did you mean [server.local.settings]?"},
    {"[port]\nweb = 1\n", "f.toml:1:2: unknown section [port]", NULL, "did you mean [ports]?"},
    {"rest = 1\n", "f.toml:1:1: unknown key \"rest\" outside of any section", NULL, "did you mean [reset]?"},
    {"[reset.undos]\n", "f.toml:1:8: unknown section [reset.undos]", NULL, "did you mean \"undo\"?"},
    {"server.local.versin = 16", "f.toml:1:14: unknown key \"versin\" in [server.local]", NULL,
     "did you mean \"version\"?"},
    {"undo = 1\n", "f.toml:1:1: unknown key \"undo\" outside of any section", NULL,
     "\"undo\" belongs in [reset]"},
    {"\"reset.undo\" = 1\n", "f.toml:1:1: unknown key \"reset.undo\" outside of any section", NULL, NULL},
    {"[migrate]\nzzzzzz = 1\n", "f.toml:2:1: unknown key \"zzzzzz\" in [migrate]", NULL,
     "valid here: tool, dir, command, inputs, cwd, venv, verify"},
    {"reset = 1\n", "f.toml:1:1: reset must be a section, not a whole number", NULL,
     "write [reset] and its keys below it"},
    {"ports = [1]\n", "f.toml:1:1: ports must be a section, not a list", NULL, NULL},
    {"[[reset]]\nundo = 1\n", "f.toml:1:3: reset must be a section, not a list", NULL, NULL},
    {"[reset]\nundo = '1'\n", "f.toml:2:8: reset.undo must be a whole number, not a text",
     "undo = '1'\n       ^", "write it without quotes"},
    {"[reset]\nundo = -1\n", "f.toml:2:8: reset.undo must be between 0 and 1000, not -1", NULL, NULL},
    {"[reset.undo]\nx = 1\n", "f.toml:1:1: reset.undo must be a whole number, not a table", NULL, NULL},
    {"[reset]\nlayers = ['a',\n 5]\n", "f.toml:3:2: reset.layers must be a list of texts, not a whole number",
     " 5]\n ^", "a list is written [\"one\", \"two\"]"},
    {"[reset]\nmax_size = 'big'\n",
     "f.toml:2:12: reset.max_size must be a size such as \"20GB\", not \"big\"", NULL,
     "units: B, KB, MB, GB, TB (powers of 1024)"},
    {"[database]\nserver = 'dokcer'\n", "f.toml:2:10: database.server can't be \"dokcer\"", NULL,
     "did you mean \"docker\"? Choices: auto, local, docker, compose, external"},
    {"[ports]\nweb = 'x'\n", "f.toml:2:7: ports.web must be a whole number, not a text", NULL, NULL},
    {"[ports]\nweb = 70000\n", "f.toml:2:7: ports.web must be between 1 and 65535, not 70000", NULL, NULL},
    {"[ports]\n'' = 7\n", "f.toml:2:1: an empty name in [ports]", NULL, NULL},
    {"[hooks]\npost-merg = []\n", "f.toml:2:1: unknown key \"post-merg\" in [hooks]", NULL,
     "did you mean \"post-merge\"?"},
    {"[hooks]\npost-merge = 'x'\n", "f.toml:2:14: hooks.post-merge must be a list of texts, not a text", NULL,
     NULL},
    {"[env.a]\nprotectd = true\n", "f.toml:2:1: unknown key \"protectd\" in [env.a]", NULL,
     "did you mean \"protected\"?"},
    {"[env]\nprotected = true\n", "f.toml:2:1: env.protected must be a section, not a bool", NULL, NULL},
    {"[env.a]\nallow = 'x'\n", "f.toml:2:9: env.a.allow must be a list of texts, not a text", NULL, NULL},
    {"[server.local]\nsettings = { a = [1] }\n",
     "f.toml:2:18: server.local.settings.a must be a text, number or bool, not a list", NULL, NULL},
    {"ä = 1 ß\n", NULL, NULL, NULL},
    {"[reset]\nundo = \n", NULL, "undo = \n       ^", NULL},
};

static config_store *empty_store(void) {
    return dk_alloc(sizeof(config_store));
}

static void test_errors(void **state) {
    (void)state;
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        const error_case *row = &cases[i];
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        config_store *store = empty_store();
        if (config_read_toml(store, row->text, strlen(row->text), "f.toml", CONFIG_FILE, &error))
            fail_msg("%s was accepted", row->text);
        config_free(store);
        assert_true(dk_error_is(&error, "config-invalid"));
        assert_int_equal(error.error_class, DK_ERROR_USAGE);
        if (row->message)
            assert_string_equal(error.message, row->message);
        assert_true(dk_starts_with(error.message, "f.toml:"));
        if (row->detail)
            assert_string_equal(error.detail, row->detail);
        if (row->hint)
            assert_string_equal(error.hint ? error.hint : "(none)", row->hint);
    }
}

/* Of a line without end only the part around the mistake is shown. */
static void test_long_line(void **state) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    config_store *store = empty_store();
    (void)state;
    dk_buf_add(&text, "reset = { layers = [");
    for (int i = 0; i < 5000; i++)
        dk_buf_add(&text, "'x', ");
    dk_buf_add(&text, "1] }");
    assert_false(config_read_toml(store, dk_buf_text(&text), text.length, "f.toml", CONFIG_FILE, &error));
    config_free(store);
    assert_true(strlen(error.detail) < 250);
    const char *newline = strchr(error.detail, '\n');
    size_t caret = (size_t)(strchr(newline, '^') - newline - 1);
    assert_int_equal(error.detail[caret], '1');
}

static void test_settings_with_dots(void **state) {
    static const char text[] = "[server.local]\nsettings = { a.b = 1, \"c.d\" = true, e = 'x', f = 0.5 }\n";
    static const char *const rows[][2] = {{"a.b", "1"}, {"c.d", "true"}, {"e", "x"}, {"f", "0.5"}};
    config_store *store = empty_store();
    (void)state;
    assert_true(config_read_toml(store, text, strlen(text), "f.toml", CONFIG_FILE, NULL));
    config_build(store);
    const dk_config_map *settings = &store->values.server_local.settings;
    assert_int_equal(settings->count, DK_COUNT(rows));
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        assert_string_equal(settings->entries[i].key, rows[i][0]);
        assert_string_equal(settings->entries[i].value, rows[i][1]);
    }
    assert_string_equal(config_origin(store, "server.local.settings.a.b"), "f.toml:2");
    config_free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_settings_with_dots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
