/* Do .env, .devkit.toml and the compose file name the same port for the same thing? */
#include "ports.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The same port as in the database's URL, under another name. */
static const char *const database_names[] = {"POSTGRES_PORT", "POSTGRESQL_PORT", "PGPORT",
                                             "PG_PORT",       "DB_PORT",         "DATABASE_PORT"};

static bool is_database_name(const char *name) {
    for (size_t i = 0; i < DK_COUNT(database_names); i++)
        if (strcmp(database_names[i], name) == 0)
            return true;
    return false;
}

static void disagree_at(ports_rows *rows, const ports_need *need, const char *problem, const char *hint) {
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].need == need)
            ports_row_disagree(&rows->items[i], dk_strdup(problem), dk_strdup(hint));
}

typedef struct port_claim {
    const ports_need *need;
    const ports_source *source;
} port_claim;

static char *name_claim(const port_claim *claim) {
    const ports_source *source = claim->source;
    if (source->kind == PORTS_CONFIG)
        return dk_format("[ports] %s", source->name);
    if (source->kind == PORTS_COMPOSE)
        return dk_format("the compose file (service %s)", source->name);
    return source->origin ? dk_format("%s (%s)", source->name, source->origin) : dk_strdup(source->name);
}

static void contradict(ports_rows *rows, const port_claim *one, const port_claim *other) {
    DK_AUTOFREE char *left = name_claim(one);
    DK_AUTOFREE char *right = name_claim(other);
    DK_AUTOFREE char *problem =
        dk_format("%s says port %d, %s says %d", left, one->need->port, right, other->need->port);
    disagree_at(rows, one->need, problem, "make them say the same");
    disagree_at(rows, other->need, problem, "make them say the same");
}

/* "backend" of [ports] and BACKEND_PORT. */
static bool same_thing(const ports_source *config, const ports_source *variable) {
    size_t length = strlen(config->name);
    if (config->kind != PORTS_CONFIG || variable->kind != PORTS_VARIABLE ||
        strlen(variable->name) != length + strlen("_PORT"))
        return false;
    for (size_t i = 0; i < length; i++) {
        char key = config->name[i] == '-' ? '_' : config->name[i];
        if (strncasecmp(&key, &variable->name[i], 1) != 0)
            return false;
    }
    return true;
}

/* With a database in compose, its mapping says where the server is; with any other server the compose file's
 * database is not the project's. */
static bool compose_is_right(dk_context *context) {
    const dk_server_interface *server = compose_exists(context) ? dk_server(context, NULL, NULL) : NULL;
    return server && strcmp(server->head.name, "compose") == 0;
}

static void compare(ports_rows *rows, const port_claim *one, const port_claim *other, bool compose) {
    bool database = one->source->kind == PORTS_DATABASE && !one->need->remote &&
                    ((other->source->kind == PORTS_VARIABLE && is_database_name(other->source->name)) ||
                     (compose && other->source->kind == PORTS_COMPOSE && other->source->database));
    if (one->need->port != other->need->port && (database || same_thing(one->source, other->source)))
        contradict(rows, one, other);
}

/* A database that is published twice is where the URL says, if one of the ports is that. */
static bool publishes_database(const ports_needs *needs, int port) {
    for (size_t i = 0; i < needs->count; i++)
        for (size_t j = 0; j < needs->items[i].source_count; j++)
            if (needs->items[i].port == port && needs->items[i].sources[j].database)
                return true;
    return false;
}

/* Every source of every need, one after the other. */
static port_claim *list_claims(const ports_needs *needs, size_t *count) {
    port_claim *claims = NULL;
    *count = 0;
    for (size_t i = 0; i < needs->count; i++)
        for (size_t j = 0; j < needs->items[i].source_count; j++) {
            claims = dk_realloc_array(claims, *count + 1, sizeof *claims);
            claims[(*count)++] = (port_claim){&needs->items[i], &needs->items[i].sources[j]};
        }
    return claims;
}

bool ports_agree(dk_context *context, const ports_needs *needs, ports_rows *rows, dk_error *error) {
    size_t count = 0;
    port_claim *claims = list_claims(needs, &count);
    bool database = count > 0 && ports_need_source(claims[0].need, PORTS_DATABASE) != NULL;
    bool compose = database && !publishes_database(needs, claims[0].need->port) && compose_is_right(context);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            compare(rows, &claims[i], &claims[j], compose);
    free(claims);
    return !dk_interrupted() || dk_fail_interrupted(error);
}
