/* Files of a CREATE DATABASE that a server crash interrupted: hundreds of megabytes in base/OID that no SQL
 * shows. Removed only on a server devkit owns, and only when the folder is older than the server's start: a
 * database that is being created now has a younger one. */
#include "engine.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_NORMAL_OID 16384

static bool is_known(const pg_result *oids, const char *name) {
    for (size_t row = 0; row < pg_rows(oids); row++)
        if (strcmp(pg_value(oids, row, 0), name) == 0)
            return true;
    return false;
}

static bool is_orphan(const char *base, const char *name, const pg_result *oids, int64_t started) {
    struct stat status;
    if (!isdigit((unsigned char)name[0]) || strtoul(name, NULL, 10) < FIRST_NORMAL_OID ||
        is_known(oids, name))
        return false;
    DK_AUTOFREE char *path = dk_path_join(base, name);
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_mtime < started;
}

static bool sweep_base(const char *base, const pg_result *oids, int64_t started, dk_strv *removed,
                       dk_error *error) {
    DIR *folder = opendir(base);
    if (!folder)
        return true;
    bool swept = true;
    for (struct dirent *entry; swept && (entry = readdir(folder));) {
        if (!is_orphan(base, entry->d_name, oids, started))
            continue;
        DK_AUTOFREE char *path = dk_path_join(base, entry->d_name);
        swept = dk_remove_tree(path, error);
        if (swept && removed)
            dk_strv_add(removed, path);
    }
    closedir(folder);
    return swept;
}

bool engine_sweep_files(engine_session *session, dk_strv *removed, dk_error *error) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    if (!session->server->status(session->context, &status, error))
        return false;
    bool swept = true;
    if (status.owned && status.data_dir) {
        PG_AUTO_RESULT pg_result *oids = NULL;
        PG_AUTO_RESULT pg_result *start = NULL;
        DK_AUTOFREE char *base = dk_path_join(status.data_dir, "base");
        swept = pg_run(session->work, "SELECT extract(epoch FROM pg_postmaster_start_time())::bigint", &start,
                       error) &&
                pg_run(session->work, "SELECT oid FROM pg_database", &oids, error) &&
                sweep_base(base, oids, pg_int(start, 0, 0), removed, error);
    }
    dk_server_status_release(&status);
    return swept;
}
