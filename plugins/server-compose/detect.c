/* How well the project's compose file fits. The scores of all providers: plugins/server/README.md. */
#include "service.h"

#define SCORE_NAMED 100     /* the URL's host is the service's name */
#define SCORE_CONFIGURED 86 /* .devkit.toml names the file or the service */
#define SCORE_RUNS 85       /* its container is published where the URL says */
#define SCORE_PUBLISHES 80  /* the file would publish it there, and nobody else is there */
#define SCORE_NO_URL 75     /* the file is all the project says about a database */
#define SCORE_THERE 65 /* it has a PostgreSQL, but elsewhere than the URL says, or somebody else is there */
#define SCORE_UNUSABLE 30 /* nothing is installed that could start it */
#define PROBE_MS 1000

static bool has_program(void) {
    static const char *const programs[] = {"docker", "docker-compose", "podman", "podman-compose"};
    for (size_t i = 0; i < DK_COUNT(programs); i++) {
        DK_AUTOFREE char *path = dk_find_program(programs[i], NULL);
        if (path)
            return true;
    }
    return false;
}

static bool somebody_listens(const dk_url *url) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    pg_options options = {.connect_timeout_ms = PROBE_MS, .plain = true};
    dk_url_conninfo(url, &conninfo);
    PG_AUTO_CONNECTION pg_connection *connection = pg_connect(&conninfo, NULL, &options, &why);
    return connection || !dk_error_is(&why, "not-listening");
}

/* The engine is asked only when somebody is there: it costs a library and a question. */
static int rate_local(const compose_server *server, const dk_url *url, dk_buf *why) {
    const compose_service *service = server->service;
    bool listens = somebody_listens(url);
    COMPOSE_CONTAINER_AUTO compose_container container = {0};
    if (listens && compose_container_find(server, service->name, &container, NULL) &&
        container.port == dk_url_port(url)) {
        dk_buf_addf(why, "the container of service \"%s\" in %s is published there", service->name,
                    server->shown);
        return SCORE_RUNS;
    }
    if (!listens && compose_is_published_at(service, compose_server_inner_port(server), dk_url_port(url))) {
        dk_buf_addf(why, "service \"%s\" in %s publishes the URL's port", service->name, server->shown);
        return SCORE_PUBLISHES;
    }
    dk_buf_addf(why, "%s has the service \"%s\"", server->shown, service->name);
    return SCORE_THERE;
}

static bool is_configured(const dk_config *config) {
    return *config->server_compose.file || *config->server_compose.service;
}

static int rate(const compose_server *server, dk_buf *why) {
    const dk_url *url = server->database->url;
    if (url && compose_server_is_name(server, dk_url_host_name(url))) {
        dk_buf_addf(why, "the URL's host is service \"%s\" in %s", server->service->name, server->shown);
        return SCORE_NAMED;
    }
    if (url && !dk_url_is_local(url))
        return 0;
    if (!has_program()) {
        dk_buf_addf(why, "%s has the service \"%s\", but no container engine is installed", server->shown,
                    server->service->name);
        return SCORE_UNUSABLE;
    }
    if (is_configured(server->config)) {
        dk_buf_addf(why, "[server.compose] names it: service \"%s\" in %s", server->service->name,
                    server->shown);
        return SCORE_CONFIGURED;
    }
    if (url)
        return rate_local(server, url, why);
    dk_buf_addf(why, "%s is not set, and %s has the service \"%s\"", server->database->variable,
                server->shown, server->service->name);
    return SCORE_NO_URL;
}

bool compose_server_detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    COMPOSE_SERVER_AUTO compose_server server = {0};
    DK_AUTO_ERROR dk_error unfit = DK_ERROR_INIT;
    *score = 0;
    const dk_config *config = dk_config_get(context, error);
    if (!config || !dk_database_get(context, error))
        return false;
    bool asked_for = is_configured(config);
    if (!asked_for && !compose_exists(context))
        return true;
    if (compose_server_open(context, &server, &unfit)) {
        *score = rate(&server, why);
    } else if (asked_for) {
        dk_error_move(error, &unfit);
        return false;
    } else { /* a project with another database may have any compose file */
        dk_buf_addf(why, "%s", unfit.message);
    }
    return true;
}
