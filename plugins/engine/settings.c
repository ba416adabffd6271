/* What belongs to the database itself and is not carried by CREATE DATABASE … TEMPLATE: owner, grants on it,
 * ALTER DATABASE … SET, ALTER ROLE … IN DATABASE … SET, connection limit.
 *
 * Settings are sets of JSON arrays: acl [grantee, privilege, grantable], config [role, name, value]. What a
 * layer set itself (through current_database()) belongs to its template and is stored with it as "own". The
 * next live database gets its template's own, plus what the present one has beyond its own template: a
 * three-way merge, or settings that a migration has taken back would live on for ever. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* Settings whose value is a list of quoted names: SET takes them name by name. As in pg_dump. */
static const char *const list_settings[] = {
    "local_preload_libraries",  "search_path",      "session_preload_libraries",
    "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories",
};

/* ── sets of JSON values ── */
static bool contains(const json_t *set, const json_t *value) {
    size_t index;
    json_t *item;
    json_array_foreach((json_t *)set, index, item) {
        if (json_equal(item, value))
            return true;
    }
    return false;
}

/* Same role and name, whatever the value; for grants the whole entry is the name. */
static bool contains_name(const json_t *set, const json_t *value) {
    size_t index;
    json_t *item;
    json_array_foreach((json_t *)set, index, item) {
        if (json_equal(json_array_get(item, 0), json_array_get(value, 0)) &&
            json_equal(json_array_get(item, 1), json_array_get(value, 1)))
            return true;
    }
    return false;
}

static json_t *merge_set(const json_t *live, const json_t *old_own, const json_t *new_own) {
    json_t *merged = json_array();
    size_t index;
    json_t *item;
    json_array_foreach((json_t *)live, index, item) if (!contains(old_own, item))
        json_array_append(merged, item);
    json_array_foreach((json_t *)new_own, index, item) {
        bool taken_back = contains(old_own, item) && !contains_name(live, item);
        if (!taken_back && !contains_name(merged, item))
            json_array_append(merged, item);
    }
    return merged;
}

json_t *engine_settings_merge(const json_t *live, const json_t *old_own, const json_t *new_own) {
    json_t *merged = json_object();
    static const char *const parts[] = {"acl", "config"};
    for (size_t i = 0; i < DK_COUNT(parts); i++)
        json_object_set_new(merged, parts[i],
                            merge_set(json_object_get(live, parts[i]), json_object_get(old_own, parts[i]),
                                      json_object_get(new_own, parts[i])));
    return merged;
}

/* ── statements ── */
static const char *text_at(const json_t *entry, size_t index) {
    const char *text = json_string_value(json_array_get(entry, index));
    return text ? text : "";
}

static void add_grantee(dk_buf *sql, const char *grantee) {
    if (*grantee)
        pg_quote_identifier(sql, grantee);
    else
        dk_buf_add(sql, "PUBLIC");
}

static void add_grant(dk_buf *sql, const char *database, const json_t *entry, bool grant) {
    dk_buf_addf(sql, "%s %s ON DATABASE ", grant ? "GRANT" : "REVOKE", text_at(entry, 1));
    pg_quote_identifier(sql, database);
    dk_buf_add(sql, grant ? " TO " : " FROM ");
    add_grantee(sql, text_at(entry, 0));
    if (grant && json_is_true(json_array_get(entry, 2)))
        dk_buf_add(sql, " WITH GRANT OPTION");
}

/* "a, \"B c\"" → 'a', 'B c' */
static void add_list_value(dk_buf *sql, const char *value) {
    const char *separator = "";
    for (const char *at = value; *at;) {
        DK_AUTO_BUF dk_buf name = DK_BUF_INIT;
        bool quoted = *at == '"';
        for (at += quoted; *at && (quoted || *at != ','); at++) {
            if (quoted && *at == '"' && at[1] != '"')
                break;
            at += quoted && *at == '"';
            dk_buf_add_char(&name, *at);
        }
        at += strcspn(at, ",");
        at += strspn(at, ", ");
        dk_buf_trim_end(&name);
        dk_buf_add(sql, separator);
        pg_quote_literal(sql, dk_buf_text(&name));
        separator = ", ";
    }
    if (!*separator)
        dk_buf_add(sql, "''");
}

static void add_target(dk_buf *sql, const char *database, const char *role) {
    if (*role) {
        dk_buf_add(sql, "ALTER ROLE ");
        pg_quote_identifier(sql, role);
        dk_buf_add(sql, " IN DATABASE ");
    } else {
        dk_buf_add(sql, "ALTER DATABASE ");
    }
    pg_quote_identifier(sql, database);
}

static void add_setting(dk_buf *sql, const char *database, const json_t *entry, bool set) {
    const char *name = text_at(entry, 1);
    bool is_list = false;
    for (size_t i = 0; i < DK_COUNT(list_settings); i++)
        is_list = is_list || strcmp(name, list_settings[i]) == 0;
    add_target(sql, database, text_at(entry, 0));
    dk_buf_add(sql, set ? " SET " : " RESET ");
    for (const char *part = name, *end; *part; part = *end ? end + 1 : end) { /* app.secret is two names */
        DK_AUTOFREE char *word = dk_strndup(part, (size_t)((end = part + strcspn(part, ".")) - part));
        pg_quote_identifier(sql, word);
        if (*end)
            dk_buf_add_char(sql, '.');
    }
    if (set) {
        dk_buf_add(sql, " TO ");
        if (is_list)
            add_list_value(sql, text_at(entry, 2));
        else
            pg_quote_literal(sql, text_at(entry, 2));
    }
}

typedef void add_statement(dk_buf *sql, const char *database, const json_t *entry, bool add);

static void append(add_statement *add, const char *database, const json_t *entry, bool set,
                   dk_strv *statements) {
    dk_buf sql = DK_BUF_INIT;
    add(&sql, database, entry, set);
    dk_strv_add_owned(statements, dk_buf_detach(&sql));
}

static void diff_set(const char *database, const json_t *have, const json_t *want, add_statement *add,
                     dk_strv *statements) {
    size_t index;
    json_t *item;
    json_array_foreach((json_t *)have, index, item) {
        if (!contains(want, item) && (add == add_grant || !contains_name(want, item)))
            append(add, database, item, false, statements);
    }
    json_array_foreach((json_t *)want, index, item) {
        if (!contains(have, item))
            append(add, database, item, true, statements);
    }
}

void engine_settings_diff(const char *database, const json_t *have, const json_t *want, dk_strv *statements) {
    diff_set(database, json_object_get(have, "acl"), json_object_get(want, "acl"), add_grant, statements);
    diff_set(database, json_object_get(have, "config"), json_object_get(want, "config"), add_setting,
             statements);
}

/* ── applying ── */
/* The newest undo database remembers what its successor's template had made. Without one ([reset] undo = 0)
 * the template that was used last tells. */
const json_t *engine_settings_live_own(engine_session *session) {
    const engine_database *undo = engine_catalog_newest(session, ENGINE_UNDO);
    const engine_database *last = NULL;
    if (undo) {
        const json_t *own = json_object_get(json_object_get(undo->note, "successor"), "own");
        return json_is_null(own) ? NULL : own;
    }
    for (size_t i = 0; i < session->catalog.count; i++) {
        const engine_database *candidate = &session->catalog.databases[i];
        const char *used = dk_json_string(candidate->note, "live_at", "");
        if (candidate->kind == ENGINE_TEMPLATE && *used &&
            (!last || strcmp(used, dk_json_string(last->note, "live_at", "")) > 0))
            last = candidate;
    }
    return last ? json_object_get(last->note, "own") : NULL;
}

bool engine_settings_turn(engine_session *session, const char *database, const json_t *have,
                          const json_t *want, dk_error *error) {
    DK_AUTO_STRV dk_strv statements = DK_STRV_INIT;
    if (want)
        engine_settings_diff(database, have, want, &statements);
    for (size_t i = 0; i < statements.count; i++)
        if (!pg_run(session->work, statements.items[i], NULL, error))
            return false;
    return true;
}

bool engine_settings_give(engine_session *session, const char *database, const json_t *own, dk_error *error) {
    DK_AUTO_JSON json_t *fresh = engine_settings_fresh(session->role ? session->role : "");
    return engine_settings_turn(session, database, fresh, own, error);
}

/* What would allow a statement of ours that was not allowed, as a superuser says it; NULL: nothing known. */
static char *remedy(const engine_session *session, const char *statement) {
    DK_AUTO_BUF dk_buf role = DK_BUF_INIT;
    const char *found;
    pg_quote_identifier(&role, session->role ? session->role : "");
    if ((found = strstr(statement, " OWNER TO ")))
        return dk_format("GRANT %s TO %s", found + strlen(" OWNER TO "), dk_buf_text(&role));
    if (dk_starts_with(statement, "ALTER ROLE ") && (found = strstr(statement, " IN DATABASE "))) {
        int length = (int)(found - statement - (long)strlen("ALTER ROLE "));
        return dk_format("ALTER ROLE %s CREATEROLE; GRANT %.*s TO %s WITH ADMIN OPTION", dk_buf_text(&role),
                         length, statement + strlen("ALTER ROLE "), dk_buf_text(&role));
    }
    if (dk_starts_with(statement, "ALTER DATABASE ") && (found = strstr(statement, " SET "))) {
        const char *name = found + strlen(" SET ");
        return dk_format("GRANT SET ON PARAMETER %.*s TO %s", (int)strcspn(name, " "), name,
                         dk_buf_text(&role));
    }
    return NULL;
}

/* One statement at a time: a right that is missing for one of them must not stop the others. */
static bool run_each(engine_session *session, const dk_strv *statements, dk_strv *notes, dk_error *error) {
    for (size_t i = 0; i < statements->count; i++) {
        DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
        if (pg_run(session->work, statements->items[i], NULL, &failure))
            continue;
        if (!failure.sqlstate[0] || !pg_is_alive(session->work)) {
            dk_error_move(error, &failure);
            return false;
        }
        bool refused = dk_error_sqlstate_is(&failure, "42501");
        DK_AUTOFREE char *allows = refused ? remedy(session, statements->items[i]) : NULL;
        dk_strv_addf(notes, "could not carry over: %s (%s)%s%s", statements->items[i], failure.message,
                     allows ? "; as a superuser: " : "", allows ? allows : "");
    }
    return true;
}

static void add_owner_and_limit(const engine_database *live, const engine_database *database,
                                dk_strv *statements) {
    DK_AUTO_BUF dk_buf name = DK_BUF_INIT;
    pg_quote_identifier(&name, database->name);
    if (strcmp(live->owner, database->owner) != 0) {
        DK_AUTO_BUF dk_buf owner = DK_BUF_INIT;
        pg_quote_identifier(&owner, live->owner);
        dk_strv_addf(statements, "ALTER DATABASE %s OWNER TO %s", dk_buf_text(&name), dk_buf_text(&owner));
    }
    if (live->connection_limit != database->connection_limit && engine_database_usable(live))
        dk_strv_addf(statements, "ALTER DATABASE %s CONNECTION LIMIT %lld", dk_buf_text(&name),
                     (long long)live->connection_limit);
}

bool engine_settings_become(engine_session *session, const engine_database *database, const json_t *want,
                            dk_strv *notes, dk_error *error) {
    const engine_database *live = engine_catalog_live(session);
    DK_AUTO_STRV dk_strv statements = DK_STRV_INIT;
    if (live)
        add_owner_and_limit(live, database, &statements);
    if (want)
        engine_settings_diff(database->name, database->settings, want, &statements);
    return run_each(session, &statements, notes, error);
}

bool engine_settings_apply(engine_session *session, const engine_database *database, const json_t *new_own,
                           dk_strv *notes, dk_error *error) {
    const engine_database *live = engine_catalog_live(session);
    DK_AUTO_JSON json_t *want = NULL;
    if (live) {
        const json_t *known = engine_settings_live_own(session);
        DK_AUTO_JSON json_t *old_own =
            known ? json_incref((json_t *)known) : engine_settings_fresh(live->owner);
        DK_AUTO_JSON json_t *own =
            new_own ? json_incref((json_t *)new_own) : engine_settings_fresh(live->owner);
        want = engine_settings_merge(live->settings, old_own, own);
    } else if (new_own) {
        want = json_incref((json_t *)new_own);
    }
    return engine_settings_become(session, database, want, notes, error);
}
