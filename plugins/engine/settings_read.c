/* Reading what belongs to the database itself. Two plain queries, put together here: one query that makes the
 * JSON takes a new session twice as long, because it has to look up every function in it. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

const char engine_grants_query[] =
    "SELECT d.oid, CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END, a.privilege_type,"
    " a.is_grantable FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a";
const char engine_config_query[] =
    "SELECT s.setdatabase, CASE WHEN s.setrole <> 0 THEN pg_get_userbyid(s.setrole) END, setting"
    " FROM pg_db_role_setting s, unnest(s.setconfig) setting";

static const char *text_or_empty(const pg_result *rows, size_t row, size_t column) {
    const char *text = pg_value(rows, row, column);
    return text ? text : "";
}

static json_t *grants_of(int64_t oid, const pg_result *rows) {
    json_t *list = json_array();
    for (size_t row = 0; row < pg_rows(rows); row++)
        if (pg_int(rows, row, 0) == oid)
            json_array_append_new(list, json_pack("[s,s,b]", text_or_empty(rows, row, 1),
                                                  text_or_empty(rows, row, 2), pg_bool(rows, row, 3)));
    return list;
}

static json_t *config_of(int64_t oid, const pg_result *rows) {
    json_t *list = json_array();
    for (size_t row = 0; row < pg_rows(rows); row++) {
        const char *setting = text_or_empty(rows, row, 2); /* name=value */
        size_t length = strcspn(setting, "=");
        DK_AUTOFREE char *name = dk_strndup(setting, length);
        if (pg_int(rows, row, 0) == oid)
            json_array_append_new(list, json_pack("[s,s,s]", text_or_empty(rows, row, 1), name,
                                                  setting[length] ? setting + length + 1 : ""));
    }
    return list;
}

/* A fresh database's own settings: the default grants of its owner, and nothing else. Used when nobody knows
 * what the live database's template had. */
json_t *engine_settings_fresh(const char *owner) {
    static const char *const owner_rights[] = {"CONNECT", "CREATE", "TEMPORARY"};
    json_t *acl = json_array();
    json_array_append_new(acl, json_pack("[s,s,b]", "", "CONNECT", 0));
    json_array_append_new(acl, json_pack("[s,s,b]", "", "TEMPORARY", 0));
    for (size_t i = 0; i < DK_COUNT(owner_rights); i++)
        json_array_append_new(acl, json_pack("[s,s,b]", owner, owner_rights[i], 0));
    return json_pack("{s:o,s:[]}", "acl", acl, "config");
}

json_t *engine_settings_assemble(int64_t oid, const char *owner, const pg_result *grants,
                                 const pg_result *config) {
    json_t *settings = engine_settings_fresh(owner);
    if (grants)
        json_object_set_new(settings, "acl", grants_of(oid, grants));
    json_object_set_new(settings, "config", config_of(oid, config));
    return settings;
}

json_t *engine_settings_read(engine_session *session, const char *database, dk_error *error) {
    DK_AUTO_BUF dk_buf row = DK_BUF_INIT;
    dk_buf_add(&row, "SELECT d.oid, pg_get_userbyid(d.datdba) FROM pg_database d WHERE d.datname = ");
    pg_quote_literal(&row, database);
    const char *const sql[] = {dk_buf_text(&row), engine_grants_query, engine_config_query};
    pg_result *results[DK_COUNT(sql)] = {0};
    if (!pg_pipeline(session->work, sql, DK_COUNT(sql), results, error))
        return NULL;
    json_t *settings = NULL;
    if (pg_rows(results[0]) > 0)
        settings = engine_settings_assemble(pg_int(results[0], 0, 0), pg_value(results[0], 0, 1), results[1],
                                            results[2]);
    else
        dk_fail(error, DK_ERROR_FAILED, "build-vanished", "the database \"%s\" is gone", database);
    for (size_t i = 0; i < DK_COUNT(sql); i++)
        pg_result_free(results[i]);
    return settings;
}
