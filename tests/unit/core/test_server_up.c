/* server_up.c: a server that runs is left alone, one that does not is brought up. */
#include "fake_context.h"

static struct {
    bool running, fails;
    dk_server_state state;
    int ups;
} fake;

static bool detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context, (void)why, (void)error;
    *score = 100;
    return true;
}

static bool status(dk_context *context, dk_server_status *found, dk_error *error) {
    (void)context, (void)error;
    found->state = fake.state;
    return true;
}

static bool up(dk_context *context, int64_t timeout_ms, dk_server_status *found, bool *changed,
               dk_error *error) {
    (void)context;
    assert_true(timeout_ms > 1000);
    found->port = 5433;
    *changed = true;
    fake.ups++;
    return !fake.fails || dk_fail(error, DK_ERROR_FAILED, "up-failed", "the test says so");
}

static bool running(dk_context *context) {
    (void)context;
    return fake.running;
}

static const dk_server_interface server = {
    .head = DK_INTERFACE("server", "fake", DK_SERVER_VERSION, dk_server_interface),
    .detect = detect,
    .status = status,
    .up = up,
    .running = running,
};
static const dk_interface *const interfaces[] = {&server.head};
static const dk_plugin plugin = {DK_PLUGIN_HEAD,        .name = "fake",           .version = "1",
                                 .summary = "A server", .interfaces = interfaces, .interface_count = 1};

static dk_context *make(void) {
    static const dk_plugin *const plugins[] = {&plugin};
    memset(&fake, 0, sizeof fake);
    return fake_context(plugins, 1, "");
}

static void left_alone(void **state) {
    (void)state;
    dk_context *context = make();
    fake.running = true;
    assert_ptr_equal(dk_server_up(context, NULL), &server);
    assert_int_equal(fake.ups, 0);
    fake_free(context);
}

static void brought_up(void **state) {
    (void)state;
    dk_context *context = make();
    fake.state = DK_SERVER_STOPPED;
    assert_ptr_equal(dk_server_up(context, NULL), &server);
    assert_int_equal(fake.ups, 1);
    fake_free(context);
}

static void in_vain(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = make();
    fake.fails = true;
    assert_null(dk_server_up(context, &error));
    assert_string_equal(error.code, "up-failed");
    fake_free(context);
}

static void no_server(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = fake_context(NULL, 0, "");
    assert_null(dk_server_up(context, &error));
    assert_string_equal(error.code, "no-such-server");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(left_alone),
        cmocka_unit_test(brought_up),
        cmocka_unit_test(in_vain),
        cmocka_unit_test(no_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
