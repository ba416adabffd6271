/* What this copy of the project knows of Neon, in one small file. */
#include "neon.h"

#include <string.h>

#define FILE_NAME "neon.json"
#define LIMIT ((size_t)1 << 20)

static char *place(dk_context *context) {
    const char *state = dk_state_dir(context, NULL);
    return state ? dk_path_join(state, FILE_NAME) : NULL;
}

/* An object, empty when there is nothing to read. */
static json_t *read_file(dk_context *context) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTOFREE char *path = place(context);
    json_t *known = NULL;
    if (path && dk_file_exists(path) && dk_file_read(path, LIMIT, &text, NULL))
        known = json_loadb(dk_buf_text(&text), text.length, 0, NULL);
    if (json_is_object(known))
        return known;
    json_decref(known);
    return json_object();
}

static void write_file(dk_context *context, const json_t *known) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTOFREE char *path = place(context);
    DK_AUTOFREE char *text = json_dumps(known, JSON_INDENT(2));
    if (path && !dk_file_write(path, text, strlen(text), 0600, &why))
        dk_warn(context, "%s", why.message);
}

char *neon_recall(dk_context *context, const char *host) {
    DK_AUTO_JSON json_t *known = read_file(context);
    if (!dk_streq(dk_json_string(known, "host", NULL), host))
        return NULL;
    return dk_strdup(dk_json_string(known, "project_id", NULL));
}

void neon_remember(dk_context *context, const char *host, const char *project) {
    DK_AUTO_JSON json_t *known = read_file(context);
    dk_json_set_string(known, "host", host);
    dk_json_set_string(known, "project_id", project);
    write_file(context, known);
}

json_t *neon_recall_kept(dk_context *context) {
    DK_AUTO_JSON json_t *known = read_file(context);
    json_t *kept = json_object_get(known, "kept");
    return json_is_array(kept) ? json_incref(kept) : json_array();
}

static void write_kept(dk_context *context, json_t *kept) {
    DK_AUTO_JSON json_t *known = read_file(context);
    json_object_set(known, "kept", kept);
    write_file(context, known);
}

void neon_remember_kept(dk_context *context, const char *name, const char *branch) {
    DK_AUTO_JSON json_t *kept = neon_recall_kept(context);
    json_array_append_new(kept, json_pack("{s:s, s:s}", "name", name, "branch", branch));
    write_kept(context, kept);
}

void neon_forget_kept(dk_context *context, const char *name) {
    DK_AUTO_JSON json_t *kept = neon_recall_kept(context);
    size_t before = json_array_size(kept);
    for (size_t i = before; i-- > 0;)
        if (dk_streq(dk_json_string(json_array_get(kept, i), "name", NULL), name))
            json_array_remove(kept, i);
    if (json_array_size(kept) != before)
        write_kept(context, kept);
}
