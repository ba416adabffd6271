/* What a layer does outside the database it builds.
 *
 * Roles, settings by name, grants by name and the like are cluster-wide: they hit the live database at once
 * and a clone does not carry them. And a tool that ignores the URL it is given changes the live database
 * itself. Both are found by comparing digests taken before and after a layer. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* One digest a subject, so that the note can name what changed. $1 is the live database. */
static const char outside_query[] =
    "SELECT json_build_object("
    " 'roles', (SELECT md5(string_agg(r::text, '|' ORDER BY oid)) FROM pg_roles r),"
    " 'role memberships', (SELECT md5(string_agg(m::text, '|' ORDER BY roleid, member)) FROM pg_auth_members "
    "m),"
    " 'settings of roles and databases', (SELECT md5(string_agg(s::text, '|' ORDER BY setdatabase, setrole))"
    "   FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase"
    "   WHERE setdatabase = 0 OR d.datname = $1),"
    " 'the live database''s row', (SELECT md5(xmin::text || d::text) FROM pg_database d WHERE datname = $1),"
    " 'the live database''s comment', (SELECT md5(shobj_description(oid, 'pg_database')) FROM pg_database"
    "   WHERE datname = $1),"
    " 'tablespaces', (SELECT md5(string_agg(t::text, '|' ORDER BY oid)) FROM pg_tablespace t),"
    " 'rights on parameters', (SELECT md5(string_agg(p::text, '|' ORDER BY oid)) FROM pg_parameter_acl p),"
    " 'subscriptions', (SELECT count(*)::text FROM pg_subscription),"
    " 'replication slots', (SELECT string_agg(slot_name, '|' ORDER BY 1) FROM pg_replication_slots),"
    " 'replication origins', (SELECT count(*)::text FROM pg_replication_origin),"
    " 'prepared transactions', (SELECT string_agg(gid, '|' ORDER BY 1) FROM pg_prepared_xacts)),"
    " (SELECT json_agg(rolname) FROM pg_roles)";

/* The catalog's user relations, and the rows of whatever migration tools keep their history in. */
static const char inside_query[] =
    "SELECT md5(concat_ws('|', (SELECT string_agg(concat_ws(':', c.oid, c.relname, c.relnatts, c.relfilenode,"
    "   c.xmin), '|' ORDER BY c.oid) FROM pg_class c WHERE c.oid >= 16384 AND c.relpersistence <> 't'),"
    " (SELECT string_agg(md5(query_to_xml(format('SELECT * FROM %I.%I t ORDER BY t::text', n.nspname,"
    "   c.relname), true, false, '')::text), '|' ORDER BY c.oid) FROM pg_class c"
    "   JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND c.relname IN "
    "('alembic_version',"
    "   'schema_migrations', 'django_migrations', 'flyway_schema_history', 'goose_db_version',"
    "   '_prisma_migrations', 'knex_migrations', 'pgmigrations', 'SequelizeMeta', 'devkit_migrations',"
    "   'ar_internal_metadata', 'migrations', '__drizzle_migrations'))))";

static char *digest_inside(engine_session *session, const char *database, dk_error *error) {
    PG_AUTO_CONNECTION pg_connection *connection = engine_connect(session, database, error);
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!connection || !pg_run(connection, inside_query, &result, error))
        return NULL;
    return dk_strdup(pg_value(result, 0, 0));
}

bool engine_effects_take(engine_session *session, const char *built, bool inside, engine_effects *effects,
                         dk_error *error) {
    *effects = (engine_effects){0};
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_query(session->work, outside_query, &session->live, 1, &result, error))
        return false;
    effects->outside = json_loads(pg_value(result, 0, 0), 0, NULL);
    effects->roles = json_loads(pg_value(result, 0, 1), 0, NULL);
    if (!inside || !engine_catalog_live(session) || strcmp(built, session->live) == 0)
        return true;
    effects->live = digest_inside(session, session->live, error);
    effects->built = effects->live ? digest_inside(session, built, error) : NULL;
    return effects->built != NULL;
}

static bool fail_astray(engine_session *session, const char *layer, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "layer-astray",
            "the layer \"%s\" changed the live database \"%s\" instead of the one being built", layer,
            session->live);
    dk_error_detail(error,
                    "its command was given %s pointing at the database being built, but the live database's "
                    "schema changed while the built one's did not. The address is probably written down "
                    "somewhere else, as in alembic.ini or a compose file",
                    session->variable);
    return dk_error_hint(error, "let the tool read %s, or set [reset] mode = \"in-place\" in .devkit.toml",
                         session->variable);
}

static void add_role(engine_session *session, const char *role) {
    if (role && !dk_strv_contains(&session->made_roles, role))
        dk_strv_add(&session->made_roles, role);
}

void engine_effects_inherit(engine_session *session, const json_t *note) {
    size_t index;
    json_t *role;
    json_array_foreach(json_object_get(note, "roles"), index, role)
        add_role(session, json_string_value(role));
}

static bool is_among(const json_t *names, const json_t *name) {
    size_t index;
    json_t *one;
    json_array_foreach((json_t *)names, index, one) if (json_equal(one, name)) return true;
    return false;
}

static void remember_roles(engine_session *session, const engine_effects *before,
                           const engine_effects *after) {
    size_t index;
    json_t *role;
    if (json_equal(before->roles, after->roles))
        return;
    json_array_foreach(after->roles, index, role) if (!is_among(before->roles, role))
        add_role(session, json_string_value(role));
}

bool engine_effects_compare(engine_session *session, const char *layer, const engine_effects *before,
                            const engine_effects *after, dk_strv *notes, dk_error *error) {
    if (before->live && after->live && strcmp(before->live, after->live) != 0 &&
        strcmp(before->built, after->built) == 0)
        return fail_astray(session, layer, error);
    remember_roles(session, before, after);
    const char *subject;
    json_t *digest;
    json_object_foreach(before->outside, subject, digest) {
        if (!json_equal(digest, json_object_get(after->outside, subject)))
            dk_strv_addf(
                notes,
                "the layer \"%s\" changed something outside its database: %s. A template does not carry "
                "that; use current_database(), or guard it with IF NOT EXISTS",
                layer, subject);
    }
    return true;
}

void engine_effects_release(engine_effects *effects) {
    json_decref(effects->outside);
    json_decref(effects->roles);
    free(effects->live);
    free(effects->built);
    *effects = (engine_effects){0};
}
