/* Where the archives lie, and which file is whose. */
#include "dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *dump_folder(dk_context *context, bool make, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    const char *root = config ? dk_project_root(context, error) : NULL;
    if (!root)
        return NULL;
    char *folder = dk_path_absolute(root, config->snapshot.dir);
    /* The state folder hides itself from git; it has to be made first. */
    bool ready = !make || (dk_state_dir(context, error) && dk_mkdirs(folder, 0700, error));
    if (ready)
        return folder;
    free(folder);
    return NULL;
}

static bool is_plain(unsigned char character, bool first) {
    return character > ' '
               ? character != 127 && !strchr("/\\%:*?\"<>|", character) && !(first && character == '.')
               : character == ' ';
}

char *dump_file_name(const char *name) {
    dk_buf file = DK_BUF_INIT;
    for (const char *next = name; *next; next++) {
        if (is_plain((unsigned char)*next, next == name))
            dk_buf_add_char(&file, *next);
        else
            dk_buf_addf(&file, "%%%02X", (unsigned)(unsigned char)*next);
    }
    dk_buf_add(&file, DUMP_SUFFIX);
    return dk_buf_detach(&file);
}

static int hex_digit(char character) {
    static const char digits[] = "0123456789ABCDEF";
    const char *found = character ? strchr(digits, character) : NULL;
    return found ? (int)(found - digits) : -1;
}

char *dump_name_of(const char *file) {
    size_t length = strlen(file);
    if (file[0] == '.' || !dk_ends_with(file, DUMP_SUFFIX) || length == strlen(DUMP_SUFFIX))
        return NULL;
    const char *end = file + length - strlen(DUMP_SUFFIX);
    dk_buf name = DK_BUF_INIT;
    for (const char *next = file; next < end; next++) {
        int high = *next == '%' && end - next > 2 ? hex_digit(next[1]) : -1;
        int low = high >= 0 ? hex_digit(next[2]) : -1;
        bool coded = low >= 0 && high * 16 + low != 0;
        dk_buf_add_char(&name, coded ? (char)(high * 16 + low) : *next);
        next += coded ? 2 : 0;
    }
    return dk_buf_detach(&name);
}

char *dump_path(dk_context *context, const char *name, bool exists, dk_error *error) {
    DK_AUTOFREE char *folder = dump_folder(context, !exists, error);
    if (!folder)
        return NULL;
    DK_AUTOFREE char *file = dump_file_name(name);
    char *path = dk_path_join(folder, file);
    if (dk_file_exists(path) == exists)
        return path;
    if (exists) {
        dk_fail(error, DK_ERROR_FAILED, "no-such-snapshot", "there is no snapshot \"%s\"", name);
        dk_error_hint(error, "`devkit snapshot list` shows what there is");
    } else {
        dk_fail(error, DK_ERROR_FAILED, "snapshot-exists", "there is a snapshot \"%s\" already", name);
        dk_error_hint(error, "choose another name, or remove it: `devkit snapshot rm`");
    }
    free(path);
    return NULL;
}
