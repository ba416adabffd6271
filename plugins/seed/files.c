/* Which files are seeds, in what order, and for which table. */
#include "seed.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool has_ending(const char *path, const char *ending) {
    size_t length = strlen(path);
    size_t ending_length = strlen(ending);
    return length > ending_length && strcasecmp(path + length - ending_length, ending) == 0;
}

seed_kind seed_file_kind(const char *path) {
    return has_ending(path, ".sql") ? SEED_SQL : has_ending(path, ".csv") ? SEED_CSV : SEED_OTHER;
}

char *seed_table_name(const char *path) {
    const char *name = dk_path_basename(path);
    size_t length = strlen(name) - strlen(".csv");
    size_t digits = strspn(name, "0123456789");
    /* "2024.csv" is a table of that name: behind its digits there is nothing but the ending. */
    if (digits > 0 && digits + 1 < length && strchr("_-.", name[digits])) {
        name += digits + 1;
        length -= digits + 1;
    }
    return dk_strndup(name, length);
}

static bool is_pattern(const char *text) {
    return strpbrk(text, "*?[") != NULL;
}

bool seed_files_list(const char *root, const dk_strv *patterns, dk_strv *paths, dk_error *error) {
    for (size_t i = 0; i < patterns->count; i++) {
        DK_AUTOFREE char *path = dk_path_absolute(root, patterns->items[i]);
        if (is_pattern(patterns->items[i]) || dk_file_exists(path))
            continue;
        dk_fail(error, DK_ERROR_USAGE, "seed-missing", "the seed file %s does not exist", patterns->items[i]);
        return dk_error_hint(error, "correct [seed] files; names are relative to %s", root);
    }
    if (!dk_glob(root, patterns, paths, error))
        return false;
    for (size_t i = 0; i < paths->count; i++) {
        if (seed_file_kind(paths->items[i]) != SEED_OTHER)
            continue;
        dk_fail(error, DK_ERROR_USAGE, "seed-unsupported", "%s is neither SQL nor CSV", paths->items[i]);
        return dk_error_hint(error,
                             "name it .sql or .csv, leave it out of [seed] files, or load it by [seed] "
                             "command");
    }
    return true;
}

/* The patterns devkit looks for by itself: nobody asked for them, so nobody misses them. */
static bool is_default(const char *pattern) {
    return strcmp(pattern, "seeds/*.sql") == 0 || strcmp(pattern, "seeds/*.csv") == 0;
}

bool seed_patterns_unmatched(const char *root, const dk_strv *patterns, dk_strv *unmatched, dk_error *error) {
    for (size_t i = 0; i < patterns->count; i++) {
        DK_AUTO_STRV dk_strv one = DK_STRV_INIT;
        DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
        if (!is_pattern(patterns->items[i]) || is_default(patterns->items[i]))
            continue;
        dk_strv_add(&one, patterns->items[i]);
        if (!dk_glob(root, &one, &paths, error))
            return false;
        if (paths.count == 0)
            dk_strv_add(unmatched, patterns->items[i]);
    }
    return true;
}
