/* libpq's and the server's failures as dk_error: what failed, why, and what mends it. */
#include "pg_internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A server that took the connection and says nothing. */
#define SILENT_HINT                                                                                          \
    "see whether it is stopped or overloaded, and what stands before it (a pooler, a proxy, another "        \
    "program): "                                                                                             \
    "`devkit ports`"

static char *first_line(const char *text) {
    return dk_strndup(text, strcspn(text, "\r\n"));
}

static void set_sqlstate(dk_error *error, const char *sqlstate) {
    if (error && sqlstate && strlen(sqlstate) == 5)
        memcpy(error->sqlstate, sqlstate, 6);
}

bool pg_fail_lost(const pg_connection *connection, dk_error *error) {
    DK_AUTOFREE char *why = dk_strdup(PQerrorMessage(connection->pg));
    why[strcspn(why, "\n")] = '\0';
    dk_fail(error, DK_ERROR_FAILED, "connection-lost", "the connection to the server was lost");
    if (*why)
        dk_error_detail(error, "%s", why);
    return dk_error_hint(error, "`devkit logs` shows what the server says");
}

bool pg_fail_result(const pg_connection *connection, const PGresult *result, dk_error *error) {
    const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (!message || !sqlstate) {
        if (PQstatus(connection->pg) == CONNECTION_BAD || !result)
            return pg_fail_lost(connection, error);
        DK_AUTOFREE char *text = first_line(PQresultErrorMessage(result));
        return dk_fail(error, DK_ERROR_FAILED, "sql-failed", "%s", *text ? text : "the statement failed");
    }
    bool lost = PQstatus(connection->pg) == CONNECTION_BAD;
    dk_fail(error, DK_ERROR_FAILED, lost ? "connection-lost" : "sql-failed", "%s", message);
    set_sqlstate(error, sqlstate);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
    if (detail || context)
        dk_error_detail(error, "%s%s%s", detail ? detail : "", detail && context ? "\n" : "",
                        context ? context : "");
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    if (hint)
        dk_error_hint(error, "%s", hint);
    return false;
}

/* ── connecting ── */

/* libpq gives no error fields for a failed connection, so it is asked to print them all (PQERRORS_VERBOSE):
 * "…failed: FATAL:  28P01: password authentication failed…\nLOCATION:  auth_failed, auth.c:329". SQLSTATE
 * and the server's function name are the same in every language. */
typedef struct connect_failure {
    char sqlstate[6];
    char *message; /* the server's primary message, or libpq's first line */
    bool in_role_lookup;
} connect_failure;

static bool is_sqlstate(const char *text) {
    for (int i = 0; i < 5; i++)
        if (!isdigit((unsigned char)text[i]) && !(text[i] >= 'A' && text[i] <= 'Z'))
            return false;
    return text[5] == ':' && text[6] == ' ';
}

static void parse_connect_failure(const char *text, connect_failure *failure) {
    for (const char *at = strstr(text, ":  "); at; at = strstr(at + 1, ":  ")) {
        if (!is_sqlstate(at + 3))
            continue;
        memcpy(failure->sqlstate, at + 3, 5);
        failure->message = first_line(at + 10);
        break;
    }
    if (!failure->message) {
        /* "connection to server at "…", port … failed: Connection refused\n\tIs the server running…" */
        const char *reason = strstr(text, " failed: ");
        failure->message = first_line(reason ? reason + 9 : text);
    }
    failure->in_role_lookup = strstr(text, "InitializeSessionUserId") != NULL;
}

typedef struct connect_cause {
    const char *sqlstate;
    const char *code;
    const char *hint;
} connect_cause;

static const connect_cause connect_causes[] = {
    {"28P01", "password-rejected",
     "`devkit up` sets the password that the URL names on a server devkit owns; elsewhere correct the URL, "
     "or run ALTER ROLE … PASSWORD as an administrator"},
    {"3D000", "database-missing",
     "`devkit up` creates it on a server devkit owns; elsewhere: CREATE DATABASE"},
    {"53300", "too-many-connections",
     "close clients that are not needed (`devkit status` shows the server), or raise max_connections"},
    {"57P03", "server-starting", "wait until it is ready: devkit wait"},
};

static const char *host_of(const dk_conninfo *conninfo) {
    const char *host = dk_conninfo_get(conninfo, "host");
    if (!host || !*host)
        host = dk_conninfo_get(conninfo, "hostaddr");
    return host && *host ? host : "localhost";
}

/* "could not connect to database "app" on localhost:5432 as role "app"" */
static void describe_target(const dk_conninfo *conninfo, const char *database, dk_buf *text) {
    const char *port = dk_conninfo_get(conninfo, "port");
    const char *user = dk_conninfo_get(conninfo, "user");
    dk_buf_add(text, "could not connect to ");
    if (database && *database)
        dk_buf_addf(text, "database \"%s\" on ", database);
    dk_buf_addf(text, "%s:%s", host_of(conninfo), port && *port ? port : "5432");
    if (user && *user)
        dk_buf_addf(text, " as role \"%s\"", user);
}

static bool fail_connect(const dk_conninfo *conninfo, const char *database, const char *code,
                         const char *detail, const char *hint, dk_error *error) {
    DK_AUTO_BUF dk_buf target = DK_BUF_INIT;
    describe_target(conninfo, database, &target);
    dk_fail(error, DK_ERROR_FAILED, code, "%s", dk_buf_text(&target));
    dk_error_detail(error, "%s", detail);
    return hint ? dk_error_hint(error, "%s", hint) : false;
}

static const connect_cause *cause_by_state(const connect_failure *failure) {
    static const connect_cause role = {"28000", "role-missing",
                                       "`devkit up` creates it on a server devkit owns; elsewhere: CREATE "
                                       "ROLE … LOGIN PASSWORD …"};
    static const connect_cause login = {"28000", "connection-failed",
                                        "let it log in: ALTER ROLE … LOGIN, as an administrator"};
    static const connect_cause hba = {"28000", "hba-rejected",
                                      "add a line for this database, role and address to the server's "
                                      "pg_hba.conf, then: SELECT pg_reload_conf()"};
    if (strcmp(failure->sqlstate, "28000") == 0) {
        if (failure->in_role_lookup)
            return strstr(failure->message, "not permitted") ? &login : &role;
        return &hba;
    }
    for (size_t i = 0; i < DK_COUNT(connect_causes); i++)
        if (strcmp(failure->sqlstate, connect_causes[i].sqlstate) == 0)
            return &connect_causes[i];
    return NULL;
}

static bool is_not_listening(const char *text) {
    /* strerror in the language libpq used, so this holds whatever that is. */
    return strstr(text, strerror(ECONNREFUSED)) || strstr(text, strerror(ENOENT));
}

bool pg_fail_connect(PGconn *pg, const dk_conninfo *conninfo, const char *database, dk_error *error) {
    const char *text = PQerrorMessage(pg);
    connect_failure failure = {0};
    parse_connect_failure(text, &failure);
    const connect_cause *cause = cause_by_state(&failure);
    if (cause)
        fail_connect(conninfo, database, cause->code, failure.message, cause->hint, error);
    else if (PQconnectionNeedsPassword(pg))
        fail_connect(conninfo, database, "password-rejected",
                     "the server asks for a password and none is known",
                     "put the password into the database URL", error);
    else if (!*failure.sqlstate && is_not_listening(text))
        fail_connect(conninfo, database, "not-listening", failure.message,
                     "`devkit up` starts the server; `devkit status` shows what is there", error);
    else
        fail_connect(conninfo, database, "connection-failed", failure.message,
                     "correct the address in the URL, or start what should answer there", error);
    set_sqlstate(error, failure.sqlstate);
    free(failure.message);
    return false;
}

/* Past CONNECTION_STARTED somebody took the connection: no firewall stands between. */
bool pg_fail_connect_timeout(PGconn *pg, const dk_conninfo *conninfo, const char *database, int timeout_ms,
                             dk_error *error) {
    bool taken = PQstatus(pg) != CONNECTION_STARTED && PQstatus(pg) != CONNECTION_BAD;
    char duration[DK_FORMATTED];
    dk_format_duration(timeout_ms, duration);
    DK_AUTOFREE char *detail =
        taken ? dk_format("the server accepts connections, but did not answer within %s", duration)
              : dk_format("no answer within %s", duration);
    return fail_connect(
        conninfo, database, taken ? "not-answering" : "connection-failed", detail,
        taken ? SILENT_HINT : "see whether the address is right and no firewall stands between", error);
}

bool pg_fail_answer_timeout(int timeout_ms, dk_error *error) {
    char duration[DK_FORMATTED];
    dk_format_duration(timeout_ms, duration);
    dk_fail(error, DK_ERROR_FAILED, "not-answering",
            "the login works, but the server did not answer a query within %s", duration);
    return dk_error_hint(error, SILENT_HINT);
}
