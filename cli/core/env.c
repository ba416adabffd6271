/* Mending and looking into an .env file; implements dk_env_file_… of <devkit/context.h>. */
#include "config/dotenv.h"
#include "core/context.h"

#include <devkit/file.h>
#include <devkit/system.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Makes the file, when nobody has: another devkit may be changing the same file at this moment. Where it
 * can't be made at all, writing to it will say why. */
static bool claim(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0 || errno != EEXIST;
}

/* Two changes within one second are two files. */
static char *free_name(const char *folder, const char *path) {
    char stamp[32];
    struct tm parts;
    time_t now = (time_t)dk_unix_time();
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &parts));
    char *saved = dk_format("%s/%s.%s", folder, dk_path_basename(path), stamp);
    for (int number = 2; !claim(saved); number++) {
        free(saved);
        saved = dk_format("%s/%s.%s-%d", folder, dk_path_basename(path), stamp, number);
    }
    return saved;
}

/* `.devkit/saved/NAME.20261121T152411Z`, for the owner only: it holds passwords. */
static char *keep_old(dk_context *context, const char *path, const dk_buf *content, dk_error *error) {
    const char *state = dk_state_dir(context, error);
    DK_AUTOFREE char *folder = state ? dk_path_join(state, "saved") : NULL;
    if (!folder || !dk_mkdirs(folder, 0700, error))
        return NULL;
    char *saved = free_name(folder, path);
    if (dk_file_write(saved, content->data, content->length, 0600, error))
        return saved;
    unlink(saved);
    free(saved);
    return NULL;
}

void dk_project_forget(dk_context *context) {
    project_database_release(&context->database);
    memset(&context->database, 0, sizeof context->database);
    context->database_known = false;
    project_variables_free(context->variables);
    context->variables = NULL;
    /* Another URL may be another server's. */
    context->server = NULL;
    if (context->server_why)
        dk_strv_add_owned(&context->old_whys, context->server_why);
    context->server_why = NULL;
}

/* Keeps the file as it is and writes the new text in its place; both hold its content. */
static bool replace(dk_context *context, const char *path, const dk_buf *before, const dk_buf *after,
                    char **saved, dk_error *error) {
    struct stat status;
    DK_AUTOFREE char *kept = keep_old(context, path, before, error);
    mode_t mode = stat(path, &status) == 0 ? status.st_mode & 07777 : 0600;
    if (!kept || !dk_file_write(path, after->data, after->length, mode, error))
        return false;
    if (saved) {
        *saved = kept;
        kept = NULL;
    }
    dk_project_forget(context);
    return true;
}

bool dk_env_file_set(dk_context *context, const char *path, const char *name, const char *value, char **saved,
                     dk_error *error) {
    DK_AUTO_BUF dk_buf before = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf after = DK_BUF_INIT;
    const char *root = dk_project_root(context, error);
    if (!root || !dk_file_read(path, 0, &before, error))
        return false;
    DK_AUTOFREE char *shown = dk_path_relative(root, path);
    return dotenv_rewrite(dk_buf_text(&before), before.length, shown, name, value, &after, error) &&
           replace(context, path, &before, &after, saved, error);
}

static bool fail_no_file(const dk_database *database, dk_error *error) {
    if (dk_streq(database->origin, "environment")) {
        dk_fail(error, DK_ERROR_USAGE, "env-override", "%s is set in the environment, which can't be changed",
                database->variable);
        return dk_error_hint(error, "unset it and let .env say it; or export it with another port");
    }
    dk_fail(error, DK_ERROR_USAGE, "env-missing", "%s is not set in any file", database->variable);
    return dk_error_hint(error, "set it in .env");
}

bool dk_database_set_port(dk_context *context, int port, char **where, char **saved, dk_error *error) {
    int line = 0;
    DK_AUTO_BUF dk_buf before = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf after = DK_BUF_INIT;
    const char *root = dk_project_root(context, error);
    const dk_database *database = root ? dk_database_get(context, error) : NULL;
    if (!database)
        return false;
    if (!database->origin_file)
        return fail_no_file(database, error);
    DK_AUTOFREE char *path = dk_strdup(database->origin_file);
    DK_AUTOFREE char *shown = dk_path_relative(root, path);
    if (!dk_file_read(path, 0, &before, error) ||
        !dotenv_rewrite_port(dk_buf_text(&before), before.length, shown, database->variable, port, &after,
                             &line, error) ||
        !replace(context, path, &before, &after, saved, error))
        return false;
    if (where)
        *where = dk_format("%s:%d", shown, line);
    return true;
}

bool dk_env_file_names(dk_context *context, const char *path, dk_strv *names, dk_error *error) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DOTENV_AUTO dotenv_file parsed = DOTENV_INIT;
    const char *root = dk_project_root(context, error);
    if (!root || !dk_file_read(path, 0, &text, error))
        return false;
    DK_AUTOFREE char *shown = dk_path_relative(root, path);
    if (!dotenv_parse(dk_buf_text(&text), text.length, shown, NULL, NULL, &parsed, error))
        return false;
    for (size_t i = 0; i < parsed.count; i++)
        if (!dk_strv_contains(names, parsed.entries[i].name))
            dk_strv_add(names, parsed.entries[i].name);
    return true;
}
