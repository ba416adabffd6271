/* The rules of design section 5: never a protected database; never one of another machine, unless the
 * environment's `allow` names the verb and the database's name was given. --yes overrides neither.
 *
 * The marker in the database itself is read by the engine, in the round trip it makes anyway. */
#include "guard.h"

#include <string.h>
#include <strings.h>

static const dk_config_environment *environment_of(dk_context *context, const dk_config *config) {
    const char *name = dk_environment_name(context);
    for (size_t i = 0; name && i < config->environment_count; i++)
        if (strcmp(config->environments[i].name, name) == 0)
            return &config->environments[i];
    return NULL;
}

static bool refuse_protected(const dk_config_environment *environment, const char *verb, dk_error *error) {
    dk_fail(error, DK_ERROR_REFUSED, "protected", "environment \"%s\" is protected: %s must not touch it",
            environment->name, verb);
    return dk_error_hint(error,
                         "[env.%s] protected = true in .devkit.toml says so; --yes does not override it",
                         environment->name);
}

/* All names of this machine are one: a tunnel to production is at localhost as it is at 127.0.0.1. */
static bool is_same_host(const char *left, const char *right) {
    DK_AUTO_URL dk_url one = DK_URL_INIT;
    DK_AUTO_URL dk_url two = DK_URL_INIT;
    dk_url_set_host(&one, left ? left : "localhost", 0);
    dk_url_set_host(&two, right ? right : "localhost", 0);
    return strcasecmp(dk_url_host_name(&one), dk_url_host_name(&two)) == 0 ||
           (dk_url_is_local(&one) && dk_url_is_local(&two));
}

/* The short form of JDBC names none. */
static dk_url_host host_at(const dk_url *url, size_t index) {
    dk_url_host host = index < url->host_count ? url->hosts[index] : (dk_url_host){0};
    if (!host.port)
        host.port = dk_url_port(url);
    return host;
}

/* Of several hosts any may be the one. */
static bool is_same_server(const dk_url *left, const dk_url *right) {
    for (size_t i = 0; i == 0 || i < left->host_count; i++)
        for (size_t j = 0; j == 0 || j < right->host_count; j++) {
            dk_url_host one = host_at(left, i);
            dk_url_host two = host_at(right, j);
            if (one.port == two.port && is_same_host(one.host, two.host))
                return true;
        }
    return false;
}

/* Without a name it is the role's. */
static const char *database_of(const dk_url *url) {
    return url->database && *url->database ? url->database : url->user;
}

static bool is_same_database(const dk_url *left, const dk_url *right) {
    return dk_streq(database_of(left), database_of(right)) && is_same_server(left, right);
}

/* A protected database is protected under whatever name it is reached: its URL may have got into .env. */
static bool is_of_protected(dk_context *context, const dk_config_environment *environment,
                            const dk_database *database) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (!environment->protected_ || !*environment->url_env || !database->url)
        return false;
    const char *text = dk_project_variable(context, environment->url_env, NULL);
    return text && dk_url_parse(text, &url, NULL) && is_same_database(&url, database->url);
}

static bool refuse_remote(dk_context *context, const dk_database *database, const char *verb,
                          dk_error *error) {
    const char *name = dk_environment_name(context);
    dk_fail(error, DK_ERROR_REFUSED, "not-this-machine",
            "%s would destroy data on %s, which is not this machine", verb, dk_url_host_name(database->url));
    dk_error_detail(error, "%s is set in %s", database->variable, database->origin);
    if (name)
        return dk_error_hint(error, "if that is meant: [env.%s] allow = [\"%s\"] and --confirm %s", name,
                             verb, database->url->database);
    return dk_error_hint(error,
                         "if that is meant: describe the database as [env.NAME] with allow = [\"%s\"], then "
                         "`devkit --env NAME %s --confirm %s`",
                         verb, verb, database->url->database);
}

static bool refuse_unconfirmed(const dk_database *database, const char *verb, const char *confirmed,
                               dk_error *error) {
    if (confirmed)
        dk_fail(error, DK_ERROR_REFUSED, "confirmation-needed", "the database is called \"%s\", not \"%s\"",
                database->url->database, confirmed);
    else
        dk_fail(error, DK_ERROR_REFUSED, "confirmation-needed",
                "%s on another machine needs the database's name", verb);
    return dk_error_hint(error, "--confirm %s", database->url->database);
}

/* A container on this machine is this machine, whatever name the application has for it. */
static bool is_here(dk_context *context, const dk_url *url) {
    if (dk_url_is_local(url))
        return true;
    DK_AUTO_URL dk_url reached = DK_URL_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    bool known = dk_database_reach(context, &reached, &why) || dk_error_is(&why, "not-running");
    return known && dk_url_is_local(&reached);
}

bool guard_permit(dk_context *context, const char *verb, const char *confirmed, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    const dk_database *database = config ? dk_database_get(context, error) : NULL;
    if (!database)
        return false;
    const dk_config_environment *environment = environment_of(context, config);
    if (environment && environment->protected_)
        return refuse_protected(environment, verb, error);
    for (size_t i = 0; i < config->environment_count; i++)
        if (is_of_protected(context, &config->environments[i], database))
            return refuse_protected(&config->environments[i], verb, error);
    if (!database->url || is_here(context, database->url))
        return true;
    if (!environment || !dk_strv_contains(&environment->allow, verb))
        return refuse_remote(context, database, verb, error);
    if (!confirmed || !dk_streq(confirmed, database->url->database))
        return refuse_unconfirmed(database, verb, confirmed, error);
    return true;
}
