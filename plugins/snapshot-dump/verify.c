/* Looking at every byte of an archive: the seal first, then every member and its sum. */
#include "dump.h"

#include <string.h>

bool dump_is_finding(const dk_error *error) {
    return dk_starts_with(error->code, "archive-");
}

/* The members in their order: manifest, content, rows. */
static bool check_members(tar_reader *reader, const char *path, dk_error *error) {
    const char *name;
    int64_t size;
    tar_found found;
    bool has_manifest = false;
    bool has_content = false;
    while ((found = tar_reader_next(reader, &name, &size, error)) == TAR_MEMBER) {
        if (!has_manifest && strcmp(name, DUMP_MANIFEST) != 0)
            return dk_fail(error, DK_ERROR_FAILED, "archive-foreign", "%s does not begin with a manifest",
                           path);
        has_manifest = true;
        has_content = has_content || dk_starts_with(name, DUMP_CONTENT "/");
    }
    if (found == TAR_FAILED)
        return false;
    return has_content || dk_fail(error, DK_ERROR_FAILED, "archive-damaged", "%s has no content", path);
}

static bool check(const char *path, dk_progress *progress, dk_error *error) {
    if (!tar_seal_check(path, &dump_sha256, progress, error))
        return false;
    DK_AUTO_JSON json_t *manifest = dump_read_manifest(path, error);
    TAR_AUTO_READER tar_reader *reader = manifest ? tar_reader_open(path, &dump_sha256, error) : NULL;
    return reader && check_members(reader, path, error);
}

bool dump_verify(dk_context *context, const char *name, dk_progress *progress, dk_strv *findings,
                 dk_error *error) {
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    DK_AUTOFREE char *path = dump_path(context, name, true, error);
    if (!path)
        return false;
    if (check(path, progress, &failure))
        return true;
    if (!dump_is_finding(&failure)) {
        dk_error_move(error, &failure);
        return false;
    }
    dk_strv_addf(findings, "%s%s%s", failure.message, failure.detail ? ": " : "",
                 failure.detail ? failure.detail : "");
    return true;
}
