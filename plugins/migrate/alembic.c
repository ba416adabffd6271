/* What Alembic's own files say: where its scripts are, and whether it reads the application's URL.
 * Format: https://alembic.sqlalchemy.org/en/latest/tutorial.html#editing-the-ini-file */
#include "migrate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What an env.py contains when it may take its URL from elsewhere than alembic.ini. */
static const char *const other_sources[] = {
    "environ",         "getenv",        "settings", "dotenv",       "decouple",
    "set_main_option", "create_engine", "get_url",  "database_url", "set_section_option",
    "x_argument"};

static const char *skip_blanks(const char *text, const char *end) {
    while (text < end && (*text == ' ' || *text == '\t'))
        text++;
    return text;
}

/* Is this line "KEY = value" (or with ':')? Gives the value without blanks around it; caller frees. */
static char *line_value(const char *line, const char *end, const char *key) {
    size_t length = strlen(key);
    if ((size_t)(end - line) <= length || strncasecmp(line, key, length) != 0)
        return NULL;
    const char *sign = skip_blanks(line + length, end);
    if (sign == end || (*sign != '=' && *sign != ':'))
        return NULL;
    const char *start = skip_blanks(sign + 1, end);
    while (end > start && strchr(" \t\r", end[-1]))
        end--;
    return dk_strndup(start, (size_t)(end - start));
}

static char *replace_here(char *value, const char *here) {
    static const char mark[] = "%(here)s";
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    const char *rest = value;
    for (const char *found; (found = strstr(rest, mark)); rest = found + strlen(mark)) {
        dk_buf_append(&text, rest, (size_t)(found - rest));
        dk_buf_add(&text, here);
    }
    dk_buf_add(&text, rest);
    free(value);
    return dk_buf_detach(&text);
}

char *migrate_ini_value(const char *text, const char *section, const char *key, const char *here) {
    bool inside = false;
    size_t length = strlen(section);
    for (const char *line = text; *line;) {
        const char *end = line + strcspn(line, "\n");
        if (*line == '[')
            inside = (size_t)(end - line) >= length + 2 && strncmp(line + 1, section, length) == 0 &&
                     line[length + 1] == ']';
        char *value = inside && *line != '#' && *line != ';' ? line_value(line, end, key) : NULL;
        if (value)
            return replace_here(value, here);
        line = *end ? end + 1 : end;
    }
    return NULL;
}

/* Adds FOLDER/NAME, as seen from the root, to a list of patterns; false when it lies outside the project. */
static bool add_below(const migrate_tool *tool, const char *folder, const char *name, dk_strv *patterns) {
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    DK_AUTOFREE char *relative = dk_path_relative(tool->root, path);
    if (relative[0] == '/')
        return false;
    dk_strv_add(patterns, relative);
    return true;
}

/* The folder of Alembic's environment, absolute; NULL when the ini file does not say. */
static char *script_folder(const char *ini, const char *here) {
    DK_AUTOFREE char *location = migrate_ini_value(ini, "alembic", "script_location", here);
    if (!location || !*location || strchr(location, ':')) /* package:folder is Python's to resolve */
        return NULL;
    return dk_path_absolute(here, location);
}

static void add_versions(migrate_tool *tool, const char *ini, const char *here, const char *scripts) {
    DK_AUTOFREE char *places = migrate_ini_value(ini, "alembic", "version_locations", here);
    if (!places || !*places) {
        add_below(tool, scripts, "versions/*.py", &tool->items);
        return;
    }
    for (const char *place = places; *place;) {
        size_t length = strcspn(place, " ,:;");
        DK_AUTOFREE char *name = dk_strndup(place, length);
        DK_AUTOFREE char *folder = dk_path_absolute(here, name);
        if (length > 0)
            add_below(tool, folder, "*.py", &tool->items);
        place += length;
        place += strspn(place, " ,:;");
    }
}

bool migrate_alembic_inputs(migrate_tool *tool, dk_error *error) {
    DK_AUTO_BUF dk_buf ini = DK_BUF_INIT;
    if (!dk_file_read(tool->alembic_ini, 0, &ini, error))
        return false;
    DK_AUTOFREE char *here = dk_path_dirname(tool->alembic_ini);
    add_below(tool, here, "alembic.ini", &tool->fixed);
    DK_AUTOFREE char *scripts = script_folder(dk_buf_text(&ini), here);
    if (!scripts) {
        dk_fail(error, DK_ERROR_USAGE, "inputs-missing", "%s does not say where Alembic's scripts are",
                tool->alembic_ini);
        return dk_error_hint(error, "name them: [migrate] inputs = [\"alembic.ini\", \"…/env.py\", "
                                    "\"…/versions/*.py\"]");
    }
    add_below(tool, scripts, "env.py", &tool->fixed);
    add_versions(tool, dk_buf_text(&ini), here, scripts);
    return true;
}

/* A URL that could lead somewhere: not the one of Alembic's template, and nothing to be filled in. */
static bool is_real_url(const char *url) {
    return url && strstr(url, "://") && !dk_starts_with(url, "driver://") && !strstr(url, "%(") &&
           !strchr(url, '$') && !strchr(url, '{');
}

static bool reads_other_source(const char *env, const char *variable) {
    if (strcasestr(env, variable))
        return true;
    for (size_t i = 0; i < DK_COUNT(other_sources); i++)
        if (strcasestr(env, other_sources[i]))
            return true;
    return !strstr(env, "engine_from_config");
}

bool migrate_alembic_check_url(const migrate_tool *tool, const char *variable, dk_error *error) {
    if (!tool->alembic_ini)
        return true;
    DK_AUTO_BUF dk_buf ini = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf env = DK_BUF_INIT;
    if (!dk_file_read(tool->alembic_ini, 0, &ini, error))
        return false;
    DK_AUTOFREE char *here = dk_path_dirname(tool->alembic_ini);
    DK_AUTOFREE char *url = migrate_ini_value(dk_buf_text(&ini), "alembic", "sqlalchemy.url", here);
    DK_AUTOFREE char *scripts = script_folder(dk_buf_text(&ini), here);
    DK_AUTOFREE char *path = scripts ? dk_path_join(scripts, "env.py") : NULL;
    /* Only a certain finding stops; without an env.py to read there is none. */
    if (!is_real_url(url) || !path || !dk_file_read(path, 0, &env, NULL))
        return true;
    if (reads_other_source(dk_buf_text(&env), variable))
        return true;
    DK_AUTOFREE char *shown_ini = dk_path_relative(tool->root, tool->alembic_ini);
    DK_AUTOFREE char *shown_env = dk_path_relative(tool->root, path);
    dk_fail(error, DK_ERROR_FAILED, "url-hard-coded",
            "the database's URL is written in %s, so Alembic would migrate the live database", shown_ini);
    dk_error_detail(error, "sqlalchemy.url is set there, and %s does not read %s", shown_env, variable);
    return dk_error_hint(error,
                         "let %s call config.set_main_option(\"sqlalchemy.url\", os.environ[\"%s\"]), or set "
                         "[reset] mode = \"in-place\"",
                         shown_env, variable);
}
