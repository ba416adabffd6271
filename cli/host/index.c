/* See index.h. */
#include "host/index.h"
#include "host/loader.h"
#include "host/table.h"

#include <devkit/file.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

json_t *index_describe(const dk_plugin *plugin, const char *file) {
    json_t *object = json_object();
    dk_json_set_string(object, "name", plugin->name);
    dk_json_set_string(object, "version", plugin->version);
    dk_json_set_string(object, "summary", plugin->summary);
    dk_json_set_string(object, "file", file);
    json_t *commands = json_array();
    for (size_t i = 0; i < plugin->command_count; i++)
        json_array_append_new(commands, table_describe_command(&plugin->commands[i]));
    json_object_set_new(object, "commands", commands);
    json_t *interfaces = json_array();
    for (size_t i = 0; i < plugin->interface_count; i++) {
        json_t *entry = json_object();
        dk_json_set_string(entry, "kind", plugin->interfaces[i]->kind);
        dk_json_set_string(entry, "name", plugin->interfaces[i]->name);
        dk_json_set_int(entry, "version", plugin->interfaces[i]->version);
        json_array_append_new(interfaces, entry);
    }
    json_object_set_new(object, "interfaces", interfaces);
    json_t *events = json_array();
    for (size_t i = 0; i < plugin->event_count; i++)
        json_array_append_new(events, json_string(plugin->events[i]));
    json_object_set_new(object, "events", events);
    return object;
}

static json_t *new_document(void) {
    json_t *document = json_object();
    dk_json_set_int(document, "format", INDEX_FORMAT);
    dk_json_set_string(document, "devkit", DEVKIT_VERSION);
    json_object_set_new(document, "plugins", json_array());
    return document;
}

/* The folder's plugins, sorted: *.so but for the kit libraries (lib*). A missing folder has none. */
static bool list_plugins(const char *folder, dk_strv *names, dk_error *error) {
    DIR *stream = opendir(folder);
    if (!stream) {
        if (errno == ENOENT || errno == ENOTDIR)
            return true;
        return dk_fail_errno(error, errno, "folder-unreadable", "can't read the plugin folder %s", folder);
    }
    for (const struct dirent *entry; (entry = readdir(stream));)
        if (dk_ends_with(entry->d_name, ".so") && !dk_starts_with(entry->d_name, "lib") &&
            entry->d_name[0] != '.')
            dk_strv_add(names, entry->d_name);
    closedir(stream);
    dk_strv_sort(names);
    return true;
}

static json_t *describe_file(const char *folder, const char *file, dk_error *error) {
    DK_AUTOFREE char *path = dk_path_join(folder, file);
    DK_AUTOFREE char *name = loader_plugin_name(file);
    const dk_plugin *plugin = loader_open(path, name, LOADER_BIND_ALL, error);
    return plugin ? index_describe(plugin, file) : NULL;
}

json_t *index_build(const char *folder, dk_error *error) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    if (!list_plugins(folder, &names, error))
        return NULL;
    json_t *document = new_document();
    for (size_t i = 0; i < names.count; i++) {
        json_t *entry = describe_file(folder, names.items[i], error);
        if (!entry) {
            json_decref(document);
            return NULL;
        }
        json_array_append_new(json_object_get(document, "plugins"), entry);
    }
    return document;
}

/* Names and flags of `commands`, for the line that every run reads. */
static json_t *brief_commands(const json_t *commands) {
    json_t *list = json_array(), *command;
    size_t i;
    json_array_foreach((json_t *)commands, i, command) {
        json_t *brief = json_object();
        json_object_set(brief, "name", json_object_get(command, "name"));
        if (json_object_get(command, "flags"))
            json_object_set(brief, "flags", json_object_get(command, "flags"));
        json_array_append_new(list, brief);
    }
    return list;
}

/* Moves the tables of each plugin to a line of its own, which is added to `lines`. */
static void move_tables(json_t *document, dk_buf *lines) {
    size_t i;
    json_t *plugin;
    json_array_foreach(json_object_get(document, "plugins"), i, plugin) {
        const json_t *commands = json_object_get(plugin, "commands");
        DK_AUTOFREE char *text = json_dumps(commands, JSON_COMPACT);
        dk_buf_addf(lines, "%s\n", text);
        dk_json_set_int(plugin, "tables", (int64_t)strlen(text));
        json_object_set_new(plugin, "commands", brief_commands(commands));
    }
}

bool index_write(const char *folder, size_t *count, dk_error *error) {
    DK_AUTO_JSON json_t *document = index_build(folder, error);
    if (!document)
        return false;
    DK_AUTO_BUF dk_buf lines = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTOFREE char *path = dk_path_join(folder, INDEX_FILE);
    move_tables(document, &lines);
    DK_AUTOFREE char *first = json_dumps(document, JSON_COMPACT);
    dk_buf_addf(&text, "%s\n%s", first, dk_buf_text(&lines));
    *count = json_array_size(json_object_get(document, "plugins"));
    return dk_file_write(path, text.data, text.length, 0644, error);
}

/* ── reading ──────────────────────────────────────────────────────────────────────────────────────────── */

/* NULL unless the file is an index that this very devkit wrote: tables of another version may say things
 * that are no longer so. A third party's file carries its own plugin's version, which index_open compares. */
static json_t *read_document(const char *path, bool third_party, dk_buf *text) {
    if (!dk_file_read(path, 0, text, NULL))
        return NULL;
    json_t *document =
        json_loadb(dk_buf_text(text), text->length, third_party ? 0 : JSON_DISABLE_EOF_CHECK, NULL);
    if (!document)
        return NULL;
    bool ours = third_party || dk_streq(dk_json_string(document, "devkit", ""), DEVKIT_VERSION);
    if (ours && dk_json_int(document, "format", 0) == INDEX_FORMAT)
        return document;
    json_decref(document);
    return NULL;
}

static void read_interfaces(const json_t *source, index_plugin *plugin) {
    const json_t *list = json_object_get(source, "interfaces");
    plugin->interface_count = json_array_size(list);
    plugin->interfaces = dk_alloc_array(plugin->interface_count + 1, sizeof(*plugin->interfaces));
    for (size_t i = 0; i < plugin->interface_count; i++) {
        const json_t *entry = json_array_get(list, i);
        plugin->interfaces[i] = (index_interface){.kind = dk_json_string(entry, "kind", ""),
                                                  .name = dk_json_string(entry, "name", ""),
                                                  .version = dk_json_int(entry, "version", 0)};
    }
}

static void read_events(const json_t *source, index_plugin *plugin) {
    const json_t *list = json_object_get(source, "events");
    size_t count = json_array_size(list);
    plugin->events = dk_alloc_array(count + 1, sizeof(*plugin->events));
    for (size_t i = 0; i < count; i++) {
        const char *event = json_string_value(json_array_get(list, i));
        if (event)
            plugin->events[plugin->event_count++] = event;
    }
}

static void release_plugin(index_plugin *plugin) {
    for (size_t i = 0; i < plugin->command_count; i++)
        table_release_command(&plugin->commands[i]);
    free(plugin->commands);
    free(plugin->interfaces);
    free(plugin->events);
    free(plugin->file);
    json_decref(plugin->complete);
}

static bool read_plugin(const json_t *source, const char *folder, index_plugin *plugin, dk_error *error) {
    *plugin = (index_plugin){.name = dk_json_string(source, "name", NULL),
                             .version = dk_json_string(source, "version", ""),
                             .summary = dk_json_string(source, "summary", "")};
    const char *file = dk_json_string(source, "file", NULL);
    if (!plugin->name || !file || strchr(file, '/'))
        return dk_fail(error, DK_ERROR_FAILED, "index-invalid",
                       "the plugin index in %s has an entry without a name or a plain file name", folder);
    plugin->file = dk_path_join(folder, file);
    read_interfaces(source, plugin);
    read_events(source, plugin);
    const json_t *commands = json_object_get(source, "commands");
    plugin->commands = dk_alloc_array(json_array_size(commands) + 1, sizeof(*plugin->commands));
    for (size_t i = 0; i < json_array_size(commands); i++) {
        if (!table_read_command(json_array_get(commands, i), &plugin->commands[i], error))
            return false;
        plugin->command_count++;
    }
    return true;
}

static void note_problem(index_plugins *index, const dk_error *error) {
    dk_strv_addf(&index->problems, "%s%s%s", error->message, error->detail ? ": " : "",
                 error->detail ? error->detail : "");
}

/* How long the plugin's line is; -1: it has none. */
static int64_t line_length(const json_t *entry) {
    return dk_json_int(entry, "tables", -1);
}

/* Takes over `source`. `tables` is the text of its line, or NULL. The first plugin of a name wins: devkit's
 * own come first. */
static void add_plugin(index_plugins *index, json_t *source, const char *folder, bool third_party,
                       const char *tables) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    index_plugin plugin;
    json_array_append_new(index->sources, source);
    bool read = read_plugin(source, folder, &plugin, &error);
    plugin.tables = tables;
    plugin.tables_length = tables ? (size_t)line_length(source) : 0;
    if (!read) {
        note_problem(index, &error);
        release_plugin(&plugin);
        return;
    }
    for (size_t i = 0; i < index->count; i++) {
        if (!dk_streq(index->items[i].name, plugin.name))
            continue;
        dk_strv_addf(&index->problems, "the plugin %s is ignored: %s has the same name", plugin.file,
                     index->items[i].file);
        release_plugin(&plugin);
        return;
    }
    plugin.third_party = third_party;
    index->items = dk_realloc_array(index->items, index->count + 1, sizeof(*index->items));
    index->items[index->count++] = plugin;
}

/* Where the lines behind the first one begin. False when not all that are promised are there. */
static bool find_lines(const json_t *document, const dk_buf *text, const char **lines) {
    const char *end = strchr(dk_buf_text(text), '\n');
    *lines = end ? end + 1 : text->data + text->length;
    size_t left = text->length - (size_t)(*lines - text->data);
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(document, "plugins"), i, entry) {
        int64_t length = line_length(entry);
        if (length >= (int64_t)left)
            return false;
        left -= length < 0 ? 0 : (size_t)length + 1;
    }
    return true;
}

static void add_document(index_plugins *index, json_t *document, const char *folder, bool third_party,
                         const char *lines) {
    size_t i;
    json_t *entry;
    const char *line = lines;
    json_array_foreach(json_object_get(document, "plugins"), i, entry) {
        bool has_line = line && line_length(entry) >= 0;
        add_plugin(index, json_incref(entry), folder, third_party, has_line ? line : NULL);
        if (has_line)
            line += line_length(entry) + 1;
    }
    json_decref(document);
}

static void add_opened(index_plugins *index, const char *folder, const char *file, bool third_party) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    json_t *entry = describe_file(folder, file, &error);
    if (entry)
        add_plugin(index, entry, folder, third_party, NULL);
    else
        note_problem(index, &error);
}

static void load_own(index_plugins *index, const char *folder) {
    DK_AUTOFREE char *path = dk_path_join(folder, INDEX_FILE);
    json_t *document = read_document(path, false, &index->text);
    const char *lines = NULL;
    if (document && find_lines(document, &index->text, &lines)) {
        add_document(index, document, folder, false, lines);
        return;
    }
    json_decref(document);
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!list_plugins(folder, &names, &error))
        note_problem(index, &error);
    for (size_t i = 0; i < names.count; i++)
        add_opened(index, folder, names.items[i], false);
}

static void load_third_party(index_plugins *index, const char *folder) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!list_plugins(folder, &names, &error))
        note_problem(index, &error);
    for (size_t i = 0; i < names.count; i++) {
        DK_AUTOFREE char *name = loader_plugin_name(names.items[i]);
        DK_AUTOFREE char *file = dk_format("%s.json", name);
        DK_AUTOFREE char *path = dk_path_join(folder, file);
        DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
        json_t *document = read_document(path, true, &text);
        if (document)
            add_document(index, document, folder, true, NULL);
        else
            add_opened(index, folder, names.items[i], true);
    }
}

void index_load(index_plugins *index, const char *folder, const char *user_folder) {
    index->sources = json_array();
    if (folder)
        load_own(index, folder);
    if (user_folder)
        load_third_party(index, user_folder);
}

void index_release(index_plugins *index) {
    for (size_t i = 0; i < index->count; i++)
        release_plugin(&index->items[i]);
    free(index->items);
    dk_json_release(&index->sources);
    dk_buf_release(&index->text);
    dk_strv_release(&index->problems);
    *index = (index_plugins)INDEX_INIT;
}

static bool hint_rebuild(const index_plugin *plugin, dk_error *error) {
    if (plugin->third_party)
        return dk_error_hint(error, "install the plugin %s again: its .json file is not of this build",
                             plugin->name);
    DK_AUTOFREE char *folder = dk_path_dirname(plugin->file);
    return dk_error_hint(error, "run `devkit plugin index --write %s`", folder);
}

bool index_complete(index_plugin *plugin, dk_error *error) {
    if (!plugin->tables)
        return true;
    json_t *tables = json_loadb(plugin->tables, plugin->tables_length, 0, NULL);
    if (json_array_size(tables) != plugin->command_count) {
        json_decref(tables);
        dk_fail(error, DK_ERROR_FAILED, "index-invalid", "the plugin index does not describe %s",
                plugin->file);
        return hint_rebuild(plugin, error);
    }
    plugin->tables = NULL;
    plugin->complete = tables;
    for (size_t i = 0; i < plugin->command_count; i++)
        if (!table_read_command(json_array_get(tables, i), &plugin->commands[i], error))
            return false;
    return true;
}

bool index_fail_stale(const index_plugin *plugin, dk_error *error, const char *what, ...) {
    va_list arguments;
    va_start(arguments, what);
    DK_AUTOFREE char *text = dk_vformat(what, arguments);
    va_end(arguments);
    dk_fail(error, DK_ERROR_FAILED, "index-stale",
            "the plugin index promises %s, but the plugin %s has it not", text, plugin->file);
    return hint_rebuild(plugin, error);
}

const dk_plugin *index_open(index_plugin *plugin, dk_error *error) {
    if (plugin->opened)
        return plugin->opened;
    loader_binding binding = plugin->third_party ? LOADER_BIND_ALL : LOADER_BIND_OWN;
    const dk_plugin *opened = loader_open(plugin->file, plugin->name, binding, error);
    if (!opened)
        return NULL;
    if (!dk_streq(opened->version ? opened->version : "", plugin->version)) {
        dk_fail(error, DK_ERROR_FAILED, "index-stale",
                "the plugin %s is version %s, but the plugin index describes version %s", plugin->file,
                opened->version ? opened->version : "(none)", plugin->version);
        hint_rebuild(plugin, error);
        return NULL;
    }
    return plugin->opened = opened;
}
