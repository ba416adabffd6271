/* Loading the seeds' files: one session, one transaction a file, CSV by streamed COPY. */
#include "seed.h"

#include <kit/layer/layer.h>

#include <stdlib.h>

/* devkit's own COPY must not die of a time limit that a role has for its application. */
static const char begin_csv[] = "begin; set local statement_timeout = 0";

#define UNDEFINED_TABLE "42P01"
#define UNIQUE_VIOLATION "23505"

typedef struct seed_loader {
    pg_connection *connection;
    dk_conninfo conninfo;
    dk_strv psql_folders;
    const char *root;
    dk_progress *progress;
} seed_loader;

static bool load_sql(const seed_loader *loader, const char *path, dk_error *error) {
    DK_AUTOFREE char *absolute = dk_path_join(loader->root, path);
    pg_script_options options = {
        .shown_path = path,
        .first_line = 1,
        .transaction = true,
        .progress = loader->progress,
        .psql_folders = &loader->psql_folders,
        .psql_conninfo = &loader->conninfo,
    };
    return pg_script_run_file(loader->connection, absolute, &options, error);
}

static bool load_csv(const seed_loader *loader, const char *path, dk_error *error) {
    DK_AUTOFREE char *absolute = dk_path_join(loader->root, path);
    DK_AUTOFREE char *table = seed_table_name(path);
    int64_t rows = 0;
    if (!pg_run(loader->connection, begin_csv, NULL, error))
        return false;
    if (pg_copy_csv(loader->connection, table, absolute, path, loader->progress, &rows, error) &&
        seed_raise_sequences(loader->connection, table, error))
        return pg_run(loader->connection, "commit", NULL, error);
    if (dk_error_sqlstate_is(error, UNDEFINED_TABLE))
        dk_error_hint(error,
                      "a CSV file goes into the table of its name: rename it to TABLE.csv, or make the "
                      "table in a migration");
    /* The connection is closed after an error, which rolls back. */
    return false;
}

static bool load_all(const seed_loader *loader, const dk_strv *paths, const char *prologue, dk_error *error) {
    bool fresh = true;
    for (size_t i = 0; i < paths->count; i++) {
        const char *path = paths->items[i];
        bool csv = seed_file_kind(path) == SEED_CSV;
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        dk_progress_update(loader->progress, (int64_t)i, (int64_t)paths->count, path);
        if (!fresh && !pg_start_afresh(loader->connection, prologue, error))
            return false;
        if (!(csv ? load_csv(loader, path, error) : load_sql(loader, path, error)))
            return false;
        fresh = csv; /* COPY leaves the session as it was */
    }
    return true;
}

bool seed_load_files(dk_context *context, const char *root, const dk_strv *paths,
                     const dk_layer_target *target, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    if (!config)
        return false;
    seed_loader loader = {.root = root, .progress = target->progress};
    dk_url_conninfo(target->url, &loader.conninfo);
    layer_psql_folders(context, config, &loader.psql_folders);
    pg_options options = {.plain = true};
    const char *prologue = layer_is_aside(target) ? PG_WHILE_BUILDING : "";
    loader.connection = pg_connect(&loader.conninfo, NULL, &options, error);
    bool loaded = loader.connection && (!*prologue || pg_run(loader.connection, prologue, NULL, error)) &&
                  load_all(&loader, paths, prologue, error);
    if (!loaded && !layer_is_aside(target) && dk_error_sqlstate_is(error, UNIQUE_VIOLATION))
        dk_error_hint(error, "the rows may be there already; `devkit reset` seeds a new database");
    pg_close(loader.connection);
    dk_conninfo_release(&loader.conninfo);
    dk_strv_release(&loader.psql_folders);
    return loaded;
}
