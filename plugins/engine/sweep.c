/* Files of a CREATE DATABASE that a server crash interrupted: hundreds of megabytes in base/OID that no SQL
 * shows. Removed only on a server devkit owns.
 *
 * A folder without a row in pg_database may also be of a database that is being created or dropped right now.
 * Both hold a lock on pg_database until they commit, so the two are compared under a lock that excludes
 * theirs. What is an orphan then stays one: PostgreSQL gives no new database an OID whose folder exists. */
#include "engine.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_NORMAL_OID 16384
#define LOCK_PATIENCE_MS 300
#define TEMPORARY_SECONDS 3600

/* Files of devkit's own, beside the hash cache and the others it writes. */
void engine_sweep_temporaries(engine_session *session, dk_strv *removed) {
    const char *state = dk_state_dir(session->context, NULL);
    if (state)
        dk_file_sweep(state, TEMPORARY_SECONDS, removed);
}

static bool is_known(const pg_result *oids, const char *name) {
    for (size_t row = 0; row < pg_rows(oids); row++)
        if (strcmp(pg_value(oids, row, 0), name) == 0)
            return true;
    return false;
}

static bool is_number(const char *name) {
    return *name && name[strspn(name, "0123456789")] == '\0';
}

static void list_orphans(const char *base, const pg_result *oids, dk_strv *orphans) {
    DIR *folder = opendir(base);
    struct stat status;
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (!is_number(entry->d_name) || strtoul(entry->d_name, NULL, 10) < FIRST_NORMAL_OID ||
            is_known(oids, entry->d_name))
            continue;
        DK_AUTOFREE char *path = dk_path_join(base, entry->d_name);
        if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
            dk_strv_add(orphans, path);
    }
    if (folder)
        closedir(folder);
}

/* Without waiting in the lock's queue, where others would have to wait behind us. Trying again and again is
 * no news for the server's log, which people read. */
static bool lock_catalog(pg_connection *connection, bool *locked, dk_error *error) {
    static const char lock_now[] = "BEGIN; SET LOCAL log_min_messages = fatal; "
                                   "LOCK TABLE pg_catalog.pg_database IN SHARE MODE NOWAIT";
    int64_t deadline = dk_now_ms() + LOCK_PATIENCE_MS;
    for (;;) {
        DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
        *locked = pg_run(connection, lock_now, NULL, &failure);
        if (*locked)
            return true;
        if (!dk_error_sqlstate_is(&failure, "55P03")) {
            dk_error_move(error, &failure);
            return false;
        }
        if (!pg_run(connection, "ROLLBACK", NULL, error))
            return false;
        if (dk_now_ms() >= deadline)
            return true;
        dk_sleep_ms(10);
    }
}

static bool find_orphans(engine_session *session, const char *data_dir, dk_strv *orphans, dk_error *error) {
    bool locked = false;
    PG_AUTO_RESULT pg_result *oids = NULL;
    DK_AUTOFREE char *base = dk_path_join(data_dir, "base");
    if (!lock_catalog(session->work, &locked, error))
        return false;
    if (!locked) /* something is always being made here: another time */
        return true;
    if (!pg_run(session->work, "SELECT oid FROM pg_database", &oids, error))
        return false;
    list_orphans(base, oids, orphans);
    return pg_run(session->work, "COMMIT", NULL, error);
}

bool engine_sweep_files(engine_session *session, dk_strv *removed, dk_error *error) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    DK_AUTO_STRV dk_strv orphans = DK_STRV_INIT;
    if (!session->superuser)
        return true;
    if (!session->server->status(session->context, &status, error))
        return false;
    bool swept = !status.owned || !status.data_dir || find_orphans(session, status.data_dir, &orphans, error);
    for (size_t i = 0; swept && i < orphans.count; i++) {
        swept = dk_remove_tree(orphans.items[i], error);
        if (swept && removed)
            dk_strv_add(removed, orphans.items[i]);
    }
    dk_server_status_release(&status);
    return swept;
}
