/* User, password and database of the image's first start, and what is said when the URL has others. */
#include "service.h"

#include <string.h>

/* The official image and those built on it, then Bitnami's. */
static const char *const variables[][3] = {
    {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"},
    {"POSTGRESQL_USERNAME", "POSTGRESQL_PASSWORD", "POSTGRESQL_DATABASE"},
    {"POSTGRESQL_USER", "POSTGRESQL_PASSWORD", "POSTGRESQL_DATABASE"},
};

static const char *filled(const compose_service *service, const char *name) {
    const char *value = compose_environment(service, name);
    return value && *value ? value : NULL;
}

void compose_server_credentials(const compose_service *service, compose_credentials *credentials) {
    size_t row = 0;
    for (size_t i = DK_COUNT(variables); i > 0; i--)
        if (filled(service, variables[i - 1][0]) || filled(service, variables[i - 1][1]))
            row = i - 1;
    const char *user = filled(service, variables[row][0]);
    const char *database = filled(service, variables[row][2]);
    *credentials = (compose_credentials){.user = user ? user : "postgres",
                                         .password = filled(service, variables[row][1]),
                                         .database = database ? database
                                                     : user   ? user
                                                              : "postgres",
                                         .password_variable = variables[row][1]};
}

/* The data were made by another user or password than the file has now: the image reads them once. */
static void explain_leftover(const compose_server *server, const compose_credentials *credentials,
                             dk_error *why) {
    DK_AUTOFREE char *psql = compose_program_text(server, "exec", server->service->name);
    DK_AUTOFREE char *remove = compose_program_text(server, "down --volumes", NULL);
    dk_error_detail(
        why,
        "%s and %s name the same role and password, but the data of service \"%s\" were made with others: "
        "the image reads %s only when its volume is empty",
        server->shown, server->database->origin, server->service->name, credentials->password_variable);
    dk_error_hint(
        why,
        "give the role today's password: `%s psql -U %s -c '\\password %s'`; or start with empty volumes, "
        "which loses the data of all services: `%s`",
        psql, credentials->user, server->database->url->user, remove);
}

static void explain_password(const compose_server *server, const compose_credentials *credentials,
                             dk_error *why) {
    const dk_url *url = server->database->url;
    if (dk_streq(url->user, credentials->user) && credentials->password &&
        dk_streq(url->password, credentials->password)) {
        explain_leftover(server, credentials, why);
        return;
    }
    if (!dk_streq(url->user, credentials->user)) {
        dk_error_detail(why, "the URL (%s) logs in as \"%s\", service \"%s\" of %s makes the role \"%s\"",
                        server->database->origin, url->user, server->service->name, server->shown,
                        credentials->user);
        dk_error_hint(why, "use that role in the URL, or create \"%s\" there as \"%s\"", url->user,
                      credentials->user);
        return;
    }
    dk_error_detail(why, "the password in the URL (%s) is not the one of %s in %s", server->database->origin,
                    credentials->password_variable, server->shown);
    dk_error_hint(why, "make them the same; a volume that exists keeps the password it was made with");
}

static void explain_database(const compose_server *server, const compose_credentials *credentials,
                             dk_error *why) {
    DK_AUTOFREE char *program = compose_program_text(server, "exec", server->service->name);
    const dk_url *url = server->database->url;
    if (dk_streq(url->database, credentials->database))
        dk_error_detail(
            why,
            "%s names it, too, but the data of service \"%s\" were made before: the image creates the "
            "database only when its volume is empty",
            server->shown, server->service->name);
    else
        dk_error_detail(why, "the URL (%s) names \"%s\", service \"%s\" of %s makes \"%s\"",
                        server->database->origin, url->database, server->service->name, server->shown,
                        credentials->database);
    dk_error_hint(why, "create it: `%s createdb -U %s -O %s %s`; or correct the URL", program,
                  credentials->user, url->user, url->database);
}

void compose_server_explain(const compose_server *server, dk_error *why) {
    compose_credentials credentials;
    if (!why || !server->database->url)
        return;
    compose_server_credentials(server->service, &credentials);
    if (dk_error_is(why, "password-rejected") || dk_error_is(why, "role-missing"))
        explain_password(server, &credentials, why);
    else if (dk_error_is(why, "database-missing"))
        explain_database(server, &credentials, why);
}
