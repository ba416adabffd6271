/* What the URL's role may do, as far as devkit needs it, and the statement that would give the rest. */
#include "external.h"

#include <stdlib.h>

static const char query[] =
    "SELECT r.rolsuper, r.rolsuper OR r.rolcreatedb, r.rolsuper OR pg_has_role(current_user, "
    "'pg_signal_backend', "
    "'USAGE'), pg_has_role(d.datdba, 'USAGE'), quote_ident(current_user), quote_ident(d.datname), "
    "(SELECT count(*) FROM pg_stat_activity a WHERE a.datid = d.oid AND a.usename <> current_user AND NOT "
    "pg_has_role(a.usesysid, 'USAGE')) FROM pg_catalog.pg_roles r, pg_catalog.pg_database d "
    "WHERE r.rolname = current_user AND d.datname = current_database()";

static void add(external_rights *rights, char *statement) {
    dk_strv_add_owned(&rights->missing, statement);
}

bool external_rights_read(pg_connection *connection, external_rights *rights, dk_error *error) {
    PG_AUTO_RESULT pg_result *result = NULL;
    *rights = (external_rights){0};
    if (!pg_run(connection, query, &result, error))
        return false;
    if (pg_rows(result) != 1)
        return dk_fail(error, DK_ERROR_FAILED, "connection-failed", "the server gave no answer");
    const char *role = pg_value(result, 0, 4);
    rights->superuser = pg_bool(result, 0, 0);
    rights->creates = pg_bool(result, 0, 1);
    rights->ends = pg_bool(result, 0, 2);
    rights->owns = pg_bool(result, 0, 3);
    if (!rights->creates)
        add(rights, dk_format("ALTER ROLE %s CREATEDB", role));
    if (!rights->owns)
        add(rights, dk_format("ALTER DATABASE %s OWNER TO %s", pg_value(result, 0, 5), role));
    /* Sessions of its own it may always end; others' only matter where there are any. */
    if (!rights->ends && pg_int(result, 0, 6) > 0)
        add(rights, dk_format("GRANT pg_signal_backend TO %s", role));
    return true;
}

void external_rights_release(external_rights *rights) {
    dk_strv_release(&rights->missing);
    *rights = (external_rights){0};
}

char *external_rights_hint(const external_rights *rights) {
    if (rights->missing.count == 0)
        return NULL;
    DK_AUTOFREE char *statements = dk_strv_join(&rights->missing, "; ");
    return dk_format("`devkit reset` needs more rights. As an administrator: %s; or use a server of devkit's "
                     "own: [database] "
                     "server = \"local\"; or, without them, save a dump and build in place: `devkit psql -c "
                     "'DROP OWNED BY "
                     "CURRENT_USER'`, then migrate and seed",
                     statements);
}
