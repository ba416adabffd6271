/* The .env files: is one there, and does it have what its example has? */
#include "doctor.h"

#include <unistd.h>

#define EXAMPLE_LIMIT ((size_t)1 << 20)

/* What projects call the file that a new colleague copies. */
static const char *const suffixes[] = {".example", ".sample", ".template", ".dist"};

static char *example_of(const char *path) {
    for (size_t i = 0; i < DK_COUNT(suffixes); i++) {
        char *example = dk_format("%s%s", path, suffixes[i]);
        if (dk_file_exists(example))
            return example;
        free(example);
    }
    return NULL;
}

/* One configured .env file with its example; paths for messages are relative to the project. */
typedef struct env_place {
    char *path, *example; /* absolute; example NULL: there is none */
    char *shown, *shown_example;
} env_place;

static void place_release(env_place *place) {
    free(place->path);
    free(place->example);
    free(place->shown);
    free(place->shown_example);
}
#define PLACE_AUTO DK_CLEANUP(place_release)

/* The first configured file that has an example (or the first one). */
static bool find_place(dk_context *context, env_place *place, bool *any_exists, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    const char *root = config ? dk_project_root(context, error) : NULL;
    *place = (env_place){0};
    *any_exists = false;
    if (!root)
        return false;
    const dk_strv *files = &config->database.env_files;
    for (size_t i = 0; i < files->count; i++) {
        char *path = dk_path_absolute(root, files->items[i]);
        *any_exists = *any_exists || dk_file_exists(path);
        char *example = example_of(path);
        if (place->path && (place->example || !example)) {
            free(path);
            free(example);
            continue;
        }
        place_release(place);
        *place = (env_place){.path = path, .example = example, .shown = dk_path_relative(root, path)};
        place->shown_example = example ? dk_path_relative(root, example) : NULL;
    }
    return true;
}

bool doctor_env_is_missing(dk_context *context) {
    PLACE_AUTO env_place place;
    bool any_exists;
    return find_place(context, &place, &any_exists, NULL) && !any_exists && place.example;
}

/* Set as the application sees it: in the environment, or in any of the files. */
static bool collect_missing(dk_context *context, const char *example, dk_strv *missing, dk_error *error) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    if (!dk_env_file_names(context, example, &names, error))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        if (dk_project_variable(context, names.items[i], &why))
            continue;
        if (why.error_class != DK_ERROR_NONE) {
            dk_error_move(error, &why);
            return false;
        }
        dk_strv_add(missing, names.items[i]);
    }
    return true;
}

/* ── env-missing ── */

/* Where the environment has it all (a container, CI), nobody misses the file. */
static bool is_dispensable(dk_context *context, const char *example) {
    DK_AUTO_STRV dk_strv missing = DK_STRV_INIT;
    return collect_missing(context, example, &missing, NULL) && missing.count == 0;
}

static bool judge_url(dk_context *context, const char *shown, dk_check_result *result) {
    const dk_config *config = dk_config_get(context, NULL);
    const dk_database *database = dk_database_get(context, NULL);
    if (!database)
        return doctor_skip(result, "the URL can't be read: see url-invalid");
    if (database->url)
        return doctor_ok(result, "%s comes from %s", database->variable, database->origin);
    bool own = dk_streq(config->database.server, "auto") || dk_streq(config->database.server, "local");
    if (own && !dk_environment_name(context))
        return doctor_ok(result, "%s is not set; devkit's own server has a URL of its own (`devkit url`)",
                         database->variable);
    doctor_fail(result, "%s is set neither in the environment nor in %s", database->variable,
                shown ? shown : "an .env file");
    doctor_why(result, "without it neither the application nor devkit knows where the database is");
    return doctor_fix(result, "echo '%s=postgresql://ROLE:PASSWORD@HOST:5432/DATABASE' >> %s",
                      database->variable, shown ? shown : ".env");
}

static bool run_missing(dk_context *context, dk_check_result *result, dk_error *error) {
    PLACE_AUTO env_place place;
    bool any_exists;
    if (!find_place(context, &place, &any_exists, error))
        return false;
    if (any_exists || !place.example || is_dispensable(context, place.example))
        return judge_url(context, place.shown, result);
    doctor_fail(result, "%s is missing, and %s is there to be copied", place.shown, place.shown_example);
    doctor_why(result, "the application reads its database's URL and its other settings from it");
    return doctor_fixable(result, "cp %s %s", place.shown_example, place.shown);
}

static bool fix_missing(dk_context *context, dk_error *error) {
    PLACE_AUTO env_place place;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    bool any_exists;
    if (!find_place(context, &place, &any_exists, error))
        return false;
    if (any_exists || !place.example)
        return true; /* somebody was quicker */
    if (!dk_file_read(place.example, EXAMPLE_LIMIT, &text, error) ||
        !dk_file_write(place.path, dk_buf_text(&text), text.length, 0600, error))
        return false;
    dk_project_forget(context);
    return true;
}

const dk_check_interface doctor_env_missing = {
    .head = DK_INTERFACE("check", "env-missing", DK_CHECK_VERSION, dk_check_interface),
    .title = "The file with the application's settings is there",
    .run = run_missing,
    .fix = fix_missing,
};

/* ── env-keys ── */

static bool run_keys(dk_context *context, dk_check_result *result, dk_error *error) {
    PLACE_AUTO env_place place;
    DK_AUTO_STRV dk_strv missing = DK_STRV_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    bool any_exists;
    if (!find_place(context, &place, &any_exists, error))
        return false;
    if (!place.example)
        return doctor_skip(result, "there is no example to compare with");
    if (!any_exists)
        return doctor_skip(result, "%s is missing: see env-missing", place.shown);
    if (!collect_missing(context, place.example, &missing, &why)) {
        doctor_fail(result, "%s", why.message);
        doctor_why(result, "a line that can't be read is one that the application does not get");
        return doctor_fix(result, "correct that line");
    }
    if (!missing.count)
        return doctor_ok(result, "%s has every key of %s", place.shown, place.shown_example);
    const dk_database *database = dk_database_get(context, NULL);
    DK_AUTOFREE char *listed = dk_strv_join(&missing, ", ");
    DK_AUTOFREE char *pattern = dk_strv_join(&missing, "|");
    if (database && dk_strv_contains(&missing, database->variable))
        doctor_fail(result, "%s lacks %s, which %s has", place.shown, listed, place.shown_example);
    else
        doctor_warn(result, "%s lacks %s, which %s has", place.shown, listed, place.shown_example);
    doctor_why(result, "the application may read a default of its own instead, or not start");
    return doctor_fix(result, "grep -E '^(export )?(%s)=' %s >> %s, then give them your values", pattern,
                      place.shown_example, place.shown);
}

const dk_check_interface doctor_env_keys = {
    .head = DK_INTERFACE("check", "env-keys", DK_CHECK_VERSION, dk_check_interface),
    .title = "The settings have every key of their example",
    .run = run_keys,
};
