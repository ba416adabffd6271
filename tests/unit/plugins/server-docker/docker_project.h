/* A scratch project and a fake engine for the unit tests of server-docker. */
#ifndef TESTS_DOCKER_PROJECT_H
#define TESTS_DOCKER_PROJECT_H

#include "../../../fakes/http_server.h"
#include "../layer_project.h"

#include <server-docker/docker.h>

#define DOCKER_URL "postgresql://app:secret@127.0.0.1:1/tasks"
#define PING                                                                                                 \
    { "GET", "/_ping", 200, "OK", "Api-Version: 1.41\nServer: Docker/20.10.24", 0, 0 }

typedef struct docker_test {
    layer_project folder;
    fake_http fake;
    bool faked;
    docker_project project;
    docker_engine engine;
} docker_test;

/* A developer's own engine must not be met by a unit test. */
static inline void no_engine(docker_test *test) {
    static const char *const variables[] = {"DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_TLS",
                                            "DOCKER_CERT_PATH", "DATABASE_URL"};
    for (size_t i = 0; i < DK_COUNT(variables); i++)
        unsetenv(variables[i]);
    setenv("DOCKER_HOST", "unix:///tmp/devkit-no-such-engine.sock", 1);
    setenv("DOCKER_CONFIG", test->folder.root, 1);
}

static inline dk_context *test_open(docker_test *test, const char *toml, const char *url) {
    memset(test, 0, sizeof *test);
    project_open(&test->folder);
    no_engine(test);
    if (url) {
        DK_AUTOFREE char *line = dk_format("DATABASE_URL=%s\n", url);
        project_write(&test->folder, ".env", line);
    }
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = project_context(&test->folder, toml);
    if (!docker_project_open(context, &test->project, &error))
        fail_msg("%s", error.message);
    return context;
}

/* … with an engine that gives these answers; the first has to be PING. */
static inline dk_context *test_engine(docker_test *test, const char *toml, const char *url,
                                      const fake_answer *answers, size_t count) {
    dk_context *context = test_open(test, toml, url);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    fake_http_start(&test->fake, answers, count);
    test->faked = true;
    DK_AUTOFREE char *host = dk_format("unix://%s", test->fake.place.path);
    setenv("DOCKER_HOST", host, 1);
    if (!docker_engine_open(context, &test->engine, &error))
        fail_msg("%s: %s", error.message, error.detail);
    return context;
}

static inline void test_close(docker_test *test) {
    docker_engine_release(&test->engine);
    docker_project_release(&test->project);
    if (test->faked)
        fake_http_stop(&test->fake);
    project_close(&test->folder);
}

/* What the engine would tell of this project's container. `state` is the engine's word; caller frees. */
static inline char *inspected(const docker_test *test, const char *state, const char *image,
                              const char *address, int port) {
    return dk_format(
        "{\"Id\":\"c0ffee\",\"RestartCount\":2,\"State\":{\"Status\":\"%s\",\"Running\":%s,"
        "\"ExitCode\":0,\"Pid\":0,\"StartedAt\":\"2026-11-21T16:24:39.56Z\",\"Health\":{\"Status\":"
        "\"healthy\"}},\"Config\":{\"Image\":\"%s\",\"Tty\":false,\"User\":\"\",\"Env\":[\"PATH=/bin\","
        "\"POSTGRES_USER=devkit_admin\"],\"Labels\":{\"devkit.project\":\"%s\",\"devkit.image\":"
        "\"%s\"}},\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"always\"},\"PortBindings\":{\"5432/tcp\":"
        "[{\"HostIp\":\"%s\",\"HostPort\":\"%d\"}]}},\"Mounts\":[{\"Type\":\"volume\",\"Name\":\"%s\","
        "\"Destination\":\"/var/lib/postgresql/data\"}]}",
        state, strcmp(state, "running") == 0 ? "true" : "false", image, test->project.hash, image, address,
        port, test->project.name);
}

static inline void parse_container(const docker_test *test, const char *text, docker_container *container) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!docker_container_parse(&test->project, http_json_parse(text, strlen(text), NULL), container, &error))
        fail_msg("%s", error.detail);
}

#endif
