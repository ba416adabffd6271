/* Compose files: whatever the text, a model within its bounds or an error that names the place. */
#include <kit/compose/compose.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

static const char *look_up(void *data, const char *name) {
    (void)data;
    return name[0] == 'A' ? "5433" : name[0] == 'B' ? "" : NULL;
}

static void check_port(const compose_port *port) {
    require(port->container > 0 && port->container <= port->container_last && port->container_last <= 65535);
    require(port->host >= 0 && port->host <= port->host_last && port->host_last <= 65535);
    require(port->protocol != NULL);
}

static void check_project(const compose_project *project) {
    for (size_t i = 0; i < project->service_count; i++) {
        const compose_service *service = &project->services[i];
        int port = 0;
        require(service->name && service->file && service->line > 0);
        for (size_t j = 0; j < service->port_count; j++)
            check_port(&service->ports[j]);
        for (size_t j = 0; j < service->environment_count; j++)
            require(compose_environment(service, service->environment[j].name) ==
                    service->environment[j].value);
        compose_published(service, COMPOSE_POSTGRES_PORT, &port);
        require(port >= 0 && port <= 65535 && compose_image_major(service->image) < 100);
    }
    compose_database(project, "", "db", 5432, NULL);
}

/* The parts on their own: their input is a line, not a file. */
static void check_line(const char *text) {
    const char *problem = NULL;
    compose_port port;
    DK_AUTO_BUF dk_buf expanded = DK_BUF_INIT;
    DK_AUTOFREE char *why = NULL;
    bool good = compose_expand(text, look_up, NULL, &expanded, &why);
    require(good == !why);
    if (compose_port_parse(text, &port, &problem))
        check_port(&port);
    else
        require(problem != NULL);
    compose_port_release(&port);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char path[64];
    if (!*path)
        snprintf(path, sizeof path, "/tmp/devkit-fuzz-compose-%d.yml", (int)getpid());
    FILE *file = fopen(path, "w");
    require(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    if (compose_load(&project, path, look_up, NULL, &error) &&
        compose_finish(&project, look_up, NULL, &error))
        check_project(&project);
    else
        require(error.message && *error.message);
    unlink(path);
    DK_AUTOFREE char *text = dk_strndup((const char *)data, size);
    check_line(text);
    return 0;
}
