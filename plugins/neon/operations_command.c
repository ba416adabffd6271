/* `devkit neon operations` */
#include "neon.h"

#include <string.h>

static void add_row(const neon_session *session, const json_t *operation, dk_table *table) {
    char took[DK_FORMATTED];
    const char *branch = dk_json_string(operation, "branch_id", NULL);
    dk_format_duration(dk_json_int(operation, "total_duration_ms", 0), took);
    const char *cells[] = {dk_json_string(operation, "created_at", ""),
                           dk_json_string(operation, "action", ""),
                           dk_json_string(operation, "status", ""),
                           branch ? neon_branch_name(&session->branches, branch) : "",
                           took,
                           dk_json_string(operation, "error", "")};
    dk_table_row(table, cells);
}

static void report(dk_context *context, const neon_session *session, json_t *list) {
    static const char *const headings[] = {"BEGUN", "OPERATION", "STATUS", "BRANCH", "TIME", ""};
    dk_table *table = dk_table_new(headings, DK_COUNT(headings));
    int64_t running = 0;
    dk_table_align_right(table, 4);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *operation = json_array_get(list, i);
        running += !neon_operation_is_over(operation);
        add_row(session, operation, table);
    }
    if (json_array_size(list))
        dk_table_print(table, context);
    else
        dk_info(context, "Neon tells of no operations");
    dk_table_free(table);
    dk_json_set_int(dk_result(context), "running", running);
    json_object_set(dk_result(context), "operations", list);
}

bool neon_operations_run(dk_context *context, const void *values, dk_error *error) {
    const neon_operations_values *given = values;
    NEON_AUTO_SESSION neon_session session = {0};
    if (given->limit < 1 || given->limit > 1000)
        return dk_fail(error, DK_ERROR_USAGE, "usage", "--limit takes a number from 1 to 1000");
    if (!neon_command_open(context, given->project, given->timeout, &session, error) ||
        (given->wait && !neon_operations_settle(&session.client, session.place.project, NULL, error)))
        return false;
    DK_AUTO_JSON json_t *list =
        neon_operations_read(&session.client, session.place.project, given->limit, error);
    if (!list)
        return false;
    report(context, &session, list);
    return true;
}
