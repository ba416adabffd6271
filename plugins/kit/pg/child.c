/* The environment in which a child program finds the server, so that no secret is in its arguments. */
#include <kit/pg/pg.h>

#include <string.h>

/* https://www.postgresql.org/docs/current/libpq-envars.html */
static const struct {
    const char *keyword, *variable;
} variables[] = {
    {"host", "PGHOST"},
    {"hostaddr", "PGHOSTADDR"},
    {"port", "PGPORT"},
    {"user", "PGUSER"},
    {"dbname", "PGDATABASE"},
    {"password", "PGPASSWORD"},
    {"passfile", "PGPASSFILE"},
    {"options", "PGOPTIONS"},
    {"application_name", "PGAPPNAME"},
    {"sslmode", "PGSSLMODE"},
    {"sslrootcert", "PGSSLROOTCERT"},
    {"sslcert", "PGSSLCERT"},
    {"sslkey", "PGSSLKEY"},
    {"sslcrl", "PGSSLCRL"},
    {"sslcrldir", "PGSSLCRLDIR"},
    {"sslcertmode", "PGSSLCERTMODE"},
    {"sslcompression", "PGSSLCOMPRESSION"},
    {"sslsni", "PGSSLSNI"},
    {"sslnegotiation", "PGSSLNEGOTIATION"},
    {"ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"},
    {"ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"},
    {"channel_binding", "PGCHANNELBINDING"},
    {"require_auth", "PGREQUIREAUTH"},
    {"requirepeer", "PGREQUIREPEER"},
    {"gssencmode", "PGGSSENCMODE"},
    {"gssdelegation", "PGGSSDELEGATION"},
    {"gsslib", "PGGSSLIB"},
    {"krbsrvname", "PGKRBSRVNAME"},
    {"connect_timeout", "PGCONNECT_TIMEOUT"},
    {"client_encoding", "PGCLIENTENCODING"},
    {"target_session_attrs", "PGTARGETSESSIONATTRS"},
    {"load_balance_hosts", "PGLOADBALANCEHOSTS"},
};

void pg_child_environment(dk_process *process, const dk_conninfo *conninfo, const char *database) {
    /* These would lead elsewhere than conninfo says. */
    dk_process_env(process, "PGHOSTADDR", NULL);
    dk_process_env(process, "PGSERVICE", NULL);
    for (size_t i = 0; i < DK_COUNT(variables); i++) {
        const char *value = dk_conninfo_get(conninfo, variables[i].keyword);
        if (strcmp(variables[i].keyword, "dbname") == 0 && database)
            value = database;
        if (value && *value)
            dk_process_env(process, variables[i].variable, value);
    }
}
