/* `devkit neon branches` */
#include "neon.h"

#include <string.h>

typedef struct mark {
    const char *key; /* of the branch, a boolean */
    const char *text;
} mark;
static const mark marks[] = {{"default", "default"}, {"protected", "protected"}};

static void add_word(dk_buf *text, const char *word) {
    dk_buf_addf(text, "%s%s", text->length ? ", " : "", word);
}

/* What one should know before touching it. */
static void describe(const neon_session *session, const json_t *branch, dk_buf *text) {
    const char *state = dk_json_string(branch, "current_state", "");
    const char *until = dk_json_string(branch, "expires_at", NULL);
    if (dk_streq(dk_json_string(branch, "id", NULL), session->place.branch))
        add_word(text, "yours");
    for (size_t i = 0; i < DK_COUNT(marks); i++)
        if (dk_json_bool(branch, marks[i].key, false))
            add_word(text, marks[i].text);
    if (neon_branch_mark(&session->branches, branch, "devkit"))
        add_word(text, "devkit's");
    if (strcmp(state, "ready") != 0)
        add_word(text, state);
    if (until) {
        add_word(text, "until ");
        dk_buf_add(text, until);
    }
}

static json_t *entry_of(const neon_session *session, const json_t *branch) {
    static const char *const texts[] = {"id",         "name",       "parent_id",  "current_state",
                                        "created_at", "parent_lsn", "updated_at", "expires_at"};
    json_t *entry = json_object();
    for (size_t i = 0; i < DK_COUNT(texts); i++)
        dk_json_set_string(entry, texts[i], dk_json_string(branch, texts[i], NULL));
    for (size_t i = 0; i < DK_COUNT(marks); i++)
        dk_json_set_bool(entry, marks[i].key, dk_json_bool(branch, marks[i].key, false));
    json_t *size = json_object_get(branch, "logical_size");
    json_object_set_new(entry, "size_bytes", size ? json_incref(size) : json_null());
    dk_json_set_bool(entry, "current", dk_streq(dk_json_string(branch, "id", NULL), session->place.branch));
    dk_json_set_string(entry, "devkit", neon_branch_mark(&session->branches, branch, "devkit"));
    return entry;
}

static void add_row(const neon_session *session, const json_t *branch, dk_table *table) {
    DK_AUTO_BUF dk_buf about = DK_BUF_INIT;
    char size[DK_FORMATTED] = "";
    int64_t bytes = dk_json_int(branch, "logical_size", -1);
    const char *parent = dk_json_string(branch, "parent_id", NULL);
    if (bytes >= 0)
        dk_format_size(bytes, size);
    describe(session, branch, &about);
    const char *cells[] = {dk_json_string(branch, "name", ""),
                           dk_json_string(branch, "id", ""),
                           parent ? neon_branch_name(&session->branches, parent) : "",
                           dk_json_string(branch, "created_at", ""),
                           size,
                           dk_buf_text(&about)};
    dk_table_row(table, cells);
}

bool neon_branches_run(dk_context *context, const void *values, dk_error *error) {
    const neon_branches_values *given = values;
    static const char *const headings[] = {"NAME", "ID", "PARENT", "CREATED", "SIZE", ""};
    NEON_AUTO_SESSION neon_session session = {0};
    if (!neon_command_open(context, given->project, 0, &session, error))
        return false;
    json_t *listed = json_array();
    dk_table *table = dk_table_new(headings, DK_COUNT(headings));
    dk_table_align_right(table, 4);
    for (size_t i = 0; i < json_array_size(session.branches.list); i++) {
        const json_t *branch = json_array_get(session.branches.list, i);
        if (given->mine && !neon_branch_mark(&session.branches, branch, "devkit"))
            continue;
        json_array_append_new(listed, entry_of(&session, branch));
        add_row(&session, branch, table);
    }
    if (json_array_size(listed))
        dk_table_print(table, context);
    else
        dk_info(context, given->mine ? "no branch is marked as devkit's" : "the project has no branches");
    dk_table_free(table);
    json_object_set_new(dk_result(context), "branches", listed);
    return true;
}
