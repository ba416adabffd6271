/* The background worker: `devkit maintain`, started after a reset in a session of its own.
 *
 * No pid or file says that it runs: it holds advisory locks, which end with its connection. At most one works
 * and one waits (the queue lock): a third finds that the one that waits will see everything it would. Whoever
 * wants both takes the spare lock before the work lock. What it leaves when it is killed has an unfinished
 * name, and goes with the next run. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DISK_RESERVE (INT64_C(256) * 1024 * 1024)

/* One worker, one waiting; `*entered` is false when another one waits already. */
static bool enter(engine_session *session, bool *entered, dk_error *error) {
    bool taken = false;
    if (!engine_lock(session, ENGINE_LOCK_QUEUE, false, entered, error))
        return false;
    return !*entered ||
           (engine_lock(session, ENGINE_LOCK_SPARE, true, &taken, error) &&
            engine_unlock(session, ENGINE_LOCK_QUEUE, error) && engine_catalog_read(session, error));
}

/* ── the spare ── */
static bool has_room(engine_session *session, int64_t size) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    bool room = true;
    if (session->server->status(session->context, &status, NULL) && status.owned && status.data_dir) {
        int64_t available = dk_disk_free(status.data_dir);
        room = available < 0 || available > 2 * size + DISK_RESERVE;
    }
    dk_server_status_release(&status);
    return room && size <= session->config->reset.max_size - engine_kept_size(session);
}

static bool first_login(engine_session *session, const char *database, dk_error *error) {
    PG_AUTO_CONNECTION pg_connection *connection = engine_connect(session, database, error);
    return connection && pg_run(connection, "SELECT count(*) FROM pg_class", NULL, error);
}

static bool finish_spare(engine_session *session, const char *filling, const engine_database *source,
                         dk_error *error) {
    DK_AUTO_JSON json_t *note = engine_note_new(ENGINE_SPARE, session->live);
    DK_AUTO_STRV dk_strv notes = DK_STRV_INIT;
    const char *key = dk_json_string(source->note, "key", "");
    DK_AUTOFREE char *short_key = dk_strndup(key, ENGINE_KEY_SHORT);
    DK_AUTOFREE char *spare = engine_name(ENGINE_SPARE, session->scope, short_key);
    dk_json_set_string(note, "key", key);
    dk_json_set_int(note, "template", source->oid);
    dk_json_set_bool(note, "unlogged", dk_json_bool(source->note, "unlogged", false));
    dk_json_set_string(note, "started_at", session->started_at);
    json_object_set(note, "roles", json_object_get(source->note, "roles"));
    json_object_set_new(note, "own", json_incref(json_object_get(source->note, "own")));
    engine_database fresh = {.name = (char *)filling, .connection_limit = -1};
    fresh.owner = session->role ? session->role : (char *)"";
    fresh.settings = engine_settings_fresh(fresh.owner);
    bool ready =
        engine_settings_apply(session, &fresh, json_object_get(source->note, "own"), &notes, error) &&
        first_login(session, filling, error) && engine_rename(session, filling, spare, note, error);
    json_decref(fresh.settings);
    return ready;
}

static bool refill(engine_session *session, const engine_recipe *recipe, dk_error *error) {
    const engine_database *source = engine_catalog_find(session, ENGINE_TEMPLATE, recipe->key);
    if (!session->config->reset.spare || !source || !engine_template_valid(session, source) ||
        engine_spare_find(session, recipe->key))
        return true;
    int64_t size = dk_json_int(source->note, "size", 0);
    if (!has_room(session, size))
        return true;
    DK_AUTOFREE char *filling = engine_name_unique(ENGINE_FILLING, session->scope);
    return engine_clone(session, source->name, filling, size, error) &&
           finish_spare(session, filling, source, error);
}

/* ── templates ── */
/* An extension whose files have a newer default version would be built differently today. */
static bool is_outdated(engine_session *session, const engine_database *database) {
    static const char query[] = "SELECT count(*) FROM json_array_elements($1::json) e"
                                " JOIN pg_available_extensions a ON a.name = e->>0"
                                " WHERE a.default_version <> e->>1";
    DK_AUTOFREE char *extensions = json_dumps(json_object_get(database->note, "extensions"), JSON_COMPACT);
    const char *parameter = extensions;
    PG_AUTO_RESULT pg_result *result = NULL;
    return parameter && pg_query(session->work, query, &parameter, 1, &result, NULL) &&
           pg_int(result, 0, 0) > 0;
}

static void add_outdated(engine_session *session, dk_strv *names) {
    for (size_t i = 0; i < session->catalog.count; i++) {
        const engine_database *database = &session->catalog.databases[i];
        if (database->kind == ENGINE_TEMPLATE && database->note && !dk_strv_contains(names, database->name) &&
            is_outdated(session, database))
            dk_strv_add(names, database->name);
    }
}

static bool mark_used(engine_session *session, const engine_recipe *recipe, dk_error *error) {
    char now[24];
    struct timespec clock;
    clock_gettime(CLOCK_REALTIME, &clock);
    dk_format_time((int64_t)clock.tv_sec, now);
    /* Two resets fit into a second, and the later one has to be told from the earlier. */
    DK_AUTOFREE char *moment = dk_format("%.19s.%06ldZ", now, clock.tv_nsec / 1000);
    for (size_t i = 0; i < recipe->count; i++) {
        engine_database *used = engine_catalog_find(session, ENGINE_TEMPLATE, recipe->layers[i].key);
        if (!used)
            continue;
        DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
        dk_json_set_string(used->note, "used_at", now);
        if (i + 1 == recipe->count) /* the live database is of this one */
            dk_json_set_string(used->note, "live_at", moment);
        engine_note_sql(&sql, used->name, used->note);
        if (!pg_run(session->work, dk_buf_text(&sql), NULL, error))
            return false;
    }
    return true;
}

/* Under the work lock, because a reset might be cloning what goes. It holds the lock for renames only. */
static bool sweep(engine_session *session, const engine_recipe *recipe, dk_error *error) {
    bool taken = false;
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    if (!engine_lock(session, ENGINE_LOCK_WORK, true, &taken, error) || !engine_catalog_read(session, error))
        return false;
    engine_excess(session, recipe, &names);
    add_outdated(session, &names);
    return mark_used(session, recipe, error) && engine_doom_named(session, &names, error) &&
           engine_unlock(session, ENGINE_LOCK_WORK, error) && engine_catalog_read(session, error);
}

/* Nobody fills while we hold the spare lock: what has an unfinished name was left by one that was killed. */
static bool doom_unfinished(engine_session *session, dk_error *error) {
    bool any = false;
    for (size_t i = 0; i < session->catalog.count; i++) {
        const engine_database *database = &session->catalog.databases[i];
        if (database->kind != ENGINE_FILLING)
            continue;
        if (!engine_doom(session, database, error))
            return false;
        any = true;
    }
    return !any || engine_catalog_read(session, error);
}

/* Sweeping comes before filling: an old spare has to leave its name and its room. */
static bool keep_to_recipe(engine_session *session, const dk_strv *layers, dk_error *error) {
    engine_recipe recipe = ENGINE_RECIPE_INIT;
    bool kept = engine_recipe_make(session, layers, &recipe, error) && sweep(session, &recipe, error) &&
                refill(session, &recipe, error);
    engine_recipe_release(&recipe);
    return kept;
}

/* Dropping comes last and without a lock, because it may take long and a reset may be waiting for the spare.
 * What is doomed goes even where the recipe can't be read, or nothing can be copied. */
static bool work(engine_session *session, const dk_strv *layers, dk_error *error) {
    engine_sweep_temporaries(session, NULL);
    bool kept = doom_unfinished(session, error) && keep_to_recipe(session, layers, error);
    return pg_is_alive(session->work) &&
           pg_run(session->work, "SELECT pg_catalog.pg_advisory_unlock_all()", NULL, kept ? error : NULL) &&
           engine_catalog_read(session, kept ? error : NULL) &&
           engine_drop_kind(session, ENGINE_DOOMED, NULL, kept ? error : NULL) &&
           engine_sweep_files(session, NULL, kept ? error : NULL) && kept;
}

/* `layers` NULL: in the foreground, for `gc --wait`: the configured layers, and waiting like everybody else.
 */
bool engine_maintain(dk_context *context, const dk_strv *layers, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    bool entered = true;
    if (!engine_open(context, false, 0, &session, error))
        return false;
    bool ready = layers ? enter(&session, &entered, error)
                        : engine_lock(&session, ENGINE_LOCK_SPARE, true, &entered, error) &&
                              engine_catalog_read(&session, error);
    return ready && (!entered || work(&session, layers ? layers : &session.config->reset.layers, error));
}

/* What it has to say (only failures, under -q) goes to a file that begins anew with every worker. */
bool engine_spawn_maintenance(dk_context *context, const dk_strv *layers, dk_error *error) {
    const char *root = dk_project_root(context, error);
    const char *state = root ? dk_state_dir(context, error) : NULL;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    if (!state)
        return false;
    DK_AUTOFREE char *log = dk_path_join(state, "maintain.log");
    unlink(log);
    dk_process_add(&process, dk_executable_path());
    dk_process_add(&process, "-q");
    dk_process_add(&process, "-C");
    dk_process_add(&process, root);
    if (dk_environment_name(context)) {
        dk_process_add(&process, "--env");
        dk_process_add(&process, dk_environment_name(context));
    }
    dk_process_add(&process, "maintain");
    for (size_t i = 0; i < layers->count; i++)
        dk_process_add(&process, layers->items[i]);
    process.flags |= DK_PROCESS_REMAINS_OURS;
    return dk_process_spawn_detached(&process, log, NULL, error);
}

void engine_maintain_later(dk_context *context, const dk_strv *layers) {
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    const dk_config *config = dk_config_get(context, &failure);
    if (!config || !engine_spawn_maintenance(context, layers ? layers : &config->reset.layers, &failure))
        dk_warn(context, "no background work this time: %s", failure.message);
}
