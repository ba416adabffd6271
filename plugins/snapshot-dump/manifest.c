/* What an archive says of itself. */
#include "dump.h"

#include <stdlib.h>
#include <string.h>

json_t *dump_manifest_new(const dk_snapshot_request *request) {
    char now[24];
    dk_format_time(dk_unix_time(), now);
    json_t *manifest = json_object();
    dk_json_set_string(manifest, "devkit", DEVKIT_VERSION);
    dk_json_set_int(manifest, "format", DUMP_FORMAT);
    dk_json_set_string(manifest, "name", request->name);
    dk_json_set_string(manifest, "note", request->note);
    dk_json_set_string(manifest, "purpose", request->purpose);
    dk_json_set_string(manifest, "created_at", now);
    dk_json_set_string(manifest, "by_hand",
                       "zstd -dc FILE | tar -xO " DUMP_CONTENT " | pg_restore -d DATABASE");
    if (request->facts)
        json_object_update(manifest, (json_t *)request->facts);
    return manifest;
}

/* Roles that own something, are granted something or are named in a policy. Rows of pg_shdepend leave out the
 * superuser that initdb made, whose objects are found by themselves. */
static const char facts_query[] =
    "WITH member AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),"
    " role AS (SELECT refobjid AS oid FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid"
    "   WHERE d.datname = current_database() AND refclassid = 'pg_authid'::regclass AND deptype IN ('o', "
    "'a', 'r')"
    "   AND NOT EXISTS (SELECT FROM member m WHERE m.classid = s.classid AND m.objid = s.objid)"
    "  UNION SELECT relowner FROM pg_class c WHERE c.oid >= 16384 AND relkind IN ('r','v','m','S','f','p')"
    "   AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)"
    "  UNION SELECT proowner FROM pg_proc p WHERE p.oid >= 16384"
    "   AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)"
    "  UNION SELECT nspowner FROM pg_namespace n WHERE n.oid >= 16384 AND nspname NOT LIKE 'pg\\_%'"
    "   AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid))"
    " SELECT json_build_object('server_version', split_part(current_setting('server_version'), ' ', 1),"
    " 'database', d.datname, 'encoding', pg_encoding_to_char(d.encoding), 'collate', d.datcollate,"
    " 'ctype', d.datctype, 'locale_provider', to_jsonb(d)->>'datlocprovider',"
    " 'locale', coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale'),"
    " 'size_bytes', pg_database_size(d.oid),"
    " 'roles', (SELECT coalesce(json_agg(r.rolname ORDER BY r.rolname), '[]') FROM pg_roles r"
    "   JOIN role ON role.oid = r.oid WHERE r.rolname NOT LIKE 'pg\\_%'),"
    " 'extensions', (SELECT coalesce(json_agg(json_build_object('name', extname, 'version', extversion)"
    "   ORDER BY extname), '[]') FROM pg_extension WHERE extname <> 'plpgsql'))"
    " FROM pg_database d WHERE d.datname = current_database()";

bool dump_manifest_describe(const dump_database *database, json_t *manifest, dk_error *error) {
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_run(database->connection, facts_query, &result, error))
        return false;
    DK_AUTO_JSON json_t *facts = json_loads(pg_value(result, 0, 0), 0, NULL);
    DK_AUTOFREE char *source = dk_url_masked(database->application->url);
    if (facts)
        json_object_update(manifest, facts);
    dk_json_set_string(manifest, "source", source);
    dk_json_set_string(manifest, "role", database->application->url->user);
    return true;
}

json_t *dump_manifest_parse(const char *text, const char *path, dk_error *error) {
    json_t *manifest = json_loads(text, 0, NULL);
    int64_t format = dk_json_int(manifest, "format", 0);
    if (format == DUMP_FORMAT && dk_json_string(manifest, "devkit", NULL))
        return manifest;
    if (format > DUMP_FORMAT) {
        dk_fail(error, DK_ERROR_FAILED, "archive-too-new", "%s is of format %lld; this devkit knows %d", path,
                (long long)format, DUMP_FORMAT);
        dk_error_hint(error, "update devkit (it was written by %s)",
                      dk_json_string(manifest, "devkit", "a newer one"));
    } else {
        dk_fail(error, DK_ERROR_FAILED, "archive-foreign", "%s was not made by devkit", path);
        dk_error_hint(error, "`devkit snapshot import FILE` reads what others made");
    }
    json_decref(manifest);
    return NULL;
}

const char *dump_manifest_kind(const json_t *manifest) {
    return dk_json_string(json_object_get(manifest, "content"), "kind", "");
}

/* A part of a database must not take the place of the whole. */
static const char *why_not(const json_t *manifest) {
    const json_t *content = json_object_get(manifest, "content");
    if (dk_json_bool(content, "data_only", false))
        return "it holds rows without their tables";
    if (json_array_size(json_object_get(content, "tables")) > 0)
        return "it holds only some of the tables";
    return NULL;
}

void dump_manifest_entry(const json_t *manifest, const char *name, int64_t size, json_t *entry) {
    static const char *const texts[] = {"created_at", "server_version", "note",
                                        "database",   "git_commit",     "git_branch"};
    const char *reason = manifest ? why_not(manifest) : "it can't be read: `devkit snapshot verify` says why";
    dk_json_set_string(entry, "name", name);
    dk_json_set_string(entry, "kind", "dump");
    dk_json_set_int(entry, "size_bytes", size);
    for (size_t i = 0; i < DK_COUNT(texts); i++)
        dk_json_set_string(entry, texts[i], dk_json_string(manifest, texts[i], NULL));
    dk_json_set_string(entry, "purpose", dk_json_string(manifest, "purpose", "manual"));
    dk_json_set_bool(entry, "restorable", !reason);
    dk_json_set_string(entry, "why_not", reason);
    json_object_set_new(entry, "kept_because", json_null());
    json_t *migration = json_object_get(manifest, "migration");
    json_object_set_new(entry, "migration", migration ? json_incref(migration) : json_null());
    dk_json_set_string(entry, "content", manifest ? dump_manifest_kind(manifest) : NULL);
}
