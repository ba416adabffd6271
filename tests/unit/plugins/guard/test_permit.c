/* permit.c: which database a destructive verb may touch. */
#include "../../core/fake_context.h"

#include <guard/guard.h>

const dk_plugin *devkit_plugin_guard(void);

static const char config[] = "[env.staging]\nurl_env = \"STAGING\"\nallow = [\"reset\", \"seed\"]\n"
                             "[env.local]\nurl_env = \"LOCAL\"\n"
                             "[env.production]\nurl_env = \"PRODUCTION\"\nprotected = true\n"
                             "[env.short]\nurl_env = \"SHORT\"\nprotected = true\n"
                             "[env.broken]\nurl_env = \"BROKEN\"\nprotected = true\n";
static const char env[] = "DATABASE_URL=postgresql://a:geheim@127.0.0.1:5433/app\n"
                          "STAGING=postgresql://a:geheim@db.example.com/shop\n"
                          "LOCAL=postgresql://a:geheim@localhost:5499/shop\n"
                          "PRODUCTION=postgres://b:other@LOCALHOST:5499/shop2\n"
                          "SHORT=jdbc:postgresql:wide\n"
                          "BROKEN=not a url\n";

/* Code of the refusal; "" when it is permitted. */
static void expect(const char *environment, const char *more, const char *verb, const char *confirmed,
                   const char *code) {
    const dk_plugin *plugins[] = {devkit_plugin_guard()};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    unsetenv("DATABASE_URL");
    dk_context *context = fake_context(plugins, 1, config);
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    DK_AUTOFREE char *text = dk_format("%s%s", env, more ? more : "");
    assert_true(dk_file_write(path, text, strlen(text), 0600, NULL));
    context->globals.environment = environment;
    bool permitted = dk_guard(context, verb, confirmed, &error);
    assert_string_equal(error.code, code);
    assert_int_equal(permitted, !*code);
    if (!permitted) {
        assert_int_equal(error.error_class, DK_ERROR_REFUSED);
        assert_non_null(error.hint);
        assert_null(strstr(error.message, "geheim"));
    }
    fake_free(context);
}

static void table(void **state) {
    (void)state;
    static const struct {
        const char *environment, *more, *verb, *confirmed, *code;
    } rows[] = {
        {NULL, NULL, "reset", NULL, ""},
        {NULL, NULL, "destroy", NULL, ""},
        {"local", NULL, "reset", NULL, ""},
        {"production", NULL, "reset", NULL, "protected"},
        {"production", NULL, "reset", "shop2", "protected"},
        {"staging", NULL, "reset", NULL, "confirmation-needed"},
        {"staging", NULL, "reset", "app", "confirmation-needed"},
        {"staging", NULL, "reset", "shop", ""},
        {"staging", NULL, "seed", "shop", ""},
        {"staging", NULL, "undo", "shop", "not-this-machine"},
        {"staging", NULL, "undo", NULL, "not-this-machine"},
        /* a machine elsewhere, without an environment */
        {NULL, "DATABASE_URL=postgresql://a@db.example.com/app\n", "reset", "app", "not-this-machine"},
        {NULL, "DATABASE_URL=postgresql://a@[2001:db8::1]/app\n", "reset", "app", "not-this-machine"},
        {NULL, "DATABASE_URL=postgresql://a@127.0.0.1,10.0.0.1/app\n", "reset", "app", "not-this-machine"},
        {NULL, "DATABASE_URL=postgresql://a@[::1]/app\n", "reset", NULL, ""},
        {NULL, "DATABASE_URL=postgresql:///app?host=/run/postgresql\n", "reset", NULL, ""},
        /* the protected one, reached by another variable */
        {NULL, "DATABASE_URL=postgresql+asyncpg://x@localhost:5499/shop2\n", "reset", NULL, "protected"},
        {NULL, "DATABASE_URL=postgresql://x@127.0.0.1:5499/shop2\n", "reset", NULL, "protected"},
        {NULL, "DATABASE_URL=postgresql://x@[::1]:5499/shop2\n", "reset", NULL, "protected"},
        {NULL, "DATABASE_URL=postgresql://x@127.0.0.1:1,localhost:5499/shop2\n", "reset", NULL, "protected"},
        {NULL, "DATABASE_URL=postgresql://x@/shop2?host=/run/postgresql&port=5499\n", "reset", NULL,
         "protected"},
        {NULL, "DATABASE_URL=postgresql://x@127.0.0.1/wide\n", "reset", NULL, "protected"},
        {NULL, "DATABASE_URL=jdbc:postgresql:wide?user=x\n", "reset", NULL, "protected"},
        {NULL, "DATABASE_URL=postgresql://x@localhost:5499/Shop2\n", "reset", NULL, ""},
        {NULL, "DATABASE_URL=postgresql://x@localhost:5498/shop2\n", "reset", NULL, ""},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++)
        expect(rows[i].environment, rows[i].more, rows[i].verb, rows[i].confirmed, rows[i].code);
}

static bool detect_stack(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context, (void)why, (void)error;
    *score = 100;
    return true;
}

static const char *stack_host;
static bool stack_runs;
static bool reach_stack(dk_context *context, const dk_url *url, dk_url *reached, dk_error *error) {
    (void)context;
    dk_url_copy(reached, url);
    dk_url_set_host(reached, stack_host, 5433);
    return stack_runs || dk_fail(error, DK_ERROR_FAILED, "not-running", "no");
}

static const dk_server_interface stack = {
    .head = DK_INTERFACE("server", "stack", DK_SERVER_VERSION, dk_server_interface),
    .detect = detect_stack,
    .reach = reach_stack};
static const dk_interface *const stack_list[] = {&stack.head};
static const dk_plugin stack_plugin = {DK_PLUGIN_HEAD, .name = "stack", .version = "1",
                                       .interfaces = stack_list, .interface_count = 1};

/* A host that only containers know is this machine when the container is on it, running or not. */
static void containers(void **state) {
    (void)state;
    static const struct {
        const char *host;
        bool runs, permitted;
    } rows[] = {{"127.0.0.1", true, true},
                {"127.0.0.1", false, true},
                {"192.0.2.7", true, false},
                {"192.0.2.7", false, false},
                {"db", true, false}};
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        const dk_plugin *plugins[] = {devkit_plugin_guard(), &stack_plugin};
        dk_context *context = fake_context(plugins, 2, "");
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        assert_true(dk_url_parse("postgresql://a:geheim@db/app", &url, NULL));
        dk_database_set(context, &url);
        stack_host = rows[i].host, stack_runs = rows[i].runs;
        assert_int_equal(dk_guard(context, "reset", NULL, NULL), rows[i].permitted);
        fake_free(context);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {cmocka_unit_test(table), cmocka_unit_test(containers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
