/* See parse.h. */
#include "core/parse.h"
#include "core/value.h"

#include <devkit/system.h>
#include <stdlib.h>
#include <string.h>

typedef struct parse_state {
    const dk_command *command; /* NULL while only global options are read */
    char *values;              /* NULL: check only */
    core_globals *globals;
    parse_result *result;
    const char *const *words;
    size_t count;
    size_t at;       /* the next word */
    size_t argument; /* the next argument of the table */
    bool *given;     /* for each option of the command */
    bool ended;      /* no more options: after "--", or within DK_COMMAND_REST */
    dk_error *error;
} parse_state;

typedef struct match {
    const dk_option *option;
    void *slot; /* NULL: check only */
    bool *given;
    bool negated;
    bool global;
} match;

/* ── usage errors ─────────────────────────────────────────────────────────────────────────────────────── */

static bool hint_help(const parse_state *parser, const char *lead) {
    const char *name = parser->command ? parser->command->name : NULL;
    return dk_error_hint(parser->error, "%s%ssee `devkit %s%s--help`", lead ? lead : "", lead ? " " : "",
                         name ? name : "", name ? " " : "");
}

static void add_candidates(dk_strv *names, const dk_option *options, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (options[i].flags & DK_OPTION_HIDDEN)
            continue;
        dk_strv_addf(names, "--%s", options[i].long_name);
        if (options[i].flags & DK_OPTION_NEGATABLE)
            dk_strv_addf(names, "--no-%s", options[i].long_name);
    }
}

static bool unknown_option(const parse_state *parser, const char *word) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    if (parser->command)
        add_candidates(&names, parser->command->options, parser->command->option_count);
    add_candidates(&names, core_global_options, core_global_option_count);
    DK_AUTOFREE char *plain = dk_strndup(word, strcspn(word, "="));
    const char *nearest = dk_nearest(plain, (const char *const *)names.items, names.count);
    const char *name = parser->command ? parser->command->name : NULL;
    dk_fail(parser->error, DK_ERROR_USAGE, "unknown-option", "devkit%s%s has no option %s", name ? " " : "",
            name ? name : "", plain);
    DK_AUTOFREE char *lead = nearest ? dk_format("did you mean %s?", nearest) : NULL;
    return hint_help(parser, lead);
}

/* ── options ──────────────────────────────────────────────────────────────────────────────────────────── */

static bool name_matches(const dk_option *option, const char *name, size_t length, bool *negated) {
    *negated = false;
    if (strlen(option->long_name) == length && memcmp(option->long_name, name, length) == 0)
        return true;
    *negated = true;
    return (option->flags & DK_OPTION_NEGATABLE) && length > 3 && memcmp(name, "no-", 3) == 0 &&
           strlen(option->long_name) == length - 3 && memcmp(option->long_name, name + 3, length - 3) == 0;
}

/* Finds by long name (length > 0) or by short character. */
static bool find_option(const parse_state *parser, const char *name, size_t length, char short_name,
                        match *found) {
    const dk_command *command = parser->command;
    size_t own = command ? command->option_count : 0;
    for (size_t i = 0; i < own + core_global_option_count; i++) {
        const dk_option *option = i < own ? &command->options[i] : &core_global_options[i - own];
        bool negated = false;
        bool hit = length ? name_matches(option, name, length, &negated)
                          : option->short_name && option->short_name == short_name;
        if (!hit)
            continue;
        bool global = i >= own;
        char *base = global ? (char *)parser->globals : parser->values;
        *found = (match){.option = option,
                         .slot = base ? base + option->offset : NULL,
                         .given = global ? NULL : &parser->given[i],
                         .negated = negated,
                         .global = global};
        return true;
    }
    return false;
}

static void note_override(parse_state *parser, const match *found, const char *text) {
    parse_result *result = parser->result;
    if (!result || found->global || !found->option->config_key)
        return;
    result->overrides =
        dk_realloc_array(result->overrides, result->override_count + 1, sizeof(*result->overrides));
    result->overrides[result->override_count++] = (parse_override){
        .path = dk_strdup(found->option->config_key),
        .text = dk_strdup(text),
        .origin = dk_format("--%s%s", found->negated ? "no-" : "", found->option->long_name)};
}

static bool set_flag(parse_state *parser, const match *found, const char *word, const char *value) {
    if (value) {
        dk_fail(parser->error, DK_ERROR_USAGE, "unexpected-value", "%.*s takes no value",
                (int)strcspn(word, "="), word);
        return hint_help(parser, NULL);
    }
    if (found->slot)
        *(bool *)found->slot = !found->negated;
    if (found->given)
        *found->given = true;
    note_override(parser, found, found->negated ? "false" : "true");
    return true;
}

static bool set_option(parse_state *parser, const match *found, const char *text) {
    const dk_option *option = found->option;
    DK_AUTOFREE char *label = dk_format("--%s", option->long_name);
    if (option->flags & DK_OPTION_SECRET)
        dk_secret_add(text);
    if (!value_store(option->type, option->choices, label, text, found->slot, parser->error))
        return false;
    if (found->given)
        *found->given = true;
    note_override(parser, found, text);
    return true;
}

static bool looks_like_long_option(const char *word) {
    return word[0] == '-' && word[1] == '-' && word[2];
}

/* `inline_value` is what stood behind "=" or behind the short letter, or NULL. */
static bool take_option(parse_state *parser, const match *found, const char *word, const char *inline_value) {
    if (found->option->type == DK_VALUE_FLAG)
        return set_flag(parser, found, word, inline_value);
    /* "--env --json" is a forgotten value, not an environment of that name. */
    if (!inline_value && parser->at < parser->count && !looks_like_long_option(parser->words[parser->at]))
        inline_value = parser->words[parser->at++];
    if (inline_value)
        return set_option(parser, found, inline_value);
    dk_fail(parser->error, DK_ERROR_USAGE, "missing-value", "--%s needs a value: %s",
            found->option->long_name, found->option->metavar ? found->option->metavar : "VALUE");
    return hint_help(parser, NULL);
}

static bool parse_long(parse_state *parser, const char *word) {
    const char *name = word + 2;
    size_t length = strcspn(name, "=");
    match found;
    if (length == 0 || !find_option(parser, name, length, 0, &found))
        return unknown_option(parser, word);
    return take_option(parser, &found, word, name[length] == '=' ? name + length + 1 : NULL);
}

static bool parse_short(parse_state *parser, const char *word) {
    for (const char *at = word + 1; *at; at++) {
        char name[3] = {'-', *at, 0};
        match found;
        if (!find_option(parser, NULL, 0, *at, &found))
            return unknown_option(parser, at == word + 1 ? word : name);
        if (found.option->type != DK_VALUE_FLAG)
            return take_option(parser, &found, name, at[1] ? at + 1 + (at[1] == '=') : NULL);
        if (!set_flag(parser, &found, name, NULL))
            return false;
    }
    return true;
}

static bool looks_like_option(const char *word) {
    return word[0] == '-' && word[1];
}

static bool parse_option(parse_state *parser, const char *word) {
    return word[1] == '-' ? parse_long(parser, word) : parse_short(parser, word);
}

/* ── arguments ────────────────────────────────────────────────────────────────────────────────────────── */

static bool parse_argument(parse_state *parser, const char *word) {
    const dk_command *command = parser->command;
    if (parser->argument >= command->argument_count) {
        dk_fail(parser->error, DK_ERROR_USAGE, "unexpected-argument", "devkit %s takes no %s \"%s\"",
                command->name, command->argument_count ? "further argument" : "argument", word);
        return hint_help(parser, NULL);
    }
    const dk_argument *argument = &command->arguments[parser->argument];
    if (argument->type != DK_VALUE_LIST)
        parser->argument++;
    if (command->flags & DK_COMMAND_REST)
        parser->ended = true;
    return value_store(argument->type, argument->choices, argument->metavar, word,
                       parser->values ? parser->values + argument->offset : NULL, parser->error);
}

/* A command that stands in for another program takes that program's options as they come. */
static bool begins_rest(const parse_state *parser, const char *word) {
    match found;
    return parser->command && (parser->command->flags & DK_COMMAND_OPEN) &&
           (word[1] != '-' || !find_option(parser, word + 2, strcspn(word + 2, "="), 0, &found));
}

static bool parse_words(parse_state *parser, size_t *first_argument) {
    *first_argument = SIZE_MAX;
    while (parser->at < parser->count) {
        size_t at = parser->at++;
        const char *word = parser->words[at];
        if (!parser->ended && dk_streq(word, "--")) {
            parser->ended = true;
            continue;
        }
        if (!parser->ended && looks_like_option(word) && !begins_rest(parser, word)) {
            if (!parse_option(parser, word))
                return false;
            continue;
        }
        if (*first_argument == SIZE_MAX)
            *first_argument = at;
        if (!parse_argument(parser, word))
            return false;
    }
    return true;
}

/* ── what was not given ───────────────────────────────────────────────────────────────────────────────── */

/* --help and --version want nothing else. */
static bool only_explains(const parse_state *parser) {
    return parser->globals->help || parser->globals->version;
}

static bool complete_option(parse_state *parser, size_t index) {
    const dk_option *option = &parser->command->options[index];
    void *slot = parser->values ? parser->values + option->offset : NULL;
    const char *environment = option->environment ? getenv(option->environment) : NULL;
    if (environment && *environment) {
        if (option->flags & DK_OPTION_SECRET)
            dk_secret_add(environment);
        dk_strv_add(&parser->result->kept, environment);
        const char *text = parser->result->kept.items[parser->result->kept.count - 1];
        return value_store(option->type, option->choices, option->environment, text, slot, parser->error);
    }
    if (option->default_text) {
        DK_AUTOFREE char *label = dk_format("--%s", option->long_name);
        return value_store(option->type, option->choices, label, option->default_text, slot, parser->error);
    }
    if (!(option->flags & DK_OPTION_REQUIRED) || only_explains(parser))
        return true;
    dk_fail(parser->error, DK_ERROR_USAGE, "missing-option", "devkit %s needs --%s %s", parser->command->name,
            option->long_name, option->metavar ? option->metavar : "");
    return hint_help(parser, NULL);
}

static bool check_arguments(const parse_state *parser, bool any_argument) {
    const dk_command *command = parser->command;
    if (only_explains(parser) || parser->argument >= command->argument_count)
        return true;
    const dk_argument *next = &command->arguments[parser->argument];
    if (next->optional || (next->type == DK_VALUE_LIST && any_argument))
        return true;
    DK_AUTO_BUF dk_buf usage = DK_BUF_INIT;
    parse_usage_line(command, &usage);
    dk_fail(parser->error, DK_ERROR_USAGE, "missing-argument", "devkit %s needs %s", command->name,
            next->metavar);
    return dk_error_hint(parser->error, "%s", dk_buf_text(&usage));
}

bool parse_command(const dk_command *command, const char *const *words, size_t count, bool fill,
                   core_globals *globals, parse_result *result, dk_error *error) {
    result->command = command;
    if (fill && command->values_size)
        result->values = dk_alloc(command->values_size);
    DK_AUTOFREE bool *given = dk_alloc_array(command->option_count + 1, sizeof(*given));
    parse_state parser = {.command = command,
                          .values = result->values,
                          .globals = globals,
                          .result = result,
                          .words = words,
                          .count = count,
                          .given = given,
                          .error = error};
    size_t first_argument;
    if (!parse_words(&parser, &first_argument))
        return false;
    for (size_t i = 0; i < command->option_count; i++)
        if (!given[i] && !complete_option(&parser, i))
            return false;
    return check_arguments(&parser, first_argument != SIZE_MAX);
}

bool parse_globals(const char *const *words, size_t count, size_t *next, core_globals *globals,
                   dk_error *error) {
    parse_state parser = {.globals = globals, .words = words, .count = count, .at = *next, .error = error};
    bool fine = true;
    while (fine && parser.at < count && looks_like_option(words[parser.at]) &&
           !dk_streq(words[parser.at], "--")) {
        const char *word = words[parser.at++];
        fine = parse_option(&parser, word);
    }
    *next = parser.at;
    return fine;
}

void parse_result_release(parse_result *result) {
    const dk_command *command = result->command;
    for (size_t i = 0; result->values && i < command->option_count; i++)
        if (command->options[i].type == DK_VALUE_LIST)
            dk_strv_release((dk_strv *)(void *)((char *)result->values + command->options[i].offset));
    for (size_t i = 0; result->values && i < command->argument_count; i++)
        if (command->arguments[i].type == DK_VALUE_LIST)
            dk_strv_release((dk_strv *)(void *)((char *)result->values + command->arguments[i].offset));
    free(result->values);
    for (size_t i = 0; i < result->override_count; i++) {
        free(result->overrides[i].path);
        free(result->overrides[i].text);
        free(result->overrides[i].origin);
    }
    free(result->overrides);
    dk_strv_release(&result->kept);
    *result = (parse_result)PARSE_RESULT_INIT;
}

bool parse_wants_json(const char *const *words, size_t count) {
    for (size_t i = 0; i < count && !dk_streq(words[i], "--"); i++)
        if (dk_streq(words[i], "--json"))
            return true;
    return false;
}

bool parse_is_global_flag(const char *word) {
    parse_state parser = {0};
    match found;
    bool known =
        word[0] == '-' && word[1] == '-'
            ? find_option(&parser, word + 2, strlen(word + 2), 0, &found)
            : word[0] == '-' && word[1] && !word[2] && find_option(&parser, NULL, 0, word[1], &found);
    return known && found.option->type == DK_VALUE_FLAG;
}

void parse_usage_line(const dk_command *command, dk_buf *text) {
    dk_buf_addf(text, "devkit %s [OPTIONS]", command->name);
    if ((command->flags & DK_COMMAND_REST) && command->argument_count)
        dk_buf_add(text, " [--]");
    for (size_t i = 0; i < command->argument_count; i++) {
        const dk_argument *argument = &command->arguments[i];
        dk_buf_addf(text, argument->optional ? " [%s]" : " %s", argument->metavar);
        if (argument->type == DK_VALUE_LIST)
            dk_buf_add(text, "…");
    }
}
