/* The one line of .env that has the URL. Its text is changed, not what was understood of it: what the parser
 * filled in or decoded stays as it was written. */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

#define ENV_LIMIT ((size_t)1 << 20)

/* The line as it stands in the file. Caller frees; NULL when it is not there. */
static char *raw_line(const char *path, int number) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    if (!dk_file_read(path, ENV_LIMIT, &text, NULL))
        return NULL;
    dk_strv_split(&lines, dk_buf_text(&text), '\n');
    return number > 0 && (size_t)number <= lines.count ? dk_strdup(lines.items[number - 1]) : NULL;
}

bool doctor_can_rewrite(const doctor_case *of) {
    const dk_database *database = of->database;
    if (!database || !database->origin_file)
        return false;
    DK_AUTOFREE char *line = raw_line(database->origin_file, database->origin_line);
    return line && !strchr(line, '$');
}

bool doctor_rewrite(const doctor_case *of, const char *text, dk_error *error) {
    DK_AUTOFREE char *saved = NULL;
    DK_AUTOFREE char *file = dk_strdup(of->database->origin_file); /* the view goes with the change */
    DK_AUTOFREE char *variable = dk_strdup(of->database->variable);
    dk_url parsed = DK_URL_INIT;
    bool fine = dk_url_parse(text, &parsed, error);
    dk_url_release(&parsed);
    if (!fine || !dk_env_file_set(of->context, file, variable, text, &saved, error))
        return false;
    const char *root = dk_project_root(of->context, NULL);
    DK_AUTOFREE char *shown = dk_path_relative(root ? root : "", saved);
    dk_info(of->context, "the file as it was is kept in %s", shown);
    return true;
}
