/* Running a layer's command: its environment, its output on the progress line, and the error when it fails.
 */
#include <kit/layer/layer.h>

#include <stdlib.h>
#include <string.h>

#define SHOWN_LINES 20

/* They would lead a program that reads them past the URL to another database. User and password stay: a URL
 * may leave them out. */
static const char *const misleading_variables[] = {"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE",
                                                   "PGSERVICE"};

/* What a program says when it fails, and what mends it. */
static const struct {
    const char *text;
    const char *hint;
} output_hints[] = {
    {"not a TTY", "the command runs without a terminal: leave out -t (docker exec -i …, docker compose exec "
                  "-T …)"},
    {"ModuleNotFoundError", "a Python package is missing: install it, or name the virtual environment that "
                            "has it: [migrate] venv = \"…\""},
    {"No such container", "start the container first"},
    {"is not running", "start the container first (docker compose up -d)"},
    {"must be owner of", "the role of the database's URL does not own what the command changes"},
    {"permission denied to create extension",
     "an extension needs a superuser: create it once in template1, or run `devkit up` with a server of "
     "devkit's own"},
};

bool layer_is_aside(const dk_layer_target *target) {
    return !dk_streq(target->database, target->live);
}

bool layer_hint_untouched(const dk_layer_target *target, dk_error *error) {
    if (!error || error->hint || dk_error_is(error, "interrupted") || !layer_is_aside(target))
        return false;
    return dk_error_hint(error, "the live database \"%s\" is untouched; mend the cause and run it again",
                         target->live);
}

/* Length of an escape sequence at `line`, 0 when there is none. */
static size_t escape_length(const char *line, size_t length) {
    if (line[0] != '\033')
        return 0;
    if (length < 2 || line[1] != '[')
        return length < 2 ? 1 : 2;
    size_t end = 2;
    while (end < length && !(line[end] >= '@' && line[end] <= '~'))
        end++;
    return end < length ? end + 1 : length;
}

/* Cutting must not leave a part of a UTF-8 character: the length without it. */
static size_t without_half_character(const char *text, size_t length) {
    size_t start = length;
    while (start > 0 && length - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return length;
    unsigned char first = (unsigned char)text[start - 1];
    size_t wanted = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    return length - start + 1 < wanted ? start - 1 : length;
}

bool layer_plain_line(const char *line, size_t length, char *text, size_t size) {
    size_t used = 0;
    for (size_t at = 0; at < length && used + 1 < size;) {
        size_t escape = escape_length(line + at, length - at);
        if (escape > 0) {
            at += escape;
            continue;
        }
        unsigned char character = (unsigned char)line[at++];
        if (character >= ' ' && character != 0x7f)
            text[used++] = (char)character;
        else if (character == '\t' && used > 0)
            text[used++] = ' ';
    }
    if (used + 1 >= size)
        used = without_half_character(text, used);
    while (used > 0 && text[used - 1] == ' ')
        used--;
    text[used] = '\0';
    return text[strspn(text, " ")] != '\0';
}

static void show_line(void *data, const char *line, size_t length) {
    char text[160];
    if (layer_plain_line(line, length, text, sizeof(text)))
        dk_progress_update(data, 0, 0, text);
}

/* Inside a container the server has the name that the application knows. */
static void set_environment(dk_process *process, const dk_layer_target *target, bool contained,
                            const char *venv) {
    DK_AUTO_BUF dk_buf url = DK_BUF_INIT;
    dk_url_format(contained && target->inside ? target->inside : target->url, &url);
    dk_process_env(process, target->variable, dk_buf_text(&url));
    for (size_t i = 0; i < DK_COUNT(misleading_variables); i++)
        if (!dk_streq(misleading_variables[i], target->variable))
            dk_process_env(process, misleading_variables[i], NULL);
    /* Python holds lines back when it writes to a pipe, and the progress line would stand still. */
    if (!getenv("PYTHONUNBUFFERED"))
        dk_process_env(process, "PYTHONUNBUFFERED", "1");
    if (!venv)
        return;
    const char *path = getenv("PATH");
    DK_AUTOFREE char *with_venv =
        path && *path ? dk_format("%s/bin:%s", venv, path) : dk_format("%s/bin:/usr/bin:/bin", venv);
    dk_process_env(process, "PATH", with_venv);
    dk_process_env(process, "VIRTUAL_ENV", venv);
    dk_process_env(process, "PYTHONHOME", NULL);
}

/* The last lines of what it wrote, without escape sequences. */
static char *last_lines(const dk_buf *output) {
    const char *text = dk_buf_text(output);
    size_t end = output->length;
    size_t start = end;
    for (int lines = 0; start > 0; start--) {
        if (text[start - 1] == '\n' && start < end && ++lines == SHOWN_LINES)
            break;
    }
    DK_AUTO_BUF dk_buf shown = DK_BUF_INIT;
    while (start < end) {
        const char *newline = memchr(text + start, '\n', end - start);
        size_t length = newline ? (size_t)(newline - text) - start : end - start;
        char line[512];
        if (layer_plain_line(text + start, length, line, sizeof(line)))
            dk_buf_addf(&shown, "%s%s", shown.length ? "\n" : "", line);
        start += length + 1;
    }
    return dk_buf_detach(&shown);
}

static void add_hint(const layer_command *command, const dk_layer_target *target, const dk_process *process,
                     dk_error *error) {
    for (size_t i = 0; i < DK_COUNT(output_hints); i++) {
        if (strstr(dk_buf_text(&process->output), output_hints[i].text)) {
            dk_error_hint(error, "%s", output_hints[i].hint);
            return;
        }
    }
    if (process->exit_status == 127)
        dk_error_hint(error, "a program was not found: check [%s] command and [migrate] venv and cwd",
                      command->layer);
    else if (layer_is_aside(target))
        dk_error_hint(error, "the live database \"%s\" is untouched; mend the cause and run it again",
                      target->live);
    else
        dk_error_hint(error, "mend the cause and run it again");
}

static bool command_failed(const layer_command *command, const dk_layer_target *target,
                           const dk_process *process, dk_error *error) {
    if (process->term_signal)
        dk_fail(error, DK_ERROR_FAILED, "command-failed", "%s: \"%s\" was ended by signal %d", command->layer,
                command->text, process->term_signal);
    else
        dk_fail(error, DK_ERROR_FAILED, "command-failed", "%s: \"%s\" failed with exit status %d",
                command->layer, command->text, process->exit_status);
    if (error)
        error->child_status = process->exit_status;
    DK_AUTOFREE char *detail = last_lines(&process->output);
    if (*detail)
        dk_error_detail(error, "%s", detail);
    add_hint(command, target, process, error);
    return false;
}

static bool not_started(const layer_command *command, dk_error *error) {
    if (dk_error_is(error, "program-missing"))
        dk_error_hint(error,
                      "install it, or say where it is: [migrate] venv = \"…\" (a virtual environment)");
    return dk_error_prefix(error, "%s", command->layer);
}

static bool not_passed_on(const layer_command *command, const dk_layer_target *target, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "variable-not-passed",
            "%s: the command runs a program inside a container, which would not see %s", command->layer,
            target->variable);
    dk_error_detail(error, "it would work on the container's own database instead of the one being built");
    return dk_error_hint(
        error,
        "write it as `docker compose exec …` alone, without a shell ([migrate] cwd names its folder), or "
        "pass the variable on by `-e %s`, or set [reset] mode = \"in-place\"",
        target->variable);
}

bool layer_command_run(dk_context *context, const layer_command *command, const dk_layer_target *target,
                       dk_error *error) {
    const char *root = dk_project_root(context, error);
    if (!root)
        return false;
    DK_AUTOFREE char *folder = dk_path_absolute(root, command->cwd && *command->cwd ? command->cwd : ".");
    if (!dk_is_directory(folder)) {
        dk_fail(error, DK_ERROR_USAGE, "cwd-missing", "%s: the folder %s does not exist", command->layer,
                folder);
        return dk_error_hint(error, "correct [migrate] cwd; it is relative to %s", root);
    }
    DK_AUTOFREE char *venv = NULL;
    if (!layer_venv_find(root, command->cwd, command->venv, &venv, error))
        return false;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    if (!dk_process_command_line(&process, command->text, error))
        return dk_error_prefix(error, "%s", command->layer);
    if (layer_is_aside(target) && layer_container_hides(&process.arguments, target->variable))
        return not_passed_on(command, target, error);
    bool contained = layer_container_is(&process.arguments);
    layer_container_pass(&process.arguments, target->variable);
    set_environment(&process, target, contained, venv);
    process.directory = folder;
    process.flags = DK_PROCESS_MERGE_STDERR | DK_PROCESS_ALLOW_FAILURE;
    process.on_output = show_line;
    process.line_data = target->progress;
    DK_AUTOFREE char *shown = dk_process_describe(&process);
    dk_debug(context, "%s: running %s in %s on database %s", command->layer, shown, folder, target->database);
    if (!dk_process_run(&process, error))
        return not_started(command, error);
    if (process.exit_status != 0 || process.term_signal != 0)
        return command_failed(command, target, &process, error);
    return true;
}
