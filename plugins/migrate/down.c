/* devkit migrate down: takes the last applied migrations back, newest first. */
#include "migrate.h"

#include <stdlib.h>

typedef struct down_step {
    const migrate_entry *entry;
    dk_buf content; /* what `part` borrows from */
    migrate_part part;
    char *shown_path;
} down_step;

static void free_steps(down_step *steps, size_t count) {
    for (size_t i = 0; i < count; i++) {
        dk_buf_release(&steps[i].content);
        free(steps[i].shown_path);
    }
    free(steps);
}

/* An empty section, as `migrate new` writes it, must not count as taken back. What can't be split says so
 * when it runs. */
static bool says_something(const migrate_part *part) {
    pg_script script = {0};
    if (!pg_script_split(part->text, part->length, &script, NULL))
        return true;
    bool something = script.count > 0 || script.needs_psql;
    pg_script_release(&script);
    return something;
}

static bool read_step(const migrate_tool *tool, const migrate_entry *entry, down_step *step,
                      dk_error *error) {
    step->entry = entry;
    if (!entry->file) {
        dk_fail(error, DK_ERROR_FAILED, "migration-unknown",
                "%s was applied, but there is no such file in %s", entry->name, tool->shown_folder);
        return dk_error_hint(error, "get the file back (another branch may have it), or run `devkit reset`");
    }
    const char *file = entry->file->down ? entry->file->down : entry->file->up;
    DK_AUTOFREE char *path = dk_path_join(tool->folder, file);
    step->shown_path = dk_path_join(tool->shown_folder, file);
    if (!dk_file_read(path, 0, &step->content, error))
        return false;
    bool read = entry->file->down ? migrate_part_up(&step->content, &step->part, error)
                                  : migrate_part_down(&step->content, &step->part, error);
    if (!read)
        return dk_error_prefix(error, "%s", step->shown_path);
    if (step->part.exists && says_something(&step->part))
        return true;
    dk_fail(error, DK_ERROR_FAILED, "no-way-down", "%s does not say how to take it back", step->shown_path);
    return dk_error_hint(error,
                         "write the SQL that undoes it into a section \"-- migrate:down\" or a file "
                         "%s.down.sql (`SELECT 1;` where there is nothing to undo); or run `devkit reset`",
                         entry->name);
}

/* Every step is read before the first runs, so that a missing way down stops at the start. */
static bool read_steps(const migrate_tool *tool, const migrate_entries *entries, down_step *steps,
                       size_t wanted, size_t *count, dk_error *error) {
    for (size_t i = entries->count; i > 0 && *count < wanted; i--) {
        const migrate_entry *entry = &entries->items[i - 1];
        if (entry->state == MIGRATE_PENDING)
            continue;
        if (!read_step(tool, entry, &steps[(*count)++], error))
            return false;
    }
    return true;
}

static bool run_steps(dk_context *context, migrate_session *session, const migrate_tool *tool,
                      const down_step *steps, size_t count, dk_progress *progress, dk_error *error) {
    json_t *reverted = json_array();
    json_object_set_new(dk_result(context), "reverted", reverted);
    for (size_t i = 0; i < count; i++) {
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        DK_AUTO_BUF dk_buf forget = DK_BUF_INIT;
        dk_buf_add(&forget, migrate_own_role);
        migrate_history_forget(&forget, steps[i].entry->name);
        dk_progress_update(progress, (int64_t)i, (int64_t)count, steps[i].shown_path);
        if (!migrate_run_part(session, &steps[i].part, tool->folder, steps[i].shown_path,
                              dk_buf_text(&forget), progress, error) ||
            !pg_start_afresh(session->connection, "", error))
            return false;
        json_array_append_new(reverted, json_string(steps[i].entry->name));
    }
    return true;
}

static bool go_down(dk_context *context, migrate_session *session, const migrate_tool *tool,
                    const migrate_entries *entries, size_t wanted, dk_error *error) {
    size_t count = 0;
    down_step *steps = dk_alloc_array(entries->count + 1, sizeof(*steps));
    bool done = read_steps(tool, entries, steps, wanted, &count, error);
    if (done) {
        dk_progress *progress = dk_progress_begin(context, "migrate down");
        done = run_steps(context, session, tool, steps, count, progress, error);
        dk_progress_end(progress, done, done ? "done" : "failed");
    }
    for (size_t i = 0; done && i < count; i++)
        dk_print(context, "taken back: %s\n", steps[i].entry->name);
    if (done && count == 0)
        dk_print(context, "nothing is applied\n");
    free_steps(steps, count);
    return done;
}

typedef struct down_request {
    const migrate_tool *tool;
    const migrate_files *files;
    size_t wanted;
} down_request;

static bool run_down(dk_context *context, migrate_session *session, const void *data, dk_error *error) {
    const down_request *request = data;
    MIGRATE_AUTO_HISTORY migrate_history history = MIGRATE_HISTORY_INIT;
    MIGRATE_AUTO_ENTRIES migrate_entries entries = MIGRATE_ENTRIES_INIT;
    return migrate_history_read(session->connection, "", &history, error) &&
           migrate_entries_match(request->tool, request->files, &history, false, &entries, error) &&
           go_down(context, session, request->tool, &entries, request->wanted, error);
}

bool migrate_down_run(dk_context *context, const void *values, dk_error *error) {
    const migrate_values *given = values;
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    MIGRATE_AUTO_FILES migrate_files files = MIGRATE_FILES_INIT;
    int64_t wanted = given->count ? given->count : 1;
    if (wanted < 1)
        return dk_fail(error, DK_ERROR_USAGE, "number-invalid", "%lld is no number of migrations",
                       (long long)wanted);
    down_request request = {&tool, &files, (size_t)wanted};
    return migrate_require_sql(context, "down", &tool, error) &&
           migrate_files_list(tool.folder, &files, error) &&
           migrate_permitted(context, given->confirm, run_down, &request, error);
}
