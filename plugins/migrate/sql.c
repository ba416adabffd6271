/* Applying SQL migrations: one session, one transaction a file, the record of it in the same transaction. */
#include "migrate.h"

#include <kit/layer/layer.h>

#include <stdlib.h>
#include <string.h>

#define ACTIVE_TRANSACTION "25001"

bool migrate_session_open(dk_context *context, const dk_url *url, migrate_session *session, dk_error *error) {
    *session = (migrate_session){0};
    const dk_config *config = dk_config_get(context, error);
    if (!config)
        return false;
    dk_url_conninfo(url, &session->conninfo);
    layer_psql_folders(context, config, &session->psql_folders);
    pg_options options = {.plain = true};
    session->connection = pg_connect(&session->conninfo, NULL, &options, error);
    if (!session->connection)
        migrate_session_close(session);
    return session->connection != NULL;
}

bool migrate_session_open_live(dk_context *context, migrate_session *session, dk_error *error) {
    *session = (migrate_session){0};
    const dk_database *database = dk_database_require(context, error);
    if (!database)
        return false;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (dk_database_reach(context, &url, error) && migrate_session_open(context, &url, session, error))
        return true;
    if (dk_error_is(error, "not-listening") || dk_error_is(error, "database-missing"))
        dk_error_hint(error, "run `devkit up`");
    return false;
}

void migrate_session_close(migrate_session *session) {
    pg_close(session->connection);
    dk_conninfo_release(&session->conninfo);
    dk_strv_release(&session->psql_folders);
    *session = (migrate_session){0};
}

bool migrate_run_part(migrate_session *session, const migrate_part *part, const char *folder,
                      const char *shown_path, const char *bookkeeping, dk_progress *progress,
                      dk_error *error) {
    pg_script_options options = {
        .shown_path = shown_path,
        .first_line = part->first_line,
        .transaction = part->transaction,
        .before_commit = part->transaction ? bookkeeping : NULL,
        .progress = progress,
        .psql_folders = &session->psql_folders,
        .psql_conninfo = &session->conninfo,
        .folder = folder,
    };
    if (!pg_script_run(session->connection, part->text, part->length, &options, error)) {
        if (part->transaction && dk_error_sqlstate_is(error, ACTIVE_TRANSACTION))
            dk_error_hint(error,
                          "let the file do without a transaction: `-- devkit: no-transaction` as its first "
                          "line, or `-- migrate:up transaction:false`");
        return false;
    }
    return part->transaction || !bookkeeping || pg_run(session->connection, bookkeeping, NULL, error);
}

static bool apply_file(migrate_session *session, const migrate_tool *tool, const migrate_file *file,
                       const dk_layer_target *target, bool make_table, dk_error *error) {
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf record = DK_BUF_INIT;
    DK_AUTOFREE char *shown_path = dk_path_join(tool->shown_folder, file->up);
    char checksum[HASH_HEX];
    migrate_part part;
    if (!migrate_file_read(tool, file, &content, checksum, error))
        return false;
    if (!migrate_part_up(&content, &part, error))
        return dk_error_prefix(error, "%s", shown_path);
    if (layer_is_aside(target) &&
        !migrate_scan(part.text, part.length, target->live, shown_path, part.first_line, error))
        return false;
    dk_buf_add(&record, migrate_own_role);
    if (make_table)
        dk_buf_add(&record, migrate_history_table);
    if (part.transaction) {
        migrate_history_record(&record, file->name, checksum, -1);
        return migrate_run_part(session, &part, tool->folder, shown_path, dk_buf_text(&record),
                                target->progress, error);
    }
    int64_t started = dk_now_ms();
    if (!migrate_run_part(session, &part, tool->folder, shown_path, NULL, target->progress, error)) {
        if (!layer_is_aside(target))
            dk_error_hint(error, "%s runs without a transaction: what it did before the failure stays",
                          shown_path);
        return false;
    }
    migrate_history_record(&record, file->name, checksum, dk_now_ms() - started);
    return pg_run(session->connection, dk_buf_text(&record), NULL, error);
}

bool migrate_refuse_edited(const migrate_tool *tool, const migrate_entries *entries, dk_error *error) {
    for (size_t i = 0; i < entries->count; i++) {
        const migrate_entry *entry = &entries->items[i];
        if (entry->state != MIGRATE_EDITED)
            continue;
        dk_fail(error, DK_ERROR_FAILED, "migration-edited", "%s/%s was changed after it had been applied",
                tool->shown_folder, entry->file->up);
        dk_error_detail(error, "applied %s", entry->applied->applied_at);
        dk_error_hint(
            error,
            "put the change into a migration of its own (`devkit migrate new NAME`), or build the "
            "database again (`devkit reset`), or accept the file as it is (`devkit migrate stamp %s`)",
            entry->name);
        return false;
    }
    return true;
}

static bool apply_pending(migrate_session *session, const migrate_tool *tool, const migrate_entries *entries,
                          bool has_table, const dk_layer_target *target, dk_error *error) {
    size_t total = migrate_entries_count(entries, MIGRATE_PENDING);
    size_t done = 0;
    const char *building = layer_is_aside(target) ? PG_WHILE_BUILDING : "";
    for (size_t i = 0; i < entries->count; i++) {
        const migrate_entry *entry = &entries->items[i];
        if (entry->state != MIGRATE_PENDING)
            continue;
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        dk_progress_update(target->progress, (int64_t)done, (int64_t)total, entry->file->up);
        if (!apply_file(session, tool, entry->file, target, !has_table && done == 0, error) ||
            !pg_start_afresh(session->connection, building, error))
            return false;
        done++;
    }
    dk_progress_update(target->progress, (int64_t)done, (int64_t)total, NULL);
    return true;
}

bool migrate_sql_apply(dk_context *context, const migrate_tool *tool, const dk_layer_target *target,
                       dk_error *error) {
    MIGRATE_AUTO_FILES migrate_files files = MIGRATE_FILES_INIT;
    MIGRATE_AUTO_SESSION migrate_session session = {0};
    MIGRATE_AUTO_HISTORY migrate_history history = MIGRATE_HISTORY_INIT;
    MIGRATE_AUTO_ENTRIES migrate_entries entries = MIGRATE_ENTRIES_INIT;
    bool aside = layer_is_aside(target);
    const dk_config *config = dk_config_get(context, error);
    if (!config)
        return false;
    /* Aside, the engine has compared the files' content already: it starts from unchanged ones only. */
    return migrate_files_list(tool->folder, &files, error) &&
           migrate_session_open(context, target->url, &session, error) &&
           migrate_history_read(session.connection, aside ? PG_WHILE_BUILDING : "", &history, error) &&
           migrate_entries_match(tool, &files, &history, !aside, &entries, error) &&
           migrate_refuse_edited(tool, &entries, error) &&
           apply_pending(&session, tool, &entries, history.has_table, target, error) &&
           migrate_verify(&session, &config->migrate.verify, error);
}
