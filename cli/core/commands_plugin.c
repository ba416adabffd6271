/* devkit plugin list, devkit plugin index */
#include "core/commands.h"
#include "core/context.h"
#include "host/executable.h"
#include "host/places.h"

#include <devkit/file.h>
#include <unistd.h>

typedef struct index_values {
    const char *write;
} index_values;

static json_t *describe_plugin(const index_plugin *plugin) {
    json_t *object = json_object();
    dk_json_set_string(object, "name", plugin->name);
    dk_json_set_string(object, "version", plugin->version);
    dk_json_set_string(object, "summary", plugin->summary);
    dk_json_set_string(object, "file", plugin->file);
    dk_json_set_bool(object, "third_party", plugin->third_party);
    json_t *commands = json_array();
    for (size_t i = 0; i < plugin->command_count; i++)
        json_array_append_new(commands, json_string(plugin->commands[i].name));
    json_object_set_new(object, "commands", commands);
    json_t *interfaces = json_array();
    for (size_t i = 0; i < plugin->interface_count; i++) {
        json_t *entry = json_object();
        dk_json_set_string(entry, "kind", plugin->interfaces[i].kind);
        dk_json_set_string(entry, "name", plugin->interfaces[i].name);
        dk_json_set_int(entry, "version", plugin->interfaces[i].version);
        json_array_append_new(interfaces, entry);
    }
    json_object_set_new(object, "interfaces", interfaces);
    return object;
}

static void list_programs(dk_table *table, json_t *programs) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    executable_list(&names);
    for (size_t i = 0; i < names.count; i++) {
        DK_AUTOFREE char *path = executable_find(names.items[i]);
        const char *cells[] = {names.items[i], "", path ? path : ""};
        dk_table_row(table, cells);
        json_t *entry = json_object();
        dk_json_set_string(entry, "name", names.items[i]);
        dk_json_set_string(entry, "file", path);
        json_array_append_new(programs, entry);
    }
}

static bool run_list(dk_context *context, const void *values, dk_error *error) {
    (void)values, (void)error;
    static const char *const headings[] = {"plugin", "version", "what it does"};
    const index_plugins *plugins = context_plugins(context);
    dk_table *table = dk_table_new(headings, DK_COUNT(headings));
    json_t *list = json_array(), *programs = json_array();
    for (size_t i = 0; i < plugins->count; i++) {
        const char *cells[] = {plugins->items[i].name, plugins->items[i].version, plugins->items[i].summary};
        dk_table_row(table, cells);
        json_array_append_new(list, describe_plugin(&plugins->items[i]));
    }
    list_programs(table, programs);
    dk_table_print(table, context);
    dk_table_free(table);
    json_t *result = dk_result(context);
    json_object_set_new(result, "plugins", list);
    json_object_set_new(result, "programs", programs);
    dk_json_set_string(result, "folder", places_plugin_dir());
    return true;
}

const dk_command commands_plugin_list = {
    .name = "plugin list",
    .summary = "List the plugins and the devkit-NAME programs",
    .group = "devkit",
    .run = run_list,
};

static bool run_index(dk_context *context, const void *values, dk_error *error) {
    const index_values *given = values;
    if (given->write) {
        size_t count = 0;
        if (!index_write(given->write, &count, error))
            return false;
        dk_info(context, "%zu plugins described in %s/" INDEX_FILE, count, given->write);
        dk_json_set_int(dk_result(context), "count", (int64_t)count);
        return true;
    }
    DK_AUTO_JSON json_t *document = index_build(places_plugin_dir(), error);
    if (!document)
        return false;
    DK_AUTOFREE char *text = json_dumps(document, JSON_INDENT(2));
    dk_print(context, "%s\n", text);
    json_object_update(dk_result(context), document);
    return true;
}

static const dk_option index_options[] = {
    {.long_name = "write",
     .type = DK_VALUE_PATH,
     .offset = offsetof(index_values, write),
     .metavar = "DIR",
     .help = "Describe the plugins of this folder in its index.jsonl"},
};
static const dk_example index_examples[] = {
    {"devkit plugin index --write build/plugins", "what the build does"},
};
const dk_command commands_plugin_index = {
    .name = "plugin index",
    .summary = "Open every plugin and print the index of what they bring",
    .description =
        "devkit finds the plugin of a command in this index, so that help and completion open none. "
        "A missing index is worked out on every run, which takes longer.",
    .group = "devkit",
    DK_OPTIONS(index_options),
    DK_EXAMPLES(index_examples),
    .values_size = sizeof(index_values),
    .run = run_index,
};
