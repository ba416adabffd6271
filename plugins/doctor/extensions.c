/* extensions: those that the migrations ask for, against those that the server and the database have. */
#include "doctor.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FILE_LIMIT ((size_t)1 << 20)
#define FILES_MOST 3000

/* ── what the migrations say ── */

static const char *skip_spaces(const char *at) {
    return at + strspn(at, " \t\r\n");
}

/* Behind `word` and its spaces, when the text begins with it (in any case); else NULL. */
static const char *behind(const char *at, const char *word) {
    size_t length = strlen(word);
    return strncasecmp(at, word, length) == 0 && isspace((unsigned char)at[length]) ? skip_spaces(at + length)
                                                                                    : NULL;
}

static bool in_comment(const char *text, const char *at) {
    while (at > text && at[-1] != '\n')
        at--;
    at = skip_spaces(at);
    return dk_starts_with(at, "--") || *at == '#';
}

void doctor_scan_extensions(const char *text, dk_strv *names) {
    for (const char *at = text; (at = strcasestr(at, "create")) != NULL; at++) {
        const char *next = in_comment(text, at) ? NULL : behind(at, "create");
        next = next ? behind(next, "extension") : NULL;
        if (!next)
            continue;
        const char *rest = behind(next, "if");
        rest = rest ? behind(rest, "not") : NULL;
        rest = rest ? behind(rest, "exists") : NULL;
        next = rest ? rest : next;
        next += strspn(next, "\\\"");
        DK_AUTOFREE char *name = dk_strndup(
            next, strspn(next, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"));
        if (*name && !dk_strv_contains(names, name))
            dk_strv_add(names, name);
    }
}

/* Wherever a tool keeps its migrations below the configured folder, and what the layer depends on besides. */
static bool collect_wanted(dk_context *context, dk_strv *names, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    const char *root = config ? dk_project_root(context, error) : NULL;
    DK_AUTO_STRV dk_strv patterns = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    static const char *const places[] = {"alembic", "db/migrate", "db/migrations", "prisma/migrations"};
    if (!root)
        return false;
    dk_strv_add(&patterns, config->migrate.dir);
    for (size_t i = 0; i < DK_COUNT(places); i++)
        dk_strv_add(&patterns, places[i]);
    dk_strv_add_all(&patterns, &config->migrate.inputs);
    if (!dk_glob(root, &patterns, &paths, error))
        return false;
    for (size_t i = 0; i < paths.count && i < FILES_MOST; i++) {
        DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
        DK_AUTOFREE char *path = dk_path_join(root, paths.items[i]);
        bool fits = dk_ends_with(path, ".sql") || dk_ends_with(path, ".py") || dk_ends_with(path, ".rb");
        if (fits && dk_file_read(path, FILE_LIMIT, &text, NULL))
            doctor_scan_extensions(dk_buf_text(&text), names);
    }
    return true;
}

/* ── what the server has ── */

typedef enum extension_state { INSTALLED, READY, NEEDS_SUPERUSER, UNAVAILABLE } extension_state;

static const char question[] =
    "SELECT e.installed_version IS NOT NULL, v.superuser AND NOT v.trusted "
    "AND current_setting('is_superuser') = 'off' FROM pg_available_extensions e "
    "JOIN pg_available_extension_versions v ON v.name = e.name AND v.version = e.default_version "
    "WHERE e.name = $1";

static bool look(pg_connection *connection, const char *name, extension_state *state, dk_error *error) {
    PG_AUTO_RESULT pg_result *row = NULL;
    if (!pg_query(connection, question, &name, 1, &row, error))
        return false;
    *state = !pg_rows(row)        ? UNAVAILABLE
             : pg_bool(row, 0, 0) ? INSTALLED
             : pg_bool(row, 0, 1) ? NEEDS_SUPERUSER
                                  : READY;
    return true;
}

static bool say(const char *name, extension_state state, int major, dk_check_result *result) {
    DK_AUTO_BUF dk_buf quoted = DK_BUF_INIT;
    pg_quote_identifier(&quoted, name);
    if (state == UNAVAILABLE) {
        doctor_fail(result, "a migration wants the extension %s, which the server's machine does not have",
                    name);
        doctor_why(result, "that migration fails here");
        return doctor_fix(result,
                          "install its package for PostgreSQL %d where the server runs (apt search "
                          "postgresql-%d %s), or use an image that has it",
                          major, major, name);
    }
    doctor_warn(result, "a migration wants the extension %s, which is not in the database%s", name,
                state == NEEDS_SUPERUSER ? ", and only a superuser may create it" : "");
    doctor_why(result, "what needs it does not work, and that migration has not run (or is refused)");
    return state == NEEDS_SUPERUSER
               ? doctor_fix(result, "as a superuser, in this database: CREATE EXTENSION %s",
                            dk_buf_text(&quoted))
               : doctor_fix(result, "devkit migrate (or devkit psql -c 'CREATE EXTENSION %s')",
                            dk_buf_text(&quoted));
}

static bool run(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of = {0};
    DK_AUTO_STRV dk_strv wanted = DK_STRV_INIT;
    extension_state worst = INSTALLED;
    const char *worst_name = NULL;
    if (!collect_wanted(context, &wanted, error))
        return false;
    if (!wanted.count)
        return doctor_ok(result, "the migrations ask for none");
    if (!doctor_case_open(context, &of, "extensions", error))
        return false;
    if (!doctor_is_for(&of, "extensions", result))
        return true;
    for (size_t i = 0; i < wanted.count; i++) {
        extension_state state;
        if (!look(of.connection, wanted.items[i], &state, error))
            return false;
        if (state > worst) {
            worst = state;
            worst_name = wanted.items[i];
        }
    }
    if (worst != INSTALLED)
        return say(worst_name, worst, pg_server_version(of.connection) / 10000, result);
    DK_AUTOFREE char *listed = dk_strv_join(&wanted, ", ");
    return doctor_ok(result, "%s", listed);
}

const dk_check_interface doctor_extensions = {
    .head = DK_INTERFACE("check", "extensions", DK_CHECK_VERSION, dk_check_interface),
    .title = "The extensions that the migrations want are there",
    .run = run,
};
