/* See dispatch.h. The words before the command are global options; the longest command name that the words
 * spell wins ("migrate new" over "migrate"). The table from the index decides what is right and what is
 * --help; only a command that is really to run has its plugin opened. */
#include "core/dispatch.h"
#include "base/words.h"
#include "core/commands.h"
#include "core/context.h"
#include "core/report.h"
#include "host/executable.h"

#include <devkit/plugin.h>
#include <devkit/process.h>
#include <stdlib.h>
#include <string.h>

/* Deeper than any sensible event handler; a loop of handlers ends here. */
#define MAXIMUM_DEPTH 8

/* A command line while it is being worked on. */
typedef struct line {
    const char *const *words;
    size_t count;
    size_t next;                /* the first word that is no leading global option */
    const catalog_entry *entry; /* NULL: none found */
    char *name;                 /* as far as the words spell a command or a group; "" */
    const char **rest;          /* what follows the name; borrowed words */
    size_t rest_count;
    const core_globals *outer; /* of the command that runs this one; NULL: typed by the user */
} line;

static void line_release(line *of) {
    free(of->name);
    free(of->rest);
}

/* Global flags may stand within the name: `devkit migrate --json status`. */
static bool skips(const char *word) {
    return word[0] == '-' && parse_is_global_flag(word);
}

/* Finds the longest command name; `name` ends up as that name, or as the longest group. */
static size_t spell(const command_catalog *catalog, line *of) {
    DK_AUTO_BUF dk_buf name = DK_BUF_INIT;
    size_t words = 0, taken = 0;
    of->name = dk_strdup("");
    for (size_t i = of->next; i < of->count; i++) {
        if (words && skips(of->words[i]))
            continue;
        if (of->words[i][0] == '-')
            break;
        dk_buf_addf(&name, "%s%s", words++ ? " " : "", of->words[i]);
        const catalog_entry *entry = catalog_find(catalog, dk_buf_text(&name));
        bool group = catalog_is_group(catalog, dk_buf_text(&name));
        if (entry || (group && !of->entry)) {
            taken = words;
            of->entry = entry ? entry : of->entry;
            free(of->name);
            of->name = dk_strdup(dk_buf_text(&name));
        }
        if (!group)
            break;
    }
    return taken;
}

static void locate(const command_catalog *catalog, line *of) {
    size_t taken = spell(catalog, of);
    of->rest = dk_alloc_array(of->count + 1, sizeof(*of->rest));
    for (size_t i = of->next; i < of->count; i++) {
        if (taken && of->words[i][0] != '-')
            taken--;
        else
            of->rest[of->rest_count++] = of->words[i];
    }
}

/* ── running ──────────────────────────────────────────────────────────────────────────────────────────── */

/* The plugin's own table: the index has neither offsets nor functions. */
static const dk_command *open_command(const catalog_entry *entry, dk_error *error) {
    if (!entry->plugin)
        return entry->command;
    const dk_plugin *plugin = index_open(entry->plugin, error);
    if (!plugin)
        return NULL;
    for (size_t i = 0; i < plugin->command_count; i++)
        if (dk_streq(plugin->commands[i].name, entry->command->name))
            return &plugin->commands[i];
    index_fail_stale(entry->plugin, error, "the command \"%s\"", entry->command->name);
    return NULL;
}

static bool run_entry(dk_context *context, const line *of, dk_error *error) {
    const dk_command *command = open_command(of->entry, error);
    if (!command)
        return false;
    parse_result parsed = PARSE_RESULT_INIT;
    bool fine = parse_command(command, of->rest, of->rest_count, true, &context->globals, &parsed, error) &&
                context_override(context, parsed.overrides, parsed.override_count, error) &&
                command->run(context, parsed.values, error);
    parse_result_release(&parsed);
    return fine;
}

/* "devkit migrate stauts": the word is taken for an argument, but a command below was meant. */
static void suggest_below(dk_context *context, const line *of, dk_error *error) {
    if (!dk_error_is(error, "unexpected-argument") || of->rest_count == 0 ||
        of->entry->command->argument_count)
        return;
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    catalog_names(context_catalog(context), of->name, &names);
    DK_AUTOFREE char *typed = dk_format("%s %s", of->name, of->rest[0]);
    const char *nearest = dk_nearest(typed, (const char *const *)names.items, names.count);
    if (nearest)
        dk_error_hint(error, "did you mean `devkit %s`?", nearest);
}

/* Checks the words against the index' table, so that wrong usage and --help open no plugin. */
static bool check_words(dk_context *context, const line *of, dk_error *error) {
    parse_result parsed = PARSE_RESULT_INIT;
    bool fine =
        parse_command(of->entry->command, of->rest, of->rest_count, false, &context->globals, &parsed, error);
    parse_result_release(&parsed);
    if (!fine && error)
        suggest_below(context, of, error);
    return fine;
}

/* A command within a command belongs to its run: the same project, the same database, one JSON object. */
static bool check_place(dk_context *context, const line *of, dk_error *error) {
    core_globals *globals = &context->globals;
    if (!of->outer)
        return true;
    globals->json = of->outer->json;
    if (dk_streq(globals->directory, of->outer->directory) &&
        dk_streq(globals->environment, of->outer->environment))
        return true;
    dk_fail(error, DK_ERROR_USAGE, "command-invalid", "a command within a command stays in its project");
    return dk_error_hint(error, "leave -C and --env out of it");
}

static bool run_command_line(dk_context *context, const line *of, dk_error *error) {
    if (!catalog_complete(of->entry, error) || !check_words(context, of, error) ||
        !check_place(context, of, error))
        return false;
    report_configure(context);
    if (context->globals.help)
        return commands_show_help(context, of->name, false, error);
    if (context->globals.version)
        return commands_show_version(context, NULL, error);
    return run_entry(context, of, error);
}

/* ── what is no command in a table ────────────────────────────────────────────────────────────────────── */

static void add_context(dk_strv *environment, const char *name, const char *value) {
    if (value)
        dk_strv_addf(environment, "%s=%s", name, value);
}

/* What an executable plugin is told. All of these are part of the contract. */
static void executable_context(dk_context *context, dk_strv *environment) {
    const core_globals *globals = &context->globals;
    DK_AUTO_ERROR dk_error ignored = DK_ERROR_INIT;
    add_context(environment, "DEVKIT_EXECUTABLE", dk_executable_path());
    add_context(environment, "DEVKIT_VERSION", DEVKIT_VERSION);
    add_context(environment, "DEVKIT_PROJECT_ROOT", dk_project_root(context, &ignored));
    add_context(environment, "DEVKIT_ENV", globals->environment);
    add_context(environment, "DEVKIT_JSON", globals->json ? "1" : "0");
    add_context(environment, "DEVKIT_QUIET", globals->quiet ? "1" : "0");
    add_context(environment, "DEVKIT_VERBOSE", globals->verbose ? "1" : "0");
    add_context(environment, "DEVKIT_YES", globals->yes ? "1" : "0");
    add_context(environment, "DEVKIT_NO_INPUT", globals->no_input ? "1" : "0");
    if (globals->no_color)
        add_context(environment, "NO_COLOR", "1");
}

static bool run_executable(dk_context *context, const char *path, const line *of, dk_error *error) {
    DK_AUTO_STRV dk_strv environment = DK_STRV_INIT;
    executable_context(context, &environment);
    int status = 0;
    if (!check_place(context, of, error))
        return false;
    report_configure(context);
    if (!executable_run(path, of->words + of->next + 1, of->count - of->next - 1, &environment, &status,
                        error))
        return false;
    report_program_status(context, status);
    return true;
}

/* A group alone lists what is below it; with a word that is no command of it, that word is wrong. */
static bool run_group(dk_context *context, const line *of, dk_error *error) {
    size_t next = 0;
    if (!parse_globals(of->rest, of->rest_count, &next, &context->globals, error))
        return false;
    if (next < of->rest_count && !context->globals.help && !context->globals.version) {
        DK_AUTOFREE char *typed = dk_format("%s %s", of->name, of->rest[next]);
        return catalog_fail_unknown(context_catalog(context), typed, error);
    }
    if (!check_place(context, of, error))
        return false;
    report_configure(context);
    return context->globals.version ? commands_show_version(context, NULL, error)
                                    : commands_show_help(context, of->name, false, error);
}

static bool run_other(dk_context *context, const line *of, dk_error *error) {
    if (*of->name)
        return run_group(context, of, error);
    DK_AUTOFREE char *path = executable_find(of->words[of->next]);
    if (path)
        return run_executable(context, path, of, error);
    return catalog_fail_unknown(context_catalog(context), of->words[of->next], error);
}

/* ── entry points ─────────────────────────────────────────────────────────────────────────────────────── */

static bool run_line(dk_context *context, line *of, dk_error *error) {
    if (!parse_globals(of->words, of->count, &of->next, &context->globals, error))
        return false;
    /* Before anything is read, because scripts ask often. */
    if (context->globals.version || of->next == of->count) {
        report_configure(context);
        return context->globals.version ? commands_show_version(context, NULL, error)
                                        : commands_show_help(context, "", false, error);
    }
    locate(context_catalog(context), of);
    return of->entry ? run_command_line(context, of, error) : run_other(context, of, error);
}

int dispatch(dk_context *context, size_t count, const char *const *words) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    line of = {.words = words, .count = count};
    const char *environment = getenv("DEVKIT_ENV");
    context->globals.environment = environment && *environment ? environment : NULL;
    /* Until the words are understood: an error in them is JSON too when --json is among them. Afterwards it
     * counts only where it is devkit's own option, not a word for the program that `run` starts. */
    context->globals.json = parse_wants_json(words, count);
    report_configure(context);
    context->globals.json = false;
    bool fine = run_line(context, &of, &error);
    const char *name = of.entry ? of.entry->command->name : NULL;
    if (!name && context->globals.version)
        name = "version";
    else if (!name && fine)
        name = of.name && *of.name ? of.name : "help";
    int status = report_finish(context, name, fine, &error);
    line_release(&of);
    return status;
}

bool dispatch_words(const char *text, dk_strv *words, dk_error *error) {
    static const char *const problems[] = {
        [WORDS_PLAIN] = NULL,
        [WORDS_NEED_SHELL] = "it needs a shell",
        [WORDS_UNTERMINATED] = "a quote is not closed",
    };
    const char *problem = problems[words_split(text, words)];
    if (!problem && words->count)
        return true;
    dk_fail(error, DK_ERROR_USAGE, "command-invalid", "\"%s\" is not a devkit command: %s", text,
            problem ? problem : "it is empty");
    return dk_error_hint(error,
                         "write it as after `devkit`, without pipes or variables: \"cache clear --stale\"");
}

bool dk_run_command(dk_context *context, const dk_strv *words, dk_error *error) {
    if (context->depth >= MAXIMUM_DEPTH) {
        dk_fail(error, DK_ERROR_USAGE, "command-loop", "devkit commands call each other without end");
        return dk_error_hint(error, "look at [events] in .devkit.toml: a handler sets off its own event");
    }
    const core_globals outer = context->globals;
    line of = {.words = (const char *const *)words->items, .count = words->count, .outer = &outer};
    ui_outcome outcome;
    context->depth++;
    report_nest(&outcome);
    bool fine = run_line(context, &of, error);
    context->globals = outer;
    const char *name = of.entry ? of.entry->command->name : "devkit";
    fine = report_unnest(context, &outcome, name, fine, error);
    context->depth--;
    line_release(&of);
    return fine;
}
