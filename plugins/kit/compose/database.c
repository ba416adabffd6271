/* Which of a project's services is its PostgreSQL. */
#include <kit/compose/compose.h>

#include <stdlib.h>
#include <string.h>

/* Last part of an image's name, whoever publishes it. */
static const char *const images[] = {
    "postgres",       "postgresql", "postgis",      "pgvector",    "timescaledb",       "timescaledb-ha",
    "pgrouting",      "citus",      "paradedb",     "pgvecto-rs",  "postgresql-repmgr", "vchord-postgres",
    "cloudnative-pg", "spilo",      "postgres-ssl", "alloydbomni", "postgres-pgvector", "timescaledb-postgis",
};
/* Of these the tag begins with a version of their own. */
static const char *const own_versions[] = {"pgvector",       "timescaledb", "timescaledb-ha",      "citus",
                                           "paradedb",       "pgvecto-rs",  "timescaledb-postgis", "spilo",
                                           "vchord-postgres"};
/* Names a service has when it is built from the project's own Dockerfile. */
static const char *const names[] = {"db", "database", "postgres", "postgresql", "pg"};

static bool is_one_of(const char *text, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (dk_streq(text, list[i]))
            return true;
    return false;
}

/* The name without registry, publisher, tag and digest; `tag` (may be NULL) borrows from `image`. */
static char *last_part(const char *image, const char **tag) {
    const char *slash = strrchr(image, '/');
    const char *name = slash ? slash + 1 : image;
    size_t length = strcspn(name, ":@");
    if (tag)
        *tag = name[length] == ':' ? name + length + 1 : "";
    return dk_strndup(name, length);
}

bool compose_image_is_postgres(const char *image) {
    if (!image)
        return false;
    DK_AUTOFREE char *name = last_part(image, NULL);
    if (is_one_of(name, images, DK_COUNT(images)))
        return true;
    /* Some vendors put the version into the name: "postgresql-16", "postgresql-16-c9s". */
    return dk_starts_with(name, "postgresql-") && name[11] >= '0' && name[11] <= '9';
}

static int major_of(const char *text) {
    int major = strspn(text, "0123456789") ? atoi(text) : 0;
    return major >= 8 && major < 100 ? major : 0;
}

/* Tags of the official image begin with the version, others have it after "pg": "latest-pg16", "pg17". */
int compose_image_major(const char *image) {
    const char *tag = "";
    DK_AUTOFREE char *name = last_part(image ? image : "", &tag);
    int major = 0;
    for (const char *mark = strstr(tag, "pg"); mark && !major; mark = strstr(mark + 2, "pg"))
        major = major_of(mark + 2);
    if (!major && !is_one_of(name, own_versions, DK_COUNT(own_versions)))
        major = major_of(tag);
    return !major && dk_starts_with(name, "postgresql-") ? major_of(name + 11) : major;
}

/* ── choosing ── */
typedef enum fit { FIT_NOT, FIT_PORT, FIT_IMAGE } fit;

/* A service built from the project's own Dockerfile tells by its name and what the official image reads. */
static bool looks_built(const compose_service *service) {
    return service->builds && !service->image &&
           (compose_environment(service, "POSTGRES_PASSWORD") ||
            compose_environment(service, "POSTGRES_USER")) &&
           is_one_of(service->name, names, DK_COUNT(names));
}

static fit fit_of(const compose_service *service) {
    int port = 0;
    if (compose_image_is_postgres(service->image) || looks_built(service))
        return FIT_IMAGE;
    return compose_published(service, COMPOSE_POSTGRES_PORT, &port) ? FIT_PORT : FIT_NOT;
}

typedef struct choice {
    const compose_service *found[8];
    size_t count;
    fit best;
} choice;

static void consider(choice *made, const compose_service *service) {
    fit kind = fit_of(service);
    if (kind == FIT_NOT || kind < made->best)
        return;
    if (kind > made->best)
        made->count = 0;
    made->best = kind;
    if (made->count < DK_COUNT(made->found))
        made->found[made->count++] = service;
}

/* Of several: the one the URL names, the one at its port, the one with a usual name, if that is one only. */
static const compose_service *narrow(const choice *made, const char *host, int port) {
    for (size_t i = 0; host && i < made->count; i++)
        if (dk_streq(made->found[i]->name, host) || dk_streq(made->found[i]->container_name, host))
            return made->found[i];
    for (int rule = 0; rule < 2; rule++) {
        const compose_service *only = NULL;
        size_t count = 0;
        for (size_t i = 0; i < made->count; i++)
            if (rule == 0 ? port > 0 && compose_is_published_at(made->found[i], COMPOSE_POSTGRES_PORT, port)
                          : is_one_of(made->found[i]->name, names, DK_COUNT(names))) {
                only = made->found[i];
                count++;
            }
        if (count == 1)
            return only;
    }
    return NULL;
}

static const compose_service *fail_choice(const compose_project *project, const choice *made,
                                          dk_error *error) {
    DK_AUTO_STRV dk_strv shown = DK_STRV_INIT;
    for (size_t i = 0; i < made->count; i++)
        dk_strv_add(&shown, made->found[i]->name);
    for (size_t i = 0; made->count == 0 && i < project->service_count; i++)
        dk_strv_add(&shown, project->services[i].name);
    DK_AUTOFREE char *joined = dk_strv_join(&shown, ", ");
    const char *file = project->files.count ? dk_path_basename(project->files.items[0]) : "the compose file";
    if (made->count)
        dk_fail(error, DK_ERROR_USAGE, "compose-service", "%s has several PostgreSQL services: %s", file,
                joined);
    else
        dk_fail(error, DK_ERROR_USAGE, "compose-service", "%s has no PostgreSQL service%s%s", file,
                shown.count ? "; it has " : "", joined);
    dk_error_hint(error, "name the database's service in .devkit.toml: [server.compose] service = \"%s\"",
                  made->count ? made->found[0]->name : "…");
    return NULL;
}

static const compose_service *named_service(const compose_project *project, const char *wanted,
                                            dk_error *error) {
    const compose_service *service = compose_service_find(project, wanted);
    if (service)
        return service;
    DK_AUTO_STRV dk_strv known = DK_STRV_INIT;
    for (size_t i = 0; i < project->service_count; i++)
        dk_strv_add(&known, project->services[i].name);
    DK_AUTOFREE char *joined = dk_strv_join(&known, ", ");
    const char *nearest = dk_nearest(wanted, (const char *const *)known.items, known.count);
    dk_fail(error, DK_ERROR_USAGE, "compose-service", "the compose file has no service \"%s\"", wanted);
    dk_error_hint(error, "correct [server.compose] service: %s%s%sthere are %s",
                  nearest ? "did you mean " : "", nearest ? nearest : "", nearest ? "? " : "",
                  known.count ? joined : "none");
    return NULL;
}

const compose_service *compose_database(const compose_project *project, const char *wanted, const char *host,
                                        int port, dk_error *error) {
    choice made = {.best = FIT_NOT};
    if (wanted && *wanted)
        return named_service(project, wanted, error);
    for (size_t i = 0; i < project->service_count; i++)
        consider(&made, &project->services[i]);
    if (made.count == 1)
        return made.found[0];
    const compose_service *service = made.count ? narrow(&made, host, port) : NULL;
    return service ? service : fail_choice(project, &made, error);
}
