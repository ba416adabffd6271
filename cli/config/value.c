#include "config/value.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool problem_is(config_problem *problem, char *what, char *hint) {
    problem->what = what;
    problem->hint = hint;
    return false;
}

/* ── rules that hold wherever the value came from ── */
static bool check_choice(const config_key *key, const config_value *value, config_problem *problem) {
    if (!key->choices)
        return true;
    DK_AUTO_STRV dk_strv choices = DK_STRV_INIT;
    dk_strv_split(&choices, key->choices, ' ');
    if (dk_strv_contains(&choices, value->text))
        return true;
    const char *near = dk_nearest(value->text, (const char *const *)choices.items, choices.count);
    DK_AUTOFREE char *all = dk_strv_join(&choices, ", ");
    return problem_is(problem, dk_format("can't be \"%s\"", value->text),
                      near ? dk_format("did you mean \"%s\"? Choices: %s", near, all)
                           : dk_format("choices: %s", all));
}

static bool check_range(const config_key *key, const config_value *value, config_problem *problem) {
    int64_t maximum = key->maximum ? key->maximum : INT64_MAX;
    if (value->integer >= key->minimum && value->integer <= maximum)
        return true;
    return problem_is(problem,
                      dk_format("must be between %lld and %lld, not %lld", (long long)key->minimum,
                                (long long)maximum, (long long)value->integer),
                      NULL);
}

/* The number in value->text. */
static bool read_measure(const config_key *key, config_value *value, config_problem *problem) {
    bool empty = value->text[0] == '\0';
    bool valid = key->type == CONFIG_SIZE ? !empty && dk_parse_size(value->text, &value->integer)
                                          : empty || dk_parse_duration(value->text, &value->integer);
    if (valid && value->integer >= 0)
        return true;
    return problem_is(problem, dk_format("must be %s, not \"%s\"", config_type_name(key->type), value->text),
                      dk_strdup(key->type == CONFIG_SIZE ? "units: B, KB, MB, GB, TB (powers of 1024)"
                                                         : "units: ms, s, m, h, d"));
}

/* ── from TOML ── */
static char *example(const config_key *key) {
    switch (key->type) {
    case CONFIG_TEXT:
        return dk_strdup("put it in quotes");
    case CONFIG_LIST:
        return dk_strdup("a list is written [\"one\", \"two\"]");
    case CONFIG_INTEGER:
    case CONFIG_BOOL:
        return dk_strdup("write it without quotes");
    default:
        return NULL;
    }
}

static bool wrong_type(const config_key *key, const toml_node *node, config_problem *problem) {
    problem->place = node->value_place;
    return problem_is(
        problem, dk_format("must be %s, not %s", config_type_name(key->type), toml_type_name(node->type)),
        example(key));
}

static bool read_list(const config_key *key, const toml_node *node, config_value *value,
                      config_problem *problem) {
    if (node->type != TOML_TYPE_LIST)
        return wrong_type(key, node, problem);
    for (size_t i = 0; i < node->count; i++) {
        if (node->children[i].type != TOML_TYPE_TEXT)
            return wrong_type(key, &node->children[i], problem);
        dk_strv_add(&value->list, node->children[i].text);
    }
    return true;
}

/* Settings keep what was written as text: postgresql.conf knows nothing else. */
static bool read_setting(const config_key *key, const toml_node *node, config_value *value,
                         config_problem *problem) {
    switch (node->type) {
    case TOML_TYPE_TEXT:
    case TOML_TYPE_FLOAT:
        value->text = dk_strdup(node->text);
        return true;
    case TOML_TYPE_INTEGER:
        value->text = dk_format("%lld", (long long)node->integer);
        return true;
    case TOML_TYPE_BOOL:
        value->text = dk_strdup(node->boolean ? "true" : "false");
        return true;
    default:
        return wrong_type(key, node, problem);
    }
}

static bool read_node(const config_key *key, const toml_node *node, config_value *value,
                      config_problem *problem) {
    switch (key->type) {
    case CONFIG_LIST:
        return read_list(key, node, value, problem);
    case CONFIG_SETTING:
        return read_setting(key, node, value, problem);
    case CONFIG_INTEGER:
        value->integer = node->integer;
        return node->type == TOML_TYPE_INTEGER ? check_range(key, value, problem)
                                               : wrong_type(key, node, problem);
    case CONFIG_BOOL:
        value->boolean = node->boolean;
        return node->type == TOML_TYPE_BOOL || wrong_type(key, node, problem);
    case CONFIG_SIZE:
    case CONFIG_DURATION:
        /* A plain number is bytes; a duration needs its unit, unless it is 0. */
        if (node->type == TOML_TYPE_INTEGER && (key->type == CONFIG_SIZE || node->integer == 0))
            value->text = dk_format("%lld%s", (long long)node->integer, key->type == CONFIG_SIZE ? "" : "s");
        else if (node->type == TOML_TYPE_TEXT)
            value->text = dk_strdup(node->text);
        else
            return wrong_type(key, node, problem);
        return read_measure(key, value, problem);
    case CONFIG_TEXT:
        if (node->type != TOML_TYPE_TEXT)
            return wrong_type(key, node, problem);
        value->text = dk_strdup(node->text);
        return check_choice(key, value, problem);
    default:
        return wrong_type(key, node, problem);
    }
}

bool config_value_from_node(const config_key *key, const toml_node *node, config_value *value,
                            config_problem *problem) {
    *value = (config_value){.type = key->type};
    *problem = (config_problem){.place = node->value_place};
    if (read_node(key, node, value, problem))
        return true;
    config_value_release(value);
    return false;
}

/* ── from text ── */
static bool read_bool(const char *text, bool *value) {
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true},   {"1", true},  {"yes", true}, {"on", true},
                 {"false", false}, {"0", false}, {"no", false}, {"off", false}};
    for (size_t i = 0; i < DK_COUNT(words); i++) {
        if (strcasecmp(text, words[i].word) == 0) {
            *value = words[i].value;
            return true;
        }
    }
    return false;
}

static void split_list(const char *text, dk_strv *list) {
    DK_AUTO_STRV dk_strv pieces = DK_STRV_INIT;
    dk_strv_split(&pieces, text, ',');
    for (size_t i = 0; i < pieces.count; i++) {
        const char *start = pieces.items[i] + strspn(pieces.items[i], " \t");
        size_t length = strlen(start);
        while (length && (start[length - 1] == ' ' || start[length - 1] == '\t'))
            length--;
        if (length)
            dk_strv_add_owned(list, dk_strndup(start, length));
    }
}

static bool read_text(const config_key *key, const char *text, config_value *value, config_problem *problem) {
    bool valid = false;
    switch (key->type) {
    case CONFIG_LIST:
        split_list(text, &value->list);
        return true;
    case CONFIG_INTEGER:
        valid = dk_parse_int64(text, &value->integer);
        if (valid)
            return check_range(key, value, problem);
        break;
    case CONFIG_BOOL:
        valid = read_bool(text, &value->boolean);
        break;
    case CONFIG_SIZE:
    case CONFIG_DURATION:
        value->text = dk_strdup(text);
        return read_measure(key, value, problem);
    case CONFIG_TEXT:
    case CONFIG_SETTING:
        value->text = dk_strdup(text);
        return check_choice(key, value, problem);
    default:
        break;
    }
    if (valid)
        return true;
    return problem_is(problem, dk_format("must be %s, not \"%s\"", config_type_name(key->type), text), NULL);
}

bool config_value_from_text(const config_key *key, const char *text, config_value *value,
                            config_problem *problem) {
    *value = (config_value){.type = key->type};
    *problem = (config_problem){0};
    if (read_text(key, text, value, problem))
        return true;
    config_value_release(value);
    return false;
}

/* ── as a value ── */
void config_value_copy(config_value *target, const config_value *source) {
    *target = (config_value){.type = source->type, .integer = source->integer, .boolean = source->boolean};
    target->text = dk_strdup(source->text);
    dk_strv_add_all(&target->list, &source->list);
}

void config_value_release(config_value *value) {
    free(value->text);
    dk_strv_release(&value->list);
    *value = (config_value){.type = value->type};
}

void config_problem_release(config_problem *problem) {
    free(problem->what);
    free(problem->hint);
    *problem = (config_problem){0};
}

/* ── for people and programs ── */
void config_write_toml_text(const char *text, dk_buf *target) {
    dk_buf_add_char(target, '"');
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            dk_buf_addf(target, "\\%c", byte);
        else if (byte == '\n')
            dk_buf_add(target, "\\n");
        else if (byte == '\t')
            dk_buf_add(target, "\\t");
        else if (byte < 0x20 || byte == 0x7F)
            dk_buf_addf(target, "\\u%04X", byte);
        else
            dk_buf_add_char(target, (char)byte);
    }
    dk_buf_add_char(target, '"');
}

void config_value_write_toml(const config_value *value, dk_buf *text) {
    switch (value->type) {
    case CONFIG_INTEGER:
        dk_buf_addf(text, "%lld", (long long)value->integer);
        break;
    case CONFIG_BOOL:
        dk_buf_add(text, value->boolean ? "true" : "false");
        break;
    case CONFIG_LIST:
        dk_buf_add_char(text, '[');
        for (size_t i = 0; i < value->list.count; i++) {
            dk_buf_add(text, i ? ", " : "");
            config_write_toml_text(value->list.items[i], text);
        }
        dk_buf_add_char(text, ']');
        break;
    default:
        config_write_toml_text(value->text ? value->text : "", text);
    }
}

json_t *config_value_json(const config_value *value) {
    switch (value->type) {
    case CONFIG_INTEGER:
    case CONFIG_SIZE:
    case CONFIG_DURATION:
        return json_integer(value->integer);
    case CONFIG_BOOL:
        return json_boolean(value->boolean);
    case CONFIG_LIST: {
        json_t *list = json_array();
        for (size_t i = 0; i < value->list.count; i++) {
            json_t *item = json_string(value->list.items[i]);
            json_array_append_new(list, item ? item : json_null());
        }
        return list;
    }
    default: {
        json_t *text = json_string(value->text ? value->text : "");
        return text ? text : json_null();
    }
    }
}
