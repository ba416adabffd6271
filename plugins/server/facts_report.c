/* The facts of a status, a line each, for people. */
#include "server.h"

static void size_text(const json_t *object, const char *key, char *text) {
    dk_format_size(dk_json_int(object, key, 0), text);
}

static void print_url(dk_context *context, const json_t *facts) {
    const char *url = dk_json_string(facts, "url", NULL);
    const char *environment = dk_json_string(facts, "environment", NULL);
    server_line(context, "environment", environment);
    if (!url)
        return;
    DK_AUTOFREE char *text = dk_format("%s (%s, %s)", url, dk_json_string(facts, "variable", ""),
                                       dk_json_string(facts, "origin", ""));
    server_line(context, "url", text);
}

static void print_database(dk_context *context, const json_t *facts) {
    const json_t *connections = json_object_get(facts, "connections");
    char size[DK_FORMATTED];
    if (!connections)
        return;
    size_text(facts, "size_bytes", size);
    DK_AUTOFREE char *used = dk_format(
        "%lld of %lld; connecting took %lld ms", (long long)dk_json_int(connections, "used", 0),
        (long long)dk_json_int(connections, "max", 0), (long long)dk_json_int(facts, "connect_ms", 0));
    server_line(context, "size", size);
    server_line(context, "connections", used);
}

static void print_pool(dk_context *context, const json_t *facts) {
    static const struct {
        const char *key, *before, *after;
    } parts[] = {{"size", "pool of ", ""},
                 {"max_overflow", "overflow ", ""},
                 {"timeout", "time-out ", " s"},
                 {"recycle", "recycled after ", " s"}};
    const json_t *pool = json_object_get(facts, "pool");
    DK_AUTO_STRV dk_strv said = DK_STRV_INIT;
    if (dk_json_string(facts, "driver", NULL))
        dk_strv_add(&said, dk_json_string(facts, "driver", ""));
    for (size_t i = 0; i < DK_COUNT(parts); i++)
        if (json_object_get(pool, parts[i].key))
            dk_strv_addf(&said, "%s%lld%s", parts[i].before, (long long)dk_json_int(pool, parts[i].key, 0),
                         parts[i].after);
    DK_AUTOFREE char *text = dk_strv_join(&said, ", ");
    server_line(context, "driver", said.count ? text : NULL);
}

static void print_migrations(dk_context *context, const json_t *facts) {
    const json_t *migrations = json_object_get(facts, "migrations");
    const json_t *pending = json_object_get(migrations, "pending");
    const json_t *unknown = json_object_get(migrations, "unknown");
    if (!migrations)
        return;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_buf_addf(&text, "%lld applied, %zu pending", (long long)dk_json_int(migrations, "applied", 0),
                json_array_size(pending));
    if (json_array_size(pending))
        dk_buf_addf(&text, " (next: %s)", dk_json_string(json_array_get(pending, 0), "name", ""));
    if (json_array_size(unknown))
        dk_buf_addf(&text, ", %zu unknown here", json_array_size(unknown));
    server_line(context, "migrations", dk_buf_text(&text));
}

static void print_kept(dk_context *context, const json_t *facts) {
    const json_t *kept = json_object_get(facts, "kept");
    char size[DK_FORMATTED];
    if (!kept)
        return;
    size_text(kept, "bytes", size);
    DK_AUTOFREE char *text =
        dk_format("%lld spare, %lld undo, %lld templates; %s", (long long)dk_json_int(kept, "spare", 0),
                  (long long)dk_json_int(kept, "undo", 0), (long long)dk_json_int(kept, "template", 0), size);
    server_line(context, "kept", text);
}

static void print_slowest(dk_context *context, const json_t *facts) {
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(facts, "slowest"), index, entry) {
        DK_AUTOFREE char *text =
            dk_format("%.1f ms × %lld: %s", json_real_value(json_object_get(entry, "mean_ms")),
                      (long long)dk_json_int(entry, "calls", 0), dk_json_string(entry, "query", ""));
        server_line(context, index ? "" : "slowest", text);
    }
}

/* What only the provider knows, as it says it. */
static void print_details(dk_context *context, const json_t *facts) {
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(facts, "details"), key, value) {
        DK_AUTOFREE char *label = dk_strdup(key);
        for (char *at = label; *at; at++)
            *at = *at == '_' ? ' ' : *at;
        char *dumped = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        if (!json_is_null(value))
            server_line(context, label, json_is_string(value) ? json_string_value(value) : dumped);
        free(dumped);
    }
}

void server_print_facts(dk_context *context, const json_t *facts) {
    print_url(context, facts);
    print_database(context, facts);
    print_pool(context, facts);
    print_migrations(context, facts);
    print_kept(context, facts);
    print_slowest(context, facts);
    print_details(context, facts);
}
