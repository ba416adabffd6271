/* Mending an .env file; implements dk_env_file_set of <devkit/context.h>. */
#include "config/dotenv.h"
#include "core/context.h"

#include <devkit/file.h>
#include <devkit/system.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* `.devkit/saved/NAME.20261121T152411Z`, for the owner only: it holds passwords. */
static char *keep_old(dk_context *context, const char *path, const dk_buf *content, dk_error *error) {
    const char *state = dk_state_dir(context, error);
    if (!state)
        return NULL;
    char stamp[32];
    struct tm parts;
    time_t now = (time_t)dk_unix_time();
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &parts));
    DK_AUTOFREE char *folder = dk_path_join(state, "saved");
    DK_AUTOFREE char *name = dk_format("%s.%s", dk_path_basename(path), stamp);
    char *saved = dk_path_join(folder, name);
    if (dk_mkdirs(folder, 0700, error) && dk_file_write(saved, content->data, content->length, 0600, error))
        return saved;
    free(saved);
    return NULL;
}

static void forget(dk_context *context) {
    project_database_release(&context->database);
    memset(&context->database, 0, sizeof context->database);
    context->database_known = false;
    project_variables_free(context->variables);
    context->variables = NULL;
}

bool dk_env_file_set(dk_context *context, const char *path, const char *name, const char *value, char **saved,
                     dk_error *error) {
    struct stat status;
    DK_AUTO_BUF dk_buf before = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf after = DK_BUF_INIT;
    const char *root = dk_project_root(context, error);
    if (!root || !dk_file_read(path, 0, &before, error))
        return false;
    DK_AUTOFREE char *shown = dk_path_relative(root, path);
    if (!dotenv_rewrite(before.data ? before.data : "", before.length, shown, name, value, &after, error))
        return false;
    DK_AUTOFREE char *kept = keep_old(context, path, &before, error);
    mode_t mode = stat(path, &status) == 0 ? status.st_mode & 07777 : 0600;
    if (!kept || !dk_file_write(path, after.data, after.length, mode, error))
        return false;
    if (saved) {
        *saved = kept;
        kept = NULL;
    }
    forget(context);
    return true;
}
