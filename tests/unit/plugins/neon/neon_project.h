/* A scratch project at Neon, with a fake of its API on the loopback that answers from a table. */
#ifndef TESTS_NEON_PROJECT_H
#define TESTS_NEON_PROJECT_H

#include "../../../fakes/http_server.h"
#include "../../core/fake_context.h"

#include <neon/neon.h>

#define HOST "ep-cool-moon-12345678.c-10.eu-central-1.aws.neon.tech"
#define OTHER_HOST "ep-late-snow-87654321.c-10.eu-central-1.aws.neon.tech"
#define NEON_URL "postgresql+asyncpg://app:geheim@" HOST "/tasks?ssl=require"
#define NEON_ENV "# ours\nDATABASE_URL=" NEON_URL " # here\nOTHER=1\n"
#define KEY_TEXT "napi_0123456789abcdef"

#define BRANCH_MAIN                                                                                          \
    "{\"id\":\"br-main-term-1\",\"name\":\"main\",\"default\":true,\"protected\":false,\"current_state\":"   \
    "\"ready\",\"created_at\":\"2026-01-01T00:00:00Z\",\"logical_size\":2048}"
#define BRANCH_TRY                                                                                           \
    "{\"id\":\"br-try-snow-2\",\"name\":\"try\",\"default\":false,\"protected\":false,\"current_state\":"    \
    "\"ready\",\"parent_id\":\"br-main-term-1\",\"created_at\":\"2026-01-02T00:00:00Z\"}"
#define BRANCHES                                                                                             \
    "{\"branches\":[" BRANCH_MAIN "," BRANCH_TRY                                                             \
    "],\"annotations\":{\"br-try-snow-2\":{\"object\":{\"type\":"                                            \
    "\"console/branch\",\"id\":\"br-try-snow-2\"},\"value\":{\"devkit\":\"snapshot\"}}}}"
#define ENDPOINT(id, branch, host)                                                                           \
    "{\"id\":\"" id "\",\"branch_id\":\"" branch "\",\"host\":\"" host "\",\"type\":\"read_write\"}"
#define ENDPOINTS "{\"endpoints\":[" ENDPOINT("ep-cool-moon-12345678", "br-main-term-1", HOST) "]}"
#define BOTH_ENDPOINTS                                                                                       \
    "{\"endpoints\":[" ENDPOINT("ep-cool-moon-12345678", "br-main-term-1", HOST) "," ENDPOINT(               \
        "ep-late-snow-87654321", "br-try-snow-2", OTHER_HOST) "]}"
#define PROJECTS "{\"projects\":[{\"id\":\"p-1\",\"proxy_host\":\"c-10.eu-central-1.aws.neon.tech\"}]}"

DK_API const dk_plugin *devkit_plugin_neon_endpoint(void);

typedef struct neon_test {
    fake_http api;
    dk_context *context;
    neon_client client;
} neon_test;

/* `env` becomes .env (NULL: none), `config` .devkit.toml. */
static inline void neon_open(neon_test *test, const char *config, const char *env, const fake_answer *answers,
                             size_t count) {
    static const dk_plugin *plugins[1];
    static const char *const foreign[] = {"DATABASE_URL", "DEVKIT_NEON_PROJECT_ID", "XDG_CONFIG_HOME"};
    *test = (neon_test){0};
    int port = fake_place_open_tcp(&test->api.place);
    fake_http_serve(&test->api, answers, count);
    for (size_t i = 0; i < DK_COUNT(foreign); i++)
        unsetenv(foreign[i]);
    DK_AUTOFREE char *address = dk_format("http://127.0.0.1:%d", port);
    setenv("DEVKIT_NEON_API_URL", address, 1);
    setenv("NEON_API_KEY", KEY_TEXT, 1);
    plugins[0] = devkit_plugin_neon_endpoint();
    test->context = fake_context(plugins, 1, config);
    if (env) {
        DK_AUTOFREE char *path = dk_path_join(test->context->root, ".env");
        assert_true(dk_file_write(path, env, strlen(env), 0600, NULL));
    }
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!neon_client_open(test->context, &test->client, &error))
        fail_msg("%s: %s", error.message, error.detail);
}

static inline void neon_close(neon_test *test) {
    neon_client_release(&test->client);
    fake_free(test->context);
    fake_http_stop(&test->api);
}

/* As with --yes. */
static inline void neon_say_yes(neon_test *test) {
    test->context->globals.yes = true;
    report_configure(test->context);
}

/* How often `line` ("POST /projects/p-1/branches") began a request. */
static inline int neon_count(neon_test *test, const char *line) {
    int found = 0;
    pthread_mutex_lock(&test->api.lock);
    for (const char *at = dk_buf_text(&test->api.log); *at; at += strcspn(at, "\n"), at += *at == '\n')
        found += strncmp(at, line, strlen(line)) == 0;
    pthread_mutex_unlock(&test->api.lock);
    return found;
}

static inline char *neon_read_env(neon_test *test) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTOFREE char *path = dk_path_join(test->context->root, ".env");
    assert_true(dk_file_read(path, 0, &text, NULL));
    return dk_buf_detach(&text);
}

static inline json_t *neon_json(const char *text) {
    json_t *value = json_loads(text, 0, NULL);
    assert_non_null(value);
    return value;
}

/* What a command prints; caller frees. */
static inline char *neon_output(neon_test *test, bool (*run)(dk_context *, const void *, dk_error *),
                                const void *values, bool expected) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    FILE *file = tmpfile();
    assert_non_null(file);
    dup2(fileno(file), STDOUT_FILENO);
    bool outcome = run(test->context, values, &error);
    dk_flush(test->context);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    char text[16384];
    rewind(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    if (outcome != expected)
        fail_msg("%s: %s", error.message, error.detail);
    return outcome ? dk_strndup(text, length)
                   : dk_format("%s\n%s\n%s", error.code, error.message, error.detail);
}

#define assert_contains(text, part) assert_non_null(strstr((text), (part)))
#define MAIN(...)                                                                                            \
    int main(void) {                                                                                         \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                                     \
        return cmocka_run_group_tests(tests, NULL, NULL);                                                    \
    }

#endif
