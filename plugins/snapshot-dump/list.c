/* The archives there are: listing, removing, sweeping. */
#include "dump.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

json_t *dump_read_manifest(const char *path, dk_error *error) {
    const char *name;
    int64_t size;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    TAR_AUTO_READER tar_reader *reader = tar_reader_open(path, &dump_sha256, error);
    if (!reader || tar_reader_next(reader, &name, &size, error) == TAR_FAILED)
        return NULL;
    if (strcmp(name, DUMP_MANIFEST) != 0) {
        dump_manifest_parse("", path, error);
        return NULL;
    }
    return tar_reader_text(reader, DUMP_TEXT_LIMIT, &text, error)
               ? dump_manifest_parse(dk_buf_text(&text), path, error)
               : NULL;
}

/* One that can't be read is told of, too: it may be the one that somebody looks for. */
static json_t *describe(const char *path, const char *name) {
    struct stat status;
    if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return NULL;
    json_t *entry = json_object();
    DK_AUTO_JSON json_t *manifest = dump_read_manifest(path, NULL);
    dump_manifest_entry(manifest, name, (int64_t)status.st_size, entry);
    if (!manifest) {
        char when[24];
        dk_format_time((int64_t)status.st_mtime, when);
        dk_json_set_string(entry, "created_at", when);
    }
    dk_json_set_string(entry, "file", path);
    return entry;
}

json_t *dump_list(dk_context *context, dk_error *error) {
    DK_AUTOFREE char *folder = dump_folder(context, false, error);
    if (!folder)
        return NULL;
    json_t *list = json_array();
    DIR *listing = opendir(folder);
    for (struct dirent *file; listing && (file = readdir(listing));) {
        DK_AUTOFREE char *name = dump_name_of(file->d_name);
        DK_AUTOFREE char *path = dk_path_join(folder, file->d_name);
        json_t *entry = name ? describe(path, name) : NULL;
        if (entry)
            json_array_append_new(list, entry);
    }
    if (listing)
        closedir(listing);
    return list;
}

bool dump_remove(dk_context *context, const char *name, dk_error *error) {
    DK_AUTOFREE char *path = dump_path(context, name, true, error);
    if (!path)
        return false;
    return unlink(path) == 0 || dk_fail_errno(error, errno, "remove-failed", "cannot remove %s", path);
}

bool dump_sweep(dk_context *context, dk_strv *removed, dk_error *error) {
    DK_AUTOFREE char *folder = dump_folder(context, false, error);
    if (folder)
        tar_sweep(folder, removed);
    return folder != NULL;
}
