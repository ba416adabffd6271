/* devkit config, devkit config get */
#include "core/commands.h"
#include "core/context.h"

typedef struct config_get_values {
    const char *key;
} config_get_values;

typedef struct listing {
    dk_table *table;
    json_t *values;
    dk_buf *plain; /* the bare values, for `config get` */
} listing;

static bool list_item(void *data, const config_item *item) {
    const listing *into = data;
    const char *cells[] = {item->path, item->toml, item->origin};
    dk_table_row(into->table, cells);
    /* Text without its quotes: `config get` is for scripts. */
    const char *text = json_string_value(item->json);
    dk_buf_addf(into->plain, "%s\n", text ? text : item->toml);
    json_t *entry = json_object();
    dk_json_set_string(entry, "key", item->path);
    json_object_set(entry, "value", item->json);
    dk_json_set_string(entry, "origin", item->origin);
    dk_json_set_bool(entry, "is_default", item->is_default);
    json_array_append_new(into->values, entry);
    return true;
}

static void add_result(dk_context *context, json_t *values) {
    if (dk_is_json(context))
        json_object_set(dk_result(context), "values", values);
}

static dk_table *new_table(void) {
    static const char *const headings[] = {"key", "value", "from"};
    return dk_table_new(headings, DK_COUNT(headings));
}

static bool run_config(dk_context *context, const void *values, dk_error *error) {
    (void)values;
    const config_store *store = context_config(context, error);
    if (!store)
        return false;
    DK_AUTO_BUF dk_buf plain = DK_BUF_INIT;
    DK_AUTO_JSON json_t *list = json_array();
    listing into = {.table = new_table(), .values = list, .plain = &plain};
    config_each(store, list_item, &into);
    dk_table_print(into.table, context);
    dk_table_free(into.table);
    add_result(context, list);
    if (dk_is_json(context))
        dk_json_set_string(dk_result(context), "root", dk_project_root(context, NULL));
    return true;
}

static bool run_config_get(dk_context *context, const void *values, dk_error *error) {
    const config_get_values *given = values;
    if (!*given->key) { /* a script's empty variable, not a wish to see everything */
        dk_fail(error, DK_ERROR_USAGE, "bad-value", "KEY: an empty text is not a key");
        return dk_error_hint(error, "name one (reset.undo); `devkit config` lists all");
    }
    const config_store *store = context_config(context, error);
    if (!store)
        return false;
    DK_AUTO_BUF dk_buf plain = DK_BUF_INIT;
    DK_AUTO_JSON json_t *list = json_array();
    listing into = {.table = new_table(), .values = list, .plain = &plain};
    bool found = config_explain(store, given->key, list_item, &into, error);
    bool single = json_array_size(list) == 1 &&
                  dk_streq(dk_json_string(json_array_get(list, 0), "key", ""), given->key);
    if (found && single)
        dk_print(context, "%s", dk_buf_text(&plain));
    else if (found)
        dk_table_print(into.table, context);
    dk_table_free(into.table);
    if (found)
        add_result(context, list);
    return found;
}

static const dk_example config_examples[] = {
    {"devkit config", "every value, and where it came from"},
    {"devkit config --json", "the same for programs"},
};
const dk_command commands_config = {
    .name = "config",
    .summary = "Show every configuration value and where it came from",
    .description =
        "A value comes, from strong to weak, from an option, the environment (DEVKIT_SECTION_KEY), "
        ".devkit.local.toml, .devkit.toml, a preset, or devkit's default.",
    .group = "devkit",
    DK_EXAMPLES(config_examples),
    .run = run_config,
};

static const dk_argument get_arguments[] = {
    {.metavar = "KEY",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(config_get_values, key),
     .help = "A key (reset.undo) or a section (reset)"},
};
static const dk_example get_examples[] = {
    {"devkit config get reset.undo", "the value alone, for scripts"},
    {"devkit config get reset", "all values of a section"},
};
const dk_command commands_config_get = {
    .name = "config get",
    .summary = "Print one configuration value",
    .group = "devkit",
    DK_ARGUMENTS(get_arguments),
    DK_EXAMPLES(get_examples),
    .values_size = sizeof(config_get_values),
    .run = run_config_get,
};
