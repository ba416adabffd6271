/* A TOML text of the configuration, checked key by key against the schema. */
#include "config/config_internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct file_reader {
    config_store *store;
    const char *text;
    size_t length;
    const char *name;
    config_rank rank;
    dk_error *error;
} file_reader;

/* ── messages ── */
/* The line of a place with a caret below its column. Tabs stay tabs, so that the caret stands right; of a
 * very long line only the part around the column is shown. */
static void show_line(file_reader *reader, toml_place place) {
    enum { SHOWN = 100 };
    const char *line = reader->text, *end = reader->text + reader->length;
    for (int i = 1; i < place.line && line < end; i++) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        line = newline ? newline + 1 : end;
    }
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    stop = stop ? stop : end;
    if (stop > line && stop[-1] == '\r')
        stop--;
    int first = place.column > SHOWN * 3 / 4 ? place.column - SHOWN / 2 : 1;
    DK_AUTO_BUF dk_buf shown = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf below = DK_BUF_INIT;
    int column = 0;
    for (const char *p = line; p < stop; p++) {
        bool begins = ((unsigned char)*p & 0xC0) != 0x80;
        column += begins;
        if (column < first || column >= first + SHOWN)
            continue;
        dk_buf_add_char(&shown, *p);
        if (begins && column < place.column)
            dk_buf_add_char(&below, *p == '\t' ? '\t' : ' ');
    }
    for (; column + 1 < place.column && column < first + SHOWN; column++)
        dk_buf_add_char(&below, ' ');
    dk_error_detail(reader->error, "%s\n%s^", dk_buf_text(&shown), dk_buf_text(&below));
}

static bool invalid(file_reader *reader, toml_place place, const char *format, ...) DK_PRINTF(3, 4);
static bool invalid(file_reader *reader, toml_place place, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    DK_AUTOFREE char *message = dk_vformat(format, arguments);
    va_end(arguments);
    dk_fail(reader->error, DK_ERROR_USAGE, "config-invalid", "%s:%d:%d: %s", reader->name, place.line,
            place.column, message);
    show_line(reader, place);
    return false;
}

static char *join(const char *section, const char *name) {
    return *section ? dk_format("%s.%s", section, name) : dk_strdup(name);
}

/* The section in which this name is a key, when there is exactly one way to read it. */
static char *section_of_key(const char *name) {
    const char *found = NULL;
    for (size_t i = 0; i < config_key_count; i++) {
        const char *dot = strrchr(config_keys[i].path, '.');
        if (!dot || strcmp(dot + 1, name) != 0)
            continue;
        if (found)
            return NULL;
        found = config_keys[i].path;
    }
    return found ? dk_strndup(found, (size_t)(strrchr(found, '.') - found)) : NULL;
}

static void hint_names(file_reader *reader, const char *section_here, const char *name,
                       const dk_strv *names) {
    const char *near = dk_nearest(name, (const char *const *)names->items, names->count);
    if (near) {
        DK_AUTOFREE char *path = join(section_here, near);
        const config_key *key = config_key_at(path);
        if (key ? config_is_table(key) : config_is_section(path))
            dk_error_hint(reader->error, "did you mean [%s]?", path);
        else
            dk_error_hint(reader->error, "did you mean \"%s\"?", near);
        return;
    }
    DK_AUTOFREE char *section = section_of_key(name);
    if (section) {
        dk_error_hint(reader->error, "\"%s\" belongs in [%s]", name, section);
        return;
    }
    DK_AUTOFREE char *all = dk_strv_join(names, ", ");
    dk_error_hint(reader->error, "valid here: %s", all);
}

static bool unknown(file_reader *reader, const char *section, const toml_node *node) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    config_names_in(section, &names);
    if (node->type == TOML_TYPE_TABLE) {
        DK_AUTOFREE char *path = join(section, node->key);
        invalid(reader, node->key_place, "unknown section [%s]", path);
    } else if (*section) {
        invalid(reader, node->key_place, "unknown key \"%s\" in [%s]", node->key, section);
    } else {
        invalid(reader, node->key_place, "unknown key \"%s\" outside of any section", node->key);
    }
    hint_names(reader, section, node->key, &names);
    return false;
}

/* ── values ── */
static bool read_value(file_reader *reader, const char *path, const config_match *match,
                       const toml_node *node) {
    config_value value;
    config_problem problem;
    if (!config_value_from_node(match->element ? match->element : match->key, node, &value, &problem)) {
        invalid(reader, problem.place, "%s %s", path, problem.what);
        if (problem.hint)
            dk_error_hint(reader->error, "%s", problem.hint);
        config_problem_release(&problem);
        return false;
    }
    DK_AUTOFREE char *origin = reader->rank == CONFIG_PRESET
                                   ? dk_strdup(reader->name)
                                   : dk_format("%s:%d", reader->name, node->key_place.line);
    config_store_put(reader->store, path, match, &value, reader->rank, origin);
    return true;
}

static bool check_name(file_reader *reader, const config_key *table, const toml_node *node) {
    if (!*node->key)
        return invalid(reader, node->key_place, "an empty name in [%s]", table->path);
    if (!table->choices)
        return true;
    DK_AUTO_STRV dk_strv choices = DK_STRV_INIT;
    dk_strv_split(&choices, table->choices, ' ');
    if (dk_strv_contains(&choices, node->key))
        return true;
    invalid(reader, node->key_place, "unknown key \"%s\" in [%s]", node->key, table->path);
    hint_names(reader, table->path, node->key, &choices);
    return false;
}

/* A table of the user's own names. A dotted name (auto_explain.log_min_duration = 0) reaches us as a table in
 * the table. */
static bool read_map(file_reader *reader, const config_key *table, const char *prefix,
                     const toml_node *node) {
    for (size_t i = 0; i < node->count; i++) {
        const toml_node *child = &node->children[i];
        DK_AUTOFREE char *name = join(prefix, child->key);
        if (child->type == TOML_TYPE_TABLE && table->elements->type == CONFIG_SETTING) {
            if (!read_map(reader, table, name, child))
                return false;
            continue;
        }
        if (!check_name(reader, table, child))
            return false;
        DK_AUTOFREE char *path = join(table->path, name);
        config_match match = {.key = table, .element = table->elements, .name = name};
        if (!read_value(reader, path, &match, child))
            return false;
    }
    return true;
}

static bool read_environment_key(file_reader *reader, const config_key *table, const char *section,
                                 const char *name, const toml_node *node) {
    for (size_t i = 0; i < table->element_count; i++) {
        if (strcmp(table->elements[i].path, node->key) != 0)
            continue;
        DK_AUTOFREE char *path = join(section, node->key);
        DK_AUTOFREE char *copy = dk_strdup(name);
        config_match match = {.key = table, .element = &table->elements[i], .name = copy};
        return read_value(reader, path, &match, node);
    }
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    for (size_t i = 0; i < table->element_count; i++)
        dk_strv_add(&names, table->elements[i].path);
    invalid(reader, node->key_place, "unknown key \"%s\" in [%s]", node->key, section);
    hint_names(reader, section, node->key, &names);
    return false;
}

static bool read_environments(file_reader *reader, const config_key *table, const toml_node *node) {
    for (size_t i = 0; i < node->count; i++) {
        const toml_node *environment = &node->children[i];
        if (!check_name(reader, table, environment))
            return false;
        DK_AUTOFREE char *section = join(table->path, environment->key);
        if (environment->type != TOML_TYPE_TABLE) {
            invalid(reader, environment->key_place, "%s must be a section, not %s", section,
                    toml_type_name(environment->type));
            dk_error_hint(reader->error, "write [%s] and its keys below it", section);
            return false;
        }
        config_store_add_environment(reader->store, environment->key);
        for (size_t j = 0; j < environment->count; j++)
            if (!read_environment_key(reader, table, section, environment->key, &environment->children[j]))
                return false;
    }
    return true;
}

static bool read_section(file_reader *reader, const char *section, const toml_node *node);

static bool read_child(file_reader *reader, const char *section, const toml_node *child) {
    DK_AUTOFREE char *path = join(section, child->key);
    const config_key *key = config_key_at(path);
    bool dotted = strchr(child->key, '.') != NULL; /* "reset.undo" in quotes is one strange name */
    if (!key && (dotted || !config_is_section(path)))
        return unknown(reader, section, child);
    if (dotted)
        return unknown(reader, section, child);
    if (key && !config_is_table(key)) {
        config_match match = {.key = key};
        return read_value(reader, path, &match, child);
    }
    if (child->type != TOML_TYPE_TABLE) {
        invalid(reader, child->key_place, "%s must be a section, not %s", path, toml_type_name(child->type));
        dk_error_hint(reader->error, "write [%s] and its keys below it", path);
        return false;
    }
    if (!key)
        return read_section(reader, path, child);
    return key->type == CONFIG_ENVIRONMENTS ? read_environments(reader, key, child)
                                            : read_map(reader, key, "", child);
}

static bool read_section(file_reader *reader, const char *section, const toml_node *node) {
    for (size_t i = 0; i < node->count; i++)
        if (!read_child(reader, section, &node->children[i]))
            return false;
    return true;
}

bool config_read_toml(config_store *store, const char *text, size_t length, const char *name,
                      config_rank rank, dk_error *error) {
    file_reader reader = {
        .store = store, .text = text, .length = length, .name = name, .rank = rank, .error = error};
    toml_node root;
    toml_place place;
    DK_AUTOFREE char *problem = NULL;
    config_hide_passwords(text);
    if (!toml_parse(text, length, &root, &place, &problem))
        return invalid(&reader, place, "%s", problem);
    bool succeeded = read_section(&reader, "", &root);
    toml_release(&root);
    return succeeded;
}
