/* devkit migrate: apply what is pending, or say what it would be. */
#include "migrate.h"

#include <string.h>

static json_t *string_array(const char *text) {
    json_t *array = json_array();
    if (text)
        json_array_append_new(array, json_string(text));
    return array;
}

static json_t *pending_object(const migrate_tool *tool, const migrate_file *file) {
    json_t *object = json_object();
    DK_AUTOFREE char *path = dk_path_join(tool->shown_folder, file->up);
    /* The id is what heads, current and unknown say; a number alone need not be unique. */
    dk_json_set_string(object, "id", file->name);
    dk_json_set_string(object, "name", file->name);
    dk_json_set_string(object, "file", path);
    return object;
}

/* Files and history as the object of `migrate --check`. */
static json_t *describe(const migrate_tool *tool, const migrate_entries *entries, const char *head) {
    json_t *object = json_object();
    const char *current = NULL;
    json_t *pending = json_array();
    json_t *unknown = json_array();
    json_t *edited = json_array();
    for (size_t i = 0; i < entries->count; i++) {
        const migrate_entry *entry = &entries->items[i];
        if (entry->state == MIGRATE_PENDING)
            json_array_append_new(pending, pending_object(tool, entry->file));
        else
            current = entry->name;
        if (entry->state == MIGRATE_UNKNOWN)
            json_array_append_new(unknown, json_string(entry->name));
        if (entry->state == MIGRATE_EDITED)
            json_array_append_new(edited, json_string(entry->name));
    }
    dk_json_set_string(object, "tool", tool->name);
    json_object_set_new(object, "heads", string_array(head));
    json_object_set_new(object, "current", string_array(current));
    dk_json_set_int(object, "applied", (int64_t)(entries->count - json_array_size(pending)));
    json_object_set_new(object, "pending", pending);
    json_object_set_new(object, "unknown", unknown);
    json_object_set_new(object, "edited", edited);
    return object;
}

static json_t *describe_unreachable(const migrate_tool *tool, const char *head, const dk_error *why) {
    json_t *object = json_object();
    dk_json_set_string(object, "tool", tool->name);
    json_object_set_new(object, "heads", string_array(head));
    json_object_set_new(object, "current", json_null());
    json_object_set_new(object, "pending", json_array());
    json_object_set_new(object, "unknown", json_array());
    json_object_set_new(object, "edited", json_array());
    DK_AUTOFREE char *text = why->detail ? dk_format("%s: %s", why->message, why->detail) : NULL;
    dk_json_set_string(object, "unreachable", text ? text : why->message);
    return object;
}

static const char *head_of(const migrate_files *files) {
    return files->count > 0 ? files->items[files->count - 1].name : NULL;
}

static json_t *read_on(migrate_session *session, const migrate_tool *tool, const migrate_files *files,
                       dk_error *error) {
    MIGRATE_AUTO_HISTORY migrate_history history = MIGRATE_HISTORY_INIT;
    MIGRATE_AUTO_ENTRIES migrate_entries entries = MIGRATE_ENTRIES_INIT;
    if (!migrate_history_read(session->connection, "", &history, error) ||
        !migrate_entries_match(tool, files, &history, true, &entries, error))
        return NULL;
    return describe(tool, &entries, head_of(files));
}

json_t *migrate_check_read_on(migrate_session *session, const migrate_tool *tool, dk_error *error) {
    MIGRATE_AUTO_FILES migrate_files files = MIGRATE_FILES_INIT;
    return migrate_files_list(tool->folder, &files, error) ? read_on(session, tool, &files, error) : NULL;
}

json_t *migrate_check_read(dk_context *context, const migrate_tool *tool, dk_error *error) {
    MIGRATE_AUTO_FILES migrate_files files = MIGRATE_FILES_INIT;
    MIGRATE_AUTO_SESSION migrate_session session = {0};
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (!migrate_files_list(tool->folder, &files, error))
        return NULL;
    if (migrate_session_open_live(context, &session, &why))
        return read_on(&session, tool, &files, error);
    if (why.error_class != DK_ERROR_INTERRUPTED)
        return describe_unreachable(tool, head_of(&files), &why);
    if (error)
        dk_error_move(error, &why);
    return NULL;
}

static json_t *read_history(dk_context *context, dk_error *error) {
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    return migrate_require_sql(context, "history", &tool, error) ? migrate_check_read(context, &tool, error)
                                                                 : NULL;
}

const dk_history_interface migrate_sql_history = {
    .head = DK_INTERFACE("history", "sql", DK_HISTORY_VERSION, dk_history_interface),
    .read = read_history,
};

/* What the project's own tool calls the verbs devkit has for SQL files. */
static const struct {
    const char *word; /* of the command */
    const char *verb;
    const char *own;
} own_commands[] = {
    {"alembic", "--check", "alembic current"},
    {"alembic", "--dry-run", "alembic history --indicate-current"},
    {"alembic", "status", "alembic current"},
    {"alembic", "new", "alembic revision --autogenerate -m \"…\""},
    {"alembic", "down", "alembic downgrade -1"},
    {"alembic", "stamp", "alembic stamp head"},
    {"dbmate", "status", "dbmate status"},
    {"dbmate", "--check", "dbmate status --exit-code"},
    {"dbmate", "new", "dbmate new NAME"},
    {"dbmate", "down", "dbmate rollback"},
    {"manage.py", "status", "python manage.py showmigrations"},
    {"manage.py", "--check", "python manage.py migrate --check"},
    {"manage.py", "new", "python manage.py makemigrations"},
    {"manage.py", "down", "python manage.py migrate APP MIGRATION"},
    {"manage.py", "stamp", "python manage.py migrate --fake"},
};

static bool no_migrations(const migrate_tool *tool, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "migrations-missing", "there are no migrations in %s", tool->folder);
    return dk_error_hint(error,
                         "make the first (`devkit migrate new NAME`), or correct [migrate] dir and tool");
}

bool migrate_require_sql(dk_context *context, const char *verb, migrate_tool *tool, dk_error *error) {
    if (!migrate_tool_get(context, tool, error))
        return false;
    if (tool->kind == MIGRATE_SQL)
        return true;
    if (tool->kind == MIGRATE_NONE)
        return no_migrations(tool, error);
    dk_fail(error, DK_ERROR_USAGE, "not-for-tool",
            "`devkit migrate %s` works for SQL files; this project's migrations are applied by \"%s\"", verb,
            tool->command);
    for (size_t i = 0; i < DK_COUNT(own_commands); i++)
        if (strstr(tool->command, own_commands[i].word) && dk_streq(verb, own_commands[i].verb))
            return dk_error_hint(error, "ask the tool itself: `devkit run -- %s`", own_commands[i].own);
    return dk_error_hint(error, "ask the tool itself (`devkit run -- COMMAND` gives it the database's URL)");
}

static void print_pending(dk_context *context, const json_t *found) {
    const char *problem = dk_json_string(found, "unreachable", NULL);
    const json_t *pending = json_object_get(found, "pending");
    if (problem) {
        dk_print(context, "the database can't be reached: %s\n", problem);
        return;
    }
    size_t index;
    json_t *value;
    json_array_foreach(pending, index, value)
        dk_print(context, "pending  %s\n", dk_json_string(value, "file", ""));
    json_array_foreach(json_object_get(found, "edited"), index, value)
        dk_print(context, "edited   %s\n", json_string_value(value));
    json_array_foreach(json_object_get(found, "unknown"), index, value)
        dk_print(context, "unknown  %s\n", json_string_value(value));
    if (json_array_size(pending) == 0)
        dk_print(context, "nothing is pending\n");
}

/* What is pending, from the database itself: not knowing is a failure here. */
static json_t *read_live(dk_context *context, const migrate_tool *tool, dk_error *error) {
    MIGRATE_AUTO_SESSION migrate_session session = {0};
    return migrate_session_open_live(context, &session, error) ? migrate_check_read_on(&session, tool, error)
                                                               : NULL;
}

static bool check(dk_context *context, const migrate_values *given, dk_error *error) {
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    if (!migrate_require_sql(context, given->check ? "--check" : "--dry-run", &tool, error))
        return false;
    DK_AUTO_JSON json_t *found =
        given->check ? migrate_check_read(context, &tool, error) : read_live(context, &tool, error);
    if (!found)
        return false;
    print_pending(context, found);
    json_object_update(dk_result(context), found);
    if (given->check && (json_array_size(json_object_get(found, "pending")) > 0 ||
                         json_array_size(json_object_get(found, "edited")) > 0 ||
                         json_is_null(json_object_get(found, "current"))))
        dk_set_findings(context);
    return true;
}

/* What is pending before the run, for the summary; NULL for a tool that keeps that to itself, whose database
 * must be there all the same. */
static bool pending_before(dk_context *context, const migrate_tool *tool, json_t **found, dk_error *error) {
    MIGRATE_AUTO_SESSION migrate_session session = {0};
    *found = NULL;
    if (tool->kind != MIGRATE_SQL)
        return migrate_session_open_live(context, &session, error);
    *found = read_live(context, tool, error);
    return *found != NULL;
}

static bool is_current(const json_t *found) {
    return found && json_array_size(json_object_get(found, "pending")) == 0 &&
           json_array_size(json_object_get(found, "edited")) == 0;
}

static bool apply(dk_context *context, dk_error *error) {
    const dk_engine_interface *engine =
        dk_interface_find(context, "engine", "template", DK_ENGINE_VERSION, error);
    return engine && dk_event(context, "pre-migrate", NULL, error) &&
           engine->apply_live(context, "migrate", error) && dk_event(context, "post-migrate", NULL, error);
}

static void report(dk_context *context, const migrate_tool *tool, const json_t *found, int64_t duration_ms) {
    char time[DK_FORMATTED];
    dk_format_duration(duration_ms, time);
    json_t *result = dk_result(context);
    dk_json_set_string(result, "tool", tool->name);
    dk_json_set_int(result, "duration_ms", duration_ms);
    if (!found) {
        dk_print(context, "migrated by \"%s\" in %s\n", tool->command, time);
        return;
    }
    json_t *applied = json_object_get(found, "pending");
    size_t count = json_array_size(applied);
    json_object_set(result, "applied", applied);
    if (count == 0)
        dk_print(context, "nothing was pending\n");
    else
        dk_print(context, "%zu migration%s applied in %s\n", count, count == 1 ? "" : "s", time);
}

bool migrate_run(dk_context *context, const void *values, dk_error *error) {
    const migrate_values *given = values;
    if (given->check || given->dry_run)
        return check(context, given, error);
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    DK_AUTO_JSON json_t *found = NULL;
    if (!dk_guard(context, "migrate", given->confirm, error) || !migrate_tool_get(context, &tool, error))
        return false;
    if (tool.kind == MIGRATE_NONE)
        return no_migrations(&tool, error);
    int64_t started = dk_now_ms();
    if (!pending_before(context, &tool, &found, error) || (!is_current(found) && !apply(context, error)))
        return false;
    report(context, &tool, found, dk_now_ms() - started);
    return true;
}
