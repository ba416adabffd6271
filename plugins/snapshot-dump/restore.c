/* Restoring: everything is checked and unpacked first, then PostgreSQL's own programs fill a database that
 * the engine made aside, its rows are counted, and the engine swaps it in. */
#include "dump.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_JOBS 8
#define MINIMUM_MAJOR 10

typedef struct restoring {
    dk_context *context;
    const dk_snapshot_restore *request;
    dump_content *content;
} restoring;

static int choose_jobs(const restoring *work) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (work->request->jobs > 0)
        return work->request->jobs;
    return processors < 1 ? 1 : processors > MOST_JOBS ? MOST_JOBS : (int)processors;
}

/* A pg_restore reads what its own version or an older one wrote; a newer one may say things that an older
 * server does not understand: so the server's own, if it is new enough. */
static char *find_program(const restoring *work, const dump_database *aside, const char *name,
                          dk_error *error) {
    int server = aside->version / 10000;
    int written = atoi(dk_json_string(work->content->manifest, "server_version", "0"));
    int major = written > server ? written : server;
    return dump_program(aside, name, major > MINIMUM_MAJOR ? major : MINIMUM_MAJOR, error);
}

static void add_jobs(const restoring *work, const char *kind, dk_process *process) {
    if (strcmp(kind, DUMP_TAR) != 0) /* that format has no parallel restore */
        dk_process_addf(process, "--jobs=%d", choose_jobs(work));
}

static bool run_pg_restore(const restoring *work, const dump_database *aside, const char *kind,
                           dk_error *error) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    DK_AUTOFREE char *program = find_program(work, aside, "pg_restore", error);
    if (!program)
        return false;
    dk_process_add(&process, program);
    dk_process_add(&process, "--exit-on-error");
    dk_process_add(&process, "--no-password");
    dk_process_addf(&process, "--dbname=%s", aside->name); /* devkit's own: letters, digits, underscores */
    add_jobs(work, kind, &process);
    if (work->request->flags & DK_SNAPSHOT_NO_OWNER) {
        dk_process_add(&process, "--no-owner");
        dk_process_add(&process, "--no-acl");
        dk_process_addf(&process, "--role=%s", aside->application->url->user);
    }
    dk_process_add(&process, work->content->path);
    dump_environment(aside, &process);
    return dk_process_run(&process, error);
}

static bool compare_rows(const restoring *work, const dump_database *aside, dk_error *error) {
    DK_AUTO_BUF dk_buf differences = DK_BUF_INIT;
    if (!work->content->rows)
        return true;
    DK_AUTO_JSON json_t *found = dump_rows_count(aside->connection, error);
    if (!found)
        return false;
    if (dump_rows_compare(work->content->rows, found, &differences))
        return true;
    dk_fail(error, DK_ERROR_FAILED, "restore-incomplete", "the restored database is not what was saved");
    return dk_error_detail(error, "%s", dk_buf_text(&differences));
}

static bool fill(void *data, const dk_layer_target *target, dk_error *error) {
    const restoring *work = data;
    const char *kind = dump_manifest_kind(work->content->manifest);
    DUMP_AUTO_DATABASE dump_database aside;
    if (!dump_connect(work->context, target->database, &aside, error))
        return false;
    dk_progress_update(work->request->progress, 0, 0, "restoring");
    if (!run_pg_restore(work, &aside, kind, error))
        return false;
    dk_progress_update(work->request->progress, 0, 0, "counting rows");
    return compare_rows(work, &aside, error);
}

static bool may_restore(dk_context *context, const dk_snapshot_restore *request, const json_t *manifest,
                        dk_error *error) {
    DUMP_AUTO_DATABASE dump_database database = {0};
    DK_AUTO_JSON json_t *entry = json_object();
    dump_manifest_entry(manifest, request->name, 0, entry);
    if (!dk_json_bool(entry, "restorable", false)) {
        dk_fail(error, DK_ERROR_FAILED, "not-restorable", "\"%s\" can't take the database's place: %s",
                request->name, dk_json_string(entry, "why_not", ""));
        return dk_error_hint(error, "`devkit snapshot export`, then pg_restore by hand");
    }
    const dk_config *config = dk_config_get(context, error);
    return config && dump_connect(context, config->database.maintenance_db, &database, error) &&
           dump_require(&database, manifest, request->flags, error);
}

static bool replace(restoring *work, dk_snapshot_report *report, dk_error *error) {
    const dk_engine_interface *engine =
        dk_interface_find(work->context, "engine", "template", DK_ENGINE_VERSION, error);
    dk_engine_report done = DK_ENGINE_REPORT_INIT;
    unsigned given = work->request->flags;
    dk_engine_replacement replacement = {
        .verb = "snapshot restore",
        .fill = fill,
        .data = work,
        .flags = (given & DK_SNAPSHOT_NO_WAIT ? DK_ENGINE_NO_WAIT : 0) |
                 (given & DK_SNAPSHOT_FORCE ? DK_ENGINE_FORCE : 0),
        .progress = work->request->progress,
    };
    bool replaced = engine && engine->replace(work->context, &replacement, &done, error);
    if (replaced) {
        report->undo = dk_strdup(done.undo);
        report->undo_command = done.undo ? dk_strdup("devkit undo") : NULL;
        dk_strv_add_all(&report->notes, &done.notes);
    }
    dk_engine_report_release(&done);
    return replaced;
}

bool dump_restore(dk_context *context, const dk_snapshot_restore *request, dk_snapshot_report *report,
                  dk_error *error) {
    int64_t begun = dk_now_ms();
    DUMP_AUTO_CONTENT dump_content content = DUMP_CONTENT_INIT;
    restoring work = {.context = context, .request = request, .content = &content};
    DK_AUTOFREE char *path = dump_path(context, request->name, true, error);
    DK_AUTO_JSON json_t *manifest = path ? dump_read_manifest(path, error) : NULL;
    bool restored = manifest && may_restore(context, request, manifest, error) &&
                    dump_unpack(path, request->progress, &content, error) && replace(&work, report, error);
    report->duration_ms = dk_now_ms() - begun;
    return restored;
}
