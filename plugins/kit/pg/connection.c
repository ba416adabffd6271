/* Connecting: without blocking, with a deadline, and with the session's settings in the start-up packet, so
 * that they cost no round trip. */
#include "pg_internal.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEFAULT_CONNECT_TIMEOUT_MS 10000

static const pg_options default_options = {0};

/* How much of the wishes goes into the start-up packet; less when the server did not like it. */
enum {
    SETTINGS_IN_PACKET = 1 << 0,
    SKIP_ENCRYPTION = 1 << 1, /* no TLS negotiation: one round trip less where nobody listens in */
};

typedef struct parameters {
    dk_strv names;
    dk_strv values;
} parameters;

static void parameter(parameters *list, const char *name, const char *value) {
    dk_strv_add(&list->names, name);
    dk_strv_add(&list->values, value);
}

static bool is_loopback(const char *host) {
    return !host || !*host || *host == '/' || *host == '@' || strcasecmp(host, "localhost") == 0 ||
           strcmp(host, "::1") == 0 || strncmp(host, "127.", 4) == 0;
}

static bool is_given(const dk_conninfo *conninfo, const char *keyword, const char *variable) {
    const char *value = dk_conninfo_get(conninfo, keyword);
    return (value && *value) || getenv(variable);
}

/* The session's settings as "name=value" texts. They are set always, because otherwise those of the role
 * and the database would rule: a role's statement_timeout killed a CREATE DATABASE. */
static void session_settings(const pg_options *options, int server_version, dk_strv *settings) {
    dk_strv_addf(settings, "statement_timeout=%lld", (long long)options->statement_timeout_ms);
    dk_strv_addf(settings, "lock_timeout=%lld", (long long)options->lock_timeout_ms);
    dk_strv_add(settings, "idle_in_transaction_session_timeout=60000");
    dk_strv_add(settings, "search_path=pg_catalog");
    dk_strv_add(settings, "default_transaction_read_only=off");
    if (server_version >= 140000)
        dk_strv_add(settings, "client_connection_check_interval=100");
}

static void packet_options(const dk_conninfo *conninfo, const pg_options *options, dk_buf *text) {
    DK_AUTO_STRV dk_strv settings = DK_STRV_INIT;
    session_settings(options, 140000, &settings);
    const char *given = dk_conninfo_get(conninfo, "options");
    if (given && *given)
        dk_buf_addf(text, "%s ", given);
    for (size_t i = 0; i < settings.count; i++)
        dk_buf_addf(text, "%s-c %s", i ? " " : "", settings.items[i]);
}

static void collect_parameters(const dk_conninfo *conninfo, const char *database, const pg_options *options,
                               unsigned wishes, parameters *list) {
    for (size_t i = 0; i + 1 < conninfo->pairs.count; i += 2)
        parameter(list, conninfo->pairs.items[i], conninfo->pairs.items[i + 1]);
    /* libpq takes the last value of a keyword. */
    if (database)
        parameter(list, "dbname", database);
    if (wishes & SETTINGS_IN_PACKET) {
        DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
        packet_options(conninfo, options, &text);
        parameter(list, "options", dk_buf_text(&text));
    }
    parameter(list, "client_encoding", "UTF8"); /* error positions are counted in UTF-8 characters */
    parameter(list, options->plain ? "fallback_application_name" : "application_name", "devkit");
    if (wishes & SKIP_ENCRYPTION)
        parameter(list, "sslmode", "disable");
    if (!is_given(conninfo, "gssencmode", "PGGSSENCMODE"))
        parameter(list, "gssencmode", "disable");
}

static void receive_notice(void *data, const PGresult *result) {
    const pg_connection *connection = data;
    if (!connection->notice)
        return;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    connection->notice(connection->notice_data, severity ? severity : "NOTICE", message ? message : "");
}

static pg_connection *start(const parameters *list) {
    /* These of the environment would lead elsewhere than conninfo says, past every guard. */
    unsetenv("PGHOSTADDR");
    unsetenv("PGSERVICE");
    dk_strv names = list->names, values = list->values;
    pg_connection *connection = dk_alloc(sizeof *connection);
    connection->pg =
        PQconnectStartParams((const char *const *)names.items, (const char *const *)values.items, 0);
    if (connection->pg) {
        PQsetErrorVerbosity(connection->pg, PQERRORS_VERBOSE); /* see pg_fail_connect */
        PQsetNoticeReceiver(connection->pg, receive_notice, connection);
    }
    return connection;
}

/* Drives the handshake. PG_READY when it ended, well or not: PQstatus tells. */
static pg_outcome handshake(pg_connection *connection, int64_t deadline) {
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    if (PQstatus(connection->pg) == CONNECTION_BAD)
        return PG_READY;
    for (;;) {
        pg_outcome outcome =
            pg_wait_socket(connection, state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline);
        if (outcome == PG_TIMED_OUT || outcome == PG_INTERRUPTED)
            return outcome;
        state = PQconnectPoll(connection->pg);
        if (state == PGRES_POLLING_OK || state == PGRES_POLLING_FAILED)
            return PG_READY;
    }
}

static pg_connection *open_socket(const dk_conninfo *conninfo, const char *database,
                                  const pg_options *options, unsigned wishes) {
    parameters list = {0};
    collect_parameters(conninfo, database, options, wishes, &list);
    DK_FAULT("pg-connect");
    pg_connection *connection = start(&list);
    dk_strv_release(&list.names);
    dk_strv_release(&list.values);
    return connection;
}

/* Takes the connection over; gives it back when it is ready. */
static pg_connection *complete(pg_connection *opened, const dk_conninfo *conninfo, const char *database,
                               const pg_options *options, dk_error *error) {
    PG_AUTO_CONNECTION pg_connection *connection = opened;
    int timeout_ms =
        options->connect_timeout_ms > 0 ? options->connect_timeout_ms : DEFAULT_CONNECT_TIMEOUT_MS;
    if (!connection->pg) {
        dk_fail(error, DK_ERROR_FAILED, "connection-failed", "could not start a connection: out of memory");
        return NULL;
    }
    const char *named = database ? database : dk_conninfo_get(conninfo, "dbname");
    pg_outcome outcome = handshake(connection, pg_deadline(timeout_ms));
    if (outcome == PG_INTERRUPTED)
        dk_fail_interrupted(error);
    else if (outcome == PG_TIMED_OUT)
        pg_fail_connect_timeout(connection->pg, conninfo, named, timeout_ms, error);
    else if (PQstatus(connection->pg) != CONNECTION_OK)
        pg_fail_connect(connection->pg, conninfo, named, error);
    if (outcome != PG_READY || PQstatus(connection->pg) != CONNECTION_OK)
        return NULL;
    DK_FAULT("pg-connected");
    PQsetErrorVerbosity(connection->pg, PQERRORS_DEFAULT);
    PQsetnonblocking(connection->pg, 1);
    connection->answer_timeout_ms = options->answer_timeout_ms > 0 ? options->answer_timeout_ms : -1;
    pg_connection *ready = connection;
    connection = NULL;
    return ready;
}

static pg_connection *attempt(const dk_conninfo *conninfo, const char *database, const pg_options *options,
                              unsigned wishes, dk_error *error) {
    return complete(open_socket(conninfo, database, options, wishes), conninfo, database, options, error);
}

/* For servers and poolers that refuse settings in the start-up packet. */
static bool set_settings(pg_connection *connection, const pg_options *options, dk_error *error) {
    DK_AUTO_STRV dk_strv settings = DK_STRV_INIT;
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    session_settings(options, 0, &settings);
    for (size_t i = 0; i < settings.count; i++)
        dk_buf_addf(&sql, "SET %s;", settings.items[i]);
    if (!pg_run(connection, dk_buf_text(&sql), NULL, error))
        return false;
    /* Some platforms can't watch the client; that must not keep us out. */
    pg_run(connection, "SET client_connection_check_interval=100", NULL, NULL);
    return true;
}

static bool dislikes_settings(const dk_error *error) {
    static const char *const states[] = {"42704", "22023", "08P01", "42501"};
    for (size_t i = 0; i < DK_COUNT(states); i++)
        if (dk_error_sqlstate_is(error, states[i]))
            return true;
    return false;
}

static unsigned first_wishes(const dk_conninfo *conninfo, const pg_options *options) {
    const char *address = dk_conninfo_get(conninfo, "hostaddr");
    const char *host = address && *address ? address : dk_conninfo_get(conninfo, "host");
    bool in_the_open = is_loopback(host) && !is_given(conninfo, "sslmode", "PGSSLMODE");
    return (options->plain ? 0 : SETTINGS_IN_PACKET) | (in_the_open ? SKIP_ENCRYPTION : 0);
}

pg_connection *pg_connect(const dk_conninfo *conninfo, const char *database, const pg_options *options,
                          dk_error *error) {
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    if (!options)
        options = &default_options;
    unsigned wishes = first_wishes(conninfo, options);
    pg_connection *connection = attempt(conninfo, database, options, wishes, &failure);
    if (!connection && (wishes & SKIP_ENCRYPTION) && dk_error_is(&failure, "hba-rejected")) {
        wishes &= ~(unsigned)SKIP_ENCRYPTION; /* "hostssl" lines exist on loopback too */
        connection = attempt(conninfo, database, options, wishes, &failure);
    }
    if (!connection && (wishes & SETTINGS_IN_PACKET) && dislikes_settings(&failure)) {
        wishes &= ~(unsigned)SETTINGS_IN_PACKET;
        connection = attempt(conninfo, database, options, wishes, &failure);
        if (connection && !set_settings(connection, options, &failure)) {
            pg_close(connection);
            connection = NULL;
        }
    }
    if (!connection && error)
        dk_error_move(error, &failure);
    return connection;
}

/* ── in two halves ── */
pg_connection *pg_connect_start(const dk_conninfo *conninfo, const char *database,
                                const pg_options *options) {
    if (!options)
        options = &default_options;
    pg_connection *connection = open_socket(conninfo, database, options, first_wishes(conninfo, options));
    /* Where connecting takes no time (a unix socket), the start-up packet leaves now. */
    if (connection->pg && PQstatus(connection->pg) != CONNECTION_BAD &&
        pg_wait_socket(connection, POLLOUT, pg_deadline(0)) == PG_READY)
        PQconnectPoll(connection->pg);
    return connection;
}

pg_connection *pg_connect_finish(pg_connection *started, const dk_conninfo *conninfo, const char *database,
                                 const pg_options *options, dk_error *error) {
    pg_connection *ready = complete(started, conninfo, database, options ? options : &default_options, NULL);
    return ready ? ready : pg_connect(conninfo, database, options, error);
}

void pg_close(pg_connection *connection) {
    if (!connection)
        return;
    PQclear(connection->kept);
    PQclear(connection->failure);
    PQfinish(connection->pg);
    free(connection);
}

void pg_close_pointer(pg_connection **connection) {
    pg_close(*connection);
    *connection = NULL;
}

int pg_server_version(const pg_connection *connection) {
    return PQserverVersion(connection->pg);
}

int pg_backend_pid(const pg_connection *connection) {
    return PQbackendPID(connection->pg);
}

bool pg_is_alive(const pg_connection *connection) {
    struct pollfd socket = {.fd = PQsocket(connection->pg), .events = POLLIN};
    if (PQstatus(connection->pg) != CONNECTION_OK)
        return false;
    /* An idle connection has nothing to read, except its end (or the reason for it). */
    if (poll(&socket, 1, 0) > 0)
        return PQconsumeInput(connection->pg) && PQstatus(connection->pg) == CONNECTION_OK;
    return true;
}

void pg_on_notice(pg_connection *connection, pg_notice_function *function, void *data) {
    connection->notice = function;
    connection->notice_data = data;
}

void pg_ignore_interruption(pg_connection *connection, bool ignore) {
    connection->patient = ignore;
}
