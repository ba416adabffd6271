/* The table of keys holds together: every row is usable, and every field of dk_config has a row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/schema.h"
#include "config/value.h"
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void test_rows(void **state) {
    (void)state;
    for (size_t i = 0; i < config_key_count; i++) {
        const config_key *key = &config_keys[i];
        assert_non_null(key->help);
        assert_true(strlen(key->help) > 5 && strlen(key->help) < 90);
        assert_true(key->offset < sizeof(dk_config));
        assert_ptr_equal(config_key_at(key->path), key); /* and so: no path twice */
        if (config_is_table(key)) {
            assert_true(key->element_count >= 1);
            continue;
        }
        config_value value;
        config_problem problem;
        if (!config_value_from_text(key, key->standard, &value, &problem))
            fail_msg("%s: its default %s", key->path, problem.what);
        config_value_release(&value);
    }
}

static size_t field_size(const config_key *key) {
    switch (key->type) {
    case CONFIG_TEXT:
        return sizeof(char *);
    case CONFIG_LIST:
        return sizeof(dk_strv);
    case CONFIG_BOOL:
        return sizeof(bool);
    case CONFIG_MAP:
        return sizeof(dk_config_map);
    case CONFIG_HOOKS:
    case CONFIG_EVENTS:
    case CONFIG_ENVIRONMENTS:
        return sizeof(void *) + sizeof(size_t);
    default:
        return sizeof(int64_t);
    }
}

/* A field without a row would stay NULL for ever: all bytes but padding must be covered, none twice. */
static void test_every_field_has_a_row(void **state) {
    unsigned char covered[sizeof(dk_config)] = {0};
    (void)state;
    for (size_t i = 0; i < config_key_count; i++)
        for (size_t j = 0; j < field_size(&config_keys[i]); j++)
            assert_int_equal(covered[config_keys[i].offset + j]++, 0);
    memset(covered, 1, sizeof(size_t)); /* dk_config.size */
    size_t gap = 0;
    for (size_t i = 0; i < sizeof covered; i++) {
        gap = covered[i] ? 0 : gap + 1;
        if (gap >= sizeof(void *))
            fail_msg("bytes %zu to %zu of dk_config belong to no key", i + 1 - gap, i);
    }
}

static void test_find(void **state) {
    static const struct {
        const char *path, *key, *element, *name; /* key NULL: not found */
    } rows[] = {
        {"reset.undo", "reset.undo", NULL, NULL},
        {"ports.backend", "ports", "", "backend"},
        {"server.local.settings.auto_explain.log", "server.local.settings", "", "auto_explain.log"},
        {"env.staging.url_env", "env", "url_env", "staging"},
        {"env.a.b.allow", "env", "allow", "a.b"},
        {"hooks.post-merge", "hooks", "", "post-merge"},
        {"reset", NULL, NULL, NULL},
        {"ports", NULL, NULL, NULL},
        {"ports.", NULL, NULL, NULL},
        {"env.staging", NULL, NULL, NULL},
        {"env.staging.x", NULL, NULL, NULL},
        {"env..allow", NULL, NULL, NULL},
        {"reset.undo.x", NULL, NULL, NULL},
        {"", NULL, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        config_match match;
        bool found = config_find(rows[i].path, &match);
        if (found != (rows[i].key != NULL))
            fail_msg("%s is %sfound", rows[i].path, found ? "" : "not ");
        if (found) {
            assert_string_equal(match.key->path, rows[i].key);
            assert_true(dk_streq(match.element ? match.element->path : NULL, rows[i].element));
            assert_true(dk_streq(match.name, rows[i].name));
        }
        config_match_release(&match);
    }
}

static void test_sections(void **state) {
    (void)state;
    assert_true(config_is_section(""));
    assert_true(config_is_section("server"));
    assert_true(config_is_section("server.local"));
    assert_true(config_is_section("snapshot.remote"));
    assert_false(config_is_section("ports")); /* a key of its own */
    assert_false(config_is_section("serve"));
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    config_names_in("snapshot", &names);
    char *joined = dk_strv_join(&names, " ");
    assert_string_equal(joined, "dir before_migrate keep remote");
    free(joined);
    DK_AUTO_STRV dk_strv top = DK_STRV_INIT;
    config_names_in("", &top);
    assert_true(dk_strv_contains(&top, "server"));
    assert_true(dk_strv_contains(&top, "ports"));
    assert_false(dk_strv_contains(&top, "server.local"));
}

static void test_variable_names_are_distinct(void **state) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    (void)state;
    for (size_t i = 0; i < config_key_count; i++) {
        char *name = config_variable_name(config_keys[i].path);
        assert_false(dk_strv_contains(&names, name));
        dk_strv_add_owned(&names, name);
    }
    assert_true(dk_strv_contains(&names, "DEVKIT_SERVER_LOCAL_VERSION"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_every_field_has_a_row),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_variable_names_are_distinct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
