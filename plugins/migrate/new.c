/* devkit migrate new: the next migration's file, in the style of those that are there. */
#include "migrate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TIMESTAMP_DIGITS 12 /* from 202601011200 on a number is a time */

static bool has_sections(const migrate_tool *tool, const migrate_file *file, bool *answer, dk_error *error) {
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    pg_sections sections = {0};
    if (!migrate_file_read(tool, file, &content, NULL, error) ||
        !pg_sections_find(dk_buf_text(&content), content.length, &sections, error))
        return false;
    *answer = sections.has_sections;
    return true;
}

bool migrate_style_find(const migrate_tool *tool, const migrate_files *files, migrate_style *style,
                        dk_error *error) {
    *style = (migrate_style){.width = 3, .sections = true};
    if (files->count == 0)
        return true;
    const migrate_file *last = &files->items[files->count - 1];
    for (size_t i = 0; i < files->count; i++) {
        const migrate_file *file = &files->items[i];
        int64_t number;
        if (!*file->number || !dk_parse_int64(file->number, &number) || number == INT64_MAX)
            continue; /* no number that another could follow */
        if (number >= style->highest) {
            style->highest = number;
            last = file;
        }
    }
    if (*last->number) {
        size_t length = (size_t)(strstr(last->name, last->number) - last->name);
        if (length >= sizeof(style->prefix))
            length = sizeof(style->prefix) - 1;
        memcpy(style->prefix, last->name, length);
        style->width = (int)strlen(last->number);
    }
    style->timestamp = style->width >= TIMESTAMP_DIGITS;
    style->pair = last->down != NULL || dk_ends_with(last->up, ".up.sql");
    return has_sections(tool, last, &style->sections, error);
}

/* "Add user e-mail" → "add_user_e_mail" would lose the dash that names may have: only what a file name can't
 * carry well is replaced. */
static void add_words(dk_buf *name, const char *words) {
    for (; *words; words++) {
        bool plain = isalnum((unsigned char)*words) || strchr("_-.", *words) || (*words & 0x80);
        dk_buf_add_char(name, plain ? *words : '_');
    }
}

char *migrate_style_name(const migrate_style *style, const char *words, int64_t unix_seconds) {
    DK_AUTO_BUF dk_buf name = DK_BUF_INIT;
    dk_buf_add(&name, style->prefix);
    if (style->timestamp) {
        char now[32];
        time_t seconds = (time_t)unix_seconds;
        struct tm parts;
        gmtime_r(&seconds, &parts);
        strftime(now, sizeof(now), "%Y%m%d%H%M%S", &parts);
        int64_t number;
        now[style->width < 14 ? style->width : 14] = '\0';
        /* Two within one second, or a file from the future: stay behind the others all the same. */
        if (dk_parse_int64(now, &number) && number <= style->highest)
            number = style->highest + 1;
        dk_buf_addf(&name, "%0*lld_", style->width, (long long)number);
    } else {
        dk_buf_addf(&name, "%0*lld_", style->width, (long long)style->highest + 1);
    }
    add_words(&name, words);
    return dk_buf_detach(&name);
}

static bool write_new(dk_context *context, const migrate_tool *tool, const char *name, const char *ending,
                      const char *text, json_t *written, dk_error *error) {
    DK_AUTOFREE char *file = dk_format("%s%s", name, ending);
    DK_AUTOFREE char *path = dk_path_join(tool->folder, file);
    DK_AUTOFREE char *shown = dk_path_join(tool->shown_folder, file);
    if (dk_file_exists(path))
        return dk_fail(error, DK_ERROR_FAILED, "migration-exists", "%s exists already", shown);
    if (!dk_file_write(path, text, strlen(text), 0644, error))
        return false;
    json_array_append_new(written, json_string(shown));
    dk_print(context, "%s\n", shown);
    return true;
}

/* A folder that is still missing is no obstacle here: this command makes it. */
static bool pick_folder(dk_context *context, migrate_tool *tool, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    const char *root = dk_project_root(context, error);
    const dk_config *config = root ? dk_config_get(context, error) : NULL;
    if (!config)
        return false;
    if (migrate_require_sql(context, "new", tool, &why))
        return true;
    if (!dk_error_is(&why, "migrations-missing")) {
        if (error)
            dk_error_move(error, &why);
        return false;
    }
    migrate_tool_release(tool);
    tool->kind = MIGRATE_SQL;
    tool->name = "sql";
    tool->root = dk_strdup(root);
    tool->folder = dk_path_absolute(root, config->migrate.dir);
    tool->shown_folder = dk_path_relative(root, tool->folder);
    return dk_mkdirs(tool->folder, 0755, error);
}

bool migrate_new_run(dk_context *context, const void *values, dk_error *error) {
    const migrate_values *given = values;
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    MIGRATE_AUTO_FILES migrate_files files = MIGRATE_FILES_INIT;
    migrate_style style;
    if (!*given->name || strchr(given->name, '/'))
        return dk_fail(error, DK_ERROR_USAGE, "name-invalid", "\"%s\" is no name for a migration",
                       given->name);
    if (!pick_folder(context, &tool, error) || !migrate_files_list(tool.folder, &files, error) ||
        !migrate_style_find(&tool, &files, &style, error))
        return false;
    DK_AUTOFREE char *name = migrate_style_name(&style, given->name, dk_unix_time());
    json_t *written = json_array();
    json_object_set_new(dk_result(context), "files", written);
    if (style.pair)
        return write_new(context, &tool, name, ".up.sql", "", written, error) &&
               write_new(context, &tool, name, ".down.sql", "", written, error);
    return write_new(context, &tool, name, ".sql", style.sections ? "-- migrate:up\n\n-- migrate:down\n" : "",
                     written, error);
}
