/* A compose file as a text to compare: one line a service. */
#ifndef TESTS_COMPOSE_MODEL_H
#define TESTS_COMPOSE_MODEL_H

#include "../../layer_project.h"

#include <kit/compose/compose.h>
#include <stdio.h>
#include <sys/stat.h>

static inline void model_ports(const compose_service *service, dk_buf *text) {
    for (size_t i = 0; i < service->port_count; i++) {
        const compose_port *port = &service->ports[i];
        dk_buf_addf(text, " %s%s%d", port->address ? port->address : "", port->address ? "|" : "",
                    port->host);
        if (port->host_last != port->host)
            dk_buf_addf(text, "-%d", port->host_last);
        dk_buf_addf(text, ">%d", port->container);
        if (port->container_last != port->container)
            dk_buf_addf(text, "-%d", port->container_last);
        if (strcmp(port->protocol, "tcp") != 0)
            dk_buf_addf(text, "/%s", port->protocol);
    }
}

/* "db postgres:16 [A=1 B=~] 127.0.0.1|5433>5432;…"; ~ is a variable without a value. */
static inline char *model_text(const compose_project *project) {
    dk_buf text = DK_BUF_INIT;
    for (size_t i = 0; i < project->service_count; i++) {
        const compose_service *service = &project->services[i];
        dk_buf_addf(&text, "%s%s %s", i ? "; " : "", service->name, service->image ? service->image : "-");
        if (service->builds)
            dk_buf_add(&text, " built");
        if (service->container_name)
            dk_buf_addf(&text, " =%s", service->container_name);
        if (service->environment_count)
            dk_buf_add(&text, " [");
        for (size_t j = 0; j < service->environment_count; j++)
            dk_buf_addf(&text, "%s%s=%s", j ? " " : "", service->environment[j].name,
                        service->environment[j].value ? service->environment[j].value : "~");
        if (service->environment_count)
            dk_buf_add(&text, "]");
        model_ports(service, &text);
        for (size_t j = 0; j < service->expose_count; j++)
            dk_buf_addf(&text, " (%d)", service->expose[j]);
    }
    return dk_buf_detach(&text);
}

static inline const char *model_lookup(void *data, const char *name) {
    (void)data;
    static const struct {
        const char *name, *value;
    } known[] = {{"PORT", "5433"}, {"EMPTY", ""}, {"NAME", "shop"}, {"_x1", "y"}};
    for (size_t i = 0; i < DK_COUNT(known); i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].value;
    return NULL;
}

/* Reads one text as a file; gives the model, or the error's message. */
static inline char *model_of(const char *yaml) {
    layer_project files;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    project_open(&files);
    project_write(&files, "c.yml", yaml);
    DK_AUTOFREE char *path = dk_path_join(files.root, "c.yml");
    bool read = compose_load(&project, path, model_lookup, NULL, &error) &&
                compose_finish(&project, model_lookup, NULL, &error);
    char *text = read ? model_text(&project) : dk_strdup(error.message);
    if (!read)
        assert_non_null(error.hint);
    project_close(&files);
    return text;
}

/* A program of the test's own. */
static inline void program_write(const char *path, const char *text) {
    assert_true(dk_file_write(path, text, strlen(text), 0755, NULL));
    assert_int_equal(chmod(path, 0755), 0);
}

/* The model of one or two files of a folder, or the error's message. */
static inline void expect_files(const layer_project *files, const char *first, const char *second,
                                const char *expected) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    DK_AUTOFREE char *one = dk_path_join(files->root, first);
    DK_AUTOFREE char *two = dk_path_join(files->root, second ? second : "");
    bool read = compose_load(&project, one, model_lookup, NULL, &error) &&
                (!second || compose_load(&project, two, model_lookup, NULL, &error)) &&
                compose_finish(&project, model_lookup, NULL, &error);
    DK_AUTOFREE char *text = read ? model_text(&project) : dk_strdup(error.message);
    assert_string_equal(text, expected);
}

static inline void assert_model(const char *yaml, const char *expected) {
    DK_AUTOFREE char *text = model_of(yaml);
    assert_string_equal(text, expected);
}

#endif
