/* leftovers: what killed runs left on the server and in the project. */
#include "doctor.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Younger ones may be somebody's at work; gc thinks the same. */
#define FILE_AGE_SECONDS 3600
#define RANDOM_LETTERS 6 /* of dk_file_write's temporary files: ".NAME.XXXXXX" */

/* ── files ── */

static bool is_temporary(const char *name) {
    size_t length = strlen(name);
    if (*name != '.' || length < RANDOM_LETTERS + 4 || name[length - RANDOM_LETTERS - 1] != '.')
        return false;
    return strspn(name + length - RANDOM_LETTERS,
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == RANDOM_LETTERS;
}

static bool is_old(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_mtime < time(NULL) - FILE_AGE_SECONDS;
}

/* Only in devkit's own folder: elsewhere such a name may be anybody's. */
static bool find_files(dk_context *context, dk_strv *paths, dk_error *error) {
    const char *root = dk_project_root(context, error);
    DK_AUTOFREE char *folder = root ? dk_path_join(root, ".devkit") : NULL; /* not made for the question */
    DIR *stream = folder ? opendir(folder) : NULL;
    if (!stream)
        return folder != NULL;
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        DK_AUTOFREE char *path = dk_path_join(folder, entry->d_name);
        if (is_temporary(entry->d_name) && is_old(path))
            dk_strv_add(paths, path);
    }
    closedir(stream);
    return true;
}

/* ── databases ── */

/* devkit's work is held by advisory locks in the maintenance database: while there is one, nothing is left
 * over. */
static bool somebody_works(const doctor_case *of) {
    PG_AUTO_RESULT pg_result *row = NULL;
    const dk_config *config = dk_config_get(of->context, NULL);
    const char *database = config ? config->database.maintenance_db : "postgres";
    return pg_query(of->connection,
                    "SELECT FROM pg_locks WHERE locktype = 'advisory' "
                    "AND database = (SELECT oid FROM pg_database WHERE datname = $1) LIMIT 1",
                    &database, 1, &row, NULL) &&
           pg_rows(row) > 0;
}

static bool is_unfinished(const char *kind) {
    static const char *const kinds[] = {"building", "filling", "replaced", "doomed"};
    for (size_t i = 0; i < DK_COUNT(kinds); i++)
        if (dk_streq(kind, kinds[i]))
            return true;
    return false;
}

static const dk_engine_interface *find_engine(dk_context *context, dk_error *error) {
    return dk_interface_find(context, "engine", "template", DK_ENGINE_VERSION, error);
}

static void find_databases(const doctor_case *of, dk_strv *names) {
    const dk_engine_interface *engine = find_engine(of->context, NULL);
    DK_AUTO_JSON json_t *list = engine ? engine->list(of->context, NULL) : NULL;
    size_t index;
    json_t *entry;
    json_array_foreach(list, index, entry) {
        if (is_unfinished(dk_json_string(entry, "kind", "")))
            dk_strv_add(names, dk_json_string(entry, "name", ""));
    }
}

/* ── the check ── */

static bool say(dk_context *context, const dk_strv *files, const dk_strv *databases,
                dk_check_result *result) {
    const char *root = dk_project_root(context, NULL);
    DK_AUTOFREE char *first = files->count ? dk_path_relative(root ? root : "", files->items[0]) : NULL;
    size_t count = files->count + databases->count;
    doctor_warn(result, "%zu leftover%s of runs that were killed: %s%s", count, count == 1 ? "" : "s",
                databases->count ? databases->items[0] : first, count > 1 ? ", …" : "");
    doctor_why(result, "they take room, and nobody will use them again");
    return doctor_fixable(result, "devkit gc");
}

static bool run(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    DK_AUTO_STRV dk_strv files = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv databases = DK_STRV_INIT;
    if (!doctor_case_open(context, &of, "leftovers", error) || !find_files(context, &files, error))
        return false;
    if (of.connection && !somebody_works(&of))
        find_databases(&of, &databases);
    if (files.count || databases.count)
        return say(context, &files, &databases, result);
    if (!of.connection)
        return doctor_skip(result, "no leftover files; the database can't be reached: see %s", of.cause);
    return doctor_ok(result, "nothing is left over");
}

static bool fix(dk_context *context, dk_error *error) {
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    const char *state = dk_state_dir(context, error);
    if (!state)
        return false;
    dk_file_sweep(state, FILE_AGE_SECONDS, &removed);
    DOCTOR_AUTO_CASE doctor_case of;
    DK_AUTO_STRV dk_strv databases = DK_STRV_INIT;
    if (!doctor_case_open(context, &of, "leftovers", error))
        return false;
    if (of.connection)
        find_databases(&of, &databases);
    const dk_engine_interface *engine = databases.count ? find_engine(context, error) : NULL;
    return !databases.count || (engine && engine->collect(context, false, false, &removed, error));
}

const dk_check_interface doctor_leftovers = {
    .head = DK_INTERFACE("check", "leftovers", DK_CHECK_VERSION, dk_check_interface),
    .title = "Killed runs left nothing behind",
    .run = run,
    .fix = fix,
};
