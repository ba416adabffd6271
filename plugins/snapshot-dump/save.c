/* Saving: pg_dump writes into a pipe, and what comes out goes into the archive as it comes. Nothing lies on
 * the disk twice, and one member's worth in memory.
 *
 * Our own session exports the snapshot that pg_dump reads: so the rows counted here are those in the dump. */
#include "dump.h"

#include <stdlib.h>
#include <string.h>

#define LOCK_PATIENCE "--lock-wait-timeout=30000"

typedef struct saving {
    dump_database database;
    const dk_snapshot_request *request;
    json_t *manifest;
    char *snapshot; /* of the transaction that pg_dump shares */
    char *program;
    tar_writer *writer;
    tar_stream *stream;
    int64_t expected; /* bytes, roughly, for the progress line */
    dk_error failure; /* of what became of the stream's bytes */
} saving;

/* A minute in a transaction without a word ends others; pg_dump may take longer. */
static bool begin_snapshot(saving *work, dk_error *error) {
    static const char begin[] =
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0;"
        " SET LOCAL row_security = off; SELECT pg_export_snapshot(),"
        " (SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint FROM pg_class WHERE relkind = 'r')";
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_run(work->database.connection, begin, &result, error))
        return false;
    work->snapshot = dk_strdup(pg_value(result, 0, 0));
    work->expected = pg_int(result, 0, 1);
    return true;
}

static json_t *list_of(const dk_strv *items) {
    json_t *list = json_array();
    for (size_t i = 0; i < items->count; i++)
        json_array_append_new(list, json_string(items->items[i]));
    return list;
}

static void describe_content(saving *work) {
    json_t *content = json_object();
    const dk_snapshot_part *part = work->request->part;
    dk_json_set_string(content, "kind", DUMP_CUSTOM);
    if (part) {
        dk_json_set_bool(content, "schema_only", part->schema_only);
        dk_json_set_bool(content, "data_only", part->data_only);
        json_object_set_new(content, "tables", list_of(&part->tables));
        json_object_set_new(content, "exclude_table_data", list_of(&part->exclude_table_data));
    }
    json_object_set_new(work->manifest, "content", content);
}

static bool write_json(tar_writer *writer, const char *name, const json_t *value, dk_error *error) {
    DK_AUTOFREE char *text = json_dumps(value, JSON_INDENT(2));
    return tar_writer_member(writer, name, text, strlen(text), error);
}

/* ── pg_dump ── */
static void add_part(const dk_snapshot_part *part, dk_process *process) {
    if (part->schema_only)
        dk_process_add(process, "--schema-only");
    if (part->data_only)
        dk_process_add(process, "--data-only");
    for (size_t i = 0; i < part->tables.count; i++)
        dk_process_addf(process, "--table=%s", part->tables.items[i]);
    for (size_t i = 0; i < part->exclude_table_data.count; i++)
        dk_process_addf(process, "--exclude-table-data=%s", part->exclude_table_data.items[i]);
}

static bool take_bytes(void *data, const void *bytes, size_t length) {
    saving *work = data;
    if (!tar_stream_add(work->stream, bytes, length, &work->failure))
        return false;
    dk_progress_update(work->request->progress, tar_stream_length(work->stream), work->expected, NULL);
    return true;
}

static bool run_pg_dump(saving *work, dk_error *error) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, work->program);
    dk_process_add(&process, "--format=custom");
    dk_process_add(&process, "--compress=0");
    dk_process_add(&process, "--no-password");
    dk_process_add(&process, "--no-subscriptions"); /* they belong to the server: a copy would compete */
    dk_process_add(&process, LOCK_PATIENCE);
    dk_process_addf(&process, "--snapshot=%s", work->snapshot);
    if (work->request->part)
        add_part(work->request->part, &process);
    dump_environment(&work->database, &process);
    process.on_bytes = take_bytes;
    process.line_data = work;
    if (dk_process_run(&process, error))
        return true;
    if (process.stopped)
        dk_error_move(error, &work->failure);
    return false;
}

static bool is_whole(const dk_snapshot_part *part) {
    return !part || (!part->schema_only && !part->data_only && part->tables.count == 0 &&
                     part->exclude_table_data.count == 0);
}

static bool write_rows(saving *work, dk_error *error) {
    DK_AUTO_JSON json_t *all = json_object();
    json_t *rows =
        is_whole(work->request->part) ? dump_rows_count(work->database.connection, error) : json_null();
    if (!rows)
        return false;
    json_object_set_new(all, "rows", rows);
    dk_json_set_int(all, "bytes", tar_stream_length(work->stream));
    return write_json(work->writer, DUMP_ROWS, all, error);
}

static bool write_archive(saving *work, const char *path, int64_t *size, dk_error *error) {
    work->writer = tar_writer_open(path, &dump_compression, error);
    if (!work->writer)
        return false;
    work->stream = tar_stream_begin(work->writer, DUMP_CONTENT, DUMP_MEMBER_SIZE);
    if (!write_json(work->writer, DUMP_MANIFEST, work->manifest, error) || !run_pg_dump(work, error) ||
        !tar_stream_end(work->stream, error) || !write_rows(work, error)) {
        tar_writer_abort(work->writer);
        return false;
    }
    return tar_writer_finish(work->writer, size, error);
}

static bool prepare(saving *work, dk_context *context, dk_error *error) {
    if (!dump_connect(context, NULL, &work->database, error))
        return false;
    work->program = dump_program(&work->database, "pg_dump", work->database.version / 10000, error);
    if (!work->program)
        return false;
    work->manifest = dump_manifest_new(work->request);
    describe_content(work);
    return begin_snapshot(work, error) && dump_manifest_describe(&work->database, work->manifest, error);
}

static void release(saving *work) {
    tar_stream_free(work->stream);
    dump_disconnect(&work->database);
    json_decref(work->manifest);
    dk_error_release(&work->failure);
    free(work->snapshot);
    free(work->program);
}

bool dump_save(dk_context *context, const dk_snapshot_request *request, json_t *entry, dk_error *error) {
    saving work = {.request = request};
    int64_t size = 0;
    DK_AUTOFREE char *path = dump_path(context, request->name, false, error);
    bool saved = path && prepare(&work, context, error) && write_archive(&work, path, &size, error);
    if (saved) {
        dump_manifest_entry(work.manifest, request->name, size, entry);
        dk_json_set_string(entry, "file", path);
    }
    release(&work);
    return saved;
}
