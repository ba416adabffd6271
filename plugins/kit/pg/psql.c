/* Scripts in psql's own language (backslash commands, inline COPY data) run through psql. */
#include "script_internal.h"

#include <stdlib.h>
#include <string.h>

static char *find_psql(const pg_script_options *options, dk_error *error) {
    char *found = NULL;
    if (options->psql_folders && options->psql_folders->count)
        found = dk_find_program("psql", options->psql_folders);
    return found ? found : pg_find_program("psql", 0, NULL, error);
}

/* ── psql's messages ── "psql:<stdin>:12: ERROR:  42P01: relation "x" does not exist" */

/* Behind "psql:<stdin>:12: ", or NULL when the line is none of these. */
static const char *behind_place(const char *line, int *number) {
    static const char prefix[] = "psql:<stdin>:";
    char *rest;
    if (!dk_starts_with(line, prefix))
        return NULL;
    long value = strtol(line + strlen(prefix), &rest, 10);
    if (rest == line + strlen(prefix) || rest[0] != ':' || rest[1] != ' ')
        return NULL;
    *number = (int)value;
    return rest + 2;
}

/* "ERROR:  42P01: text" → the text; fills in the SQLSTATE. NULL when it is a notice or psql's own message. */
static const char *behind_severity(const char *text, char *sqlstate) {
    static const char *const harmless[] = {"NOTICE:", "WARNING:", "INFO:", "LOG:", "DEBUG:"};
    const char *colon = strstr(text, ":  ");
    for (size_t i = 0; i < DK_COUNT(harmless); i++)
        if (dk_starts_with(text, harmless[i]))
            return NULL;
    if (!colon)
        return NULL;
    const char *state = colon + 3;
    if (strspn(state, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && dk_starts_with(state + 5, ": ")) {
        memcpy(sqlstate, state, 5);
        return state + 7;
    }
    return state;
}

typedef struct psql_message {
    int line;
    char sqlstate[6];
    char *message;
    char *hint;
    dk_buf detail;
} psql_message;

static const char *behind(const char *text, const char *prefix) {
    return dk_starts_with(text, prefix) ? text + strlen(prefix) : text;
}

static void read_line(psql_message *read, const char *line) {
    char sqlstate[6] = "";
    int number = 0;
    const char *text = behind_place(line, &number);
    const char *message = text ? behind_severity(text, sqlstate) : NULL;
    /* psql's own errors ("\i: no such file") have no severity: the last one counts. */
    bool own = text && !message && (strncmp(text, "error: ", 7) == 0 || *text == '\\');
    if (message || own) {
        free(read->message);
        read->message = dk_strdup(message ? message : behind(text, "error: "));
        read->line = number;
        memcpy(read->sqlstate, sqlstate, sizeof sqlstate);
        dk_buf_truncate(&read->detail, 0);
    } else if (read->message && dk_starts_with(line, "HINT:  ")) {
        free(read->hint);
        read->hint = dk_strdup(line + 7);
    } else if (read->message && !dk_starts_with(line, "LOCATION:  ") && *line) {
        dk_buf_addf(&read->detail, "%s%s", read->detail.length ? "\n" : "",
                    behind(behind(line, "DETAIL:  "), "CONTEXT:  "));
    }
}

bool pg_fail_psql(const char *output, const char *shown_path, int first_line, dk_error *error) {
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    psql_message read = {0};
    dk_strv_split(&lines, output, '\n');
    for (size_t i = 0; i < lines.count; i++)
        read_line(&read, lines.items[i]);
    if (read.message) {
        dk_fail(error, DK_ERROR_FAILED, "sql-failed", "%s:%d: %s", shown_path, read.line + first_line - 1,
                read.message);
        if (error)
            memcpy(error->sqlstate, read.sqlstate, sizeof read.sqlstate);
        if (read.detail.length)
            dk_error_detail(error, "%s", dk_buf_text(&read.detail));
        if (read.hint)
            dk_error_hint(error, "%s", read.hint);
    } else {
        dk_fail(error, DK_ERROR_FAILED, "sql-failed", "%s: psql failed", shown_path);
        if (*output)
            dk_error_detail(error, "%s", output);
    }
    free(read.message);
    free(read.hint);
    dk_buf_release(&read.detail);
    return false;
}

/* ── running it ── */

static void add_arguments(dk_process *process, const char *psql, const pg_script_options *options) {
    static const char *const always[] = {"-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose"};
    dk_process_add(process, psql);
    for (size_t i = 0; i < DK_COUNT(always); i++)
        dk_process_add(process, always[i]);
    if (options->transaction)
        dk_process_add(process, "-1");
    dk_process_add(process, "-f");
    dk_process_add(process, "-");
    if (options->before_commit) {
        dk_process_add(process, "-c");
        dk_process_add(process, options->before_commit);
    }
}

bool pg_run_psql(const char *text, size_t length, const char *file, const pg_script_options *options,
                 dk_error *error) {
    const char *path = options->shown_path ? options->shown_path : "SQL";
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    DK_AUTOFREE char *psql = find_psql(options, error);
    if (!psql)
        return dk_error_prefix(error, "%s needs psql", path);
    add_arguments(&process, psql, options);
    pg_child_environment(&process, options->psql_conninfo, NULL);
    dk_process_env(&process, "PGCLIENTENCODING", "UTF8");
    dk_process_env(&process, "PGAPPNAME", "devkit");
    dk_process_env(&process, "LC_MESSAGES", "C");
    dk_process_env(&process, "LC_ALL", NULL);
    process.input = text;
    process.input_length = length;
    process.input_path = file;
    process.directory = options->folder;
    process.flags = DK_PROCESS_ALLOW_FAILURE;
    if (options->progress)
        dk_progress_update(options->progress, 0, 0, path);
    if (!dk_process_run(&process, error))
        return false;
    if (process.exit_status == 0)
        return true;
    dk_buf_trim_end(&process.errors);
    pg_fail_psql(dk_buf_text(&process.errors), path, options->first_line > 0 ? options->first_line : 1,
                 error);
    if (error)
        error->child_status = process.exit_status;
    return false;
}
