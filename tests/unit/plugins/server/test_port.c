/* plugins/server/port.c */
#include "../kit/socket/listen.h"
#include "../one_server.h"

#include <server/server.h>

/* A server of devkit's own that finds ports taken as the test says. */
static struct {
    dk_server_state state;
    bool owned;
    int refusals; /* so many `up` fail */
    int ups, downs;
    const char *code; /* of the failure */
    const char *url;  /* made up by the first `up` */
} lab;

static bool lab_status(dk_context *context, dk_server_status *status, dk_error *error) {
    (void)context, (void)error;
    status->state = lab.state;
    status->owned = lab.owned;
    return true;
}

static bool lab_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
                   dk_error *error) {
    (void)timeout_ms, (void)status;
    lab.ups++;
    *changed = true;
    one_url(context, lab.url);
    lab.url = NULL;
    return lab.refusals-- <= 0 || dk_fail(error, DK_ERROR_FAILED, lab.code, "no");
}

static bool lab_down(dk_context *context, bool *changed, dk_error *error) {
    (void)context, (void)error;
    lab.downs++;
    *changed = false;
    return true;
}

static const dk_server_interface lab_interface = {
    .head = DK_INTERFACE("server", "lab", DK_SERVER_VERSION, dk_server_interface),
    .detect = one_detect,
    .status = lab_status,
    .up = lab_up,
    .down = lab_down};
static const dk_interface *const lab_interfaces[] = {&lab_interface.head};
ONE_PLUGIN(lab_plugin, lab_interfaces);

static char home[] = "/tmp/devkit-state-XXXXXX";

static dk_context *open_lab(int port) {
    static const dk_plugin *const plugins[] = {&lab_plugin};
    memset(&lab, 0, sizeof lab);
    lab.owned = true;
    lab.state = DK_SERVER_STOPPED;
    lab.code = "port-taken";
    DK_AUTOFREE char *text =
        dk_format("A=1 # one\nDATABASE_URL=postgresql://a:b@localhost:%d/d # two\n", port);
    return one_project(plugins, DK_COUNT(plugins), "", port ? text : NULL);
}

static int free_port(void) {
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    close(fd);
    return port;
}

static int port_now(dk_context *context) {
    return dk_url_port(dk_database_get(context, NULL)->url);
}

static bool run(dk_context *context, const char *port, dk_error *error) {
    const server_up_values values = {.timeout = 1000, .port = port};
    return server_up(context, &values, error);
}

static void must(dk_context *context, const char *port) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!run(context, port, &error))
        fail_msg("%s", error.message);
}

static void must_fail(dk_context *context, const char *port, const char *code) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(run(context, port, &error));
    assert_string_equal(error.code, code);
}

static void test_a_free_port_stays(void **state) {
    (void)state;
    int port = free_port();
    dk_context *context = open_lab(port);
    must(context, "auto");
    assert_int_equal(port_now(context), port);
    assert_int_equal(lab.downs, 0);
    assert_null(json_object_get(dk_result(context), "moved"));
    fake_free(context);
}

static void test_a_taken_port_is_left(void **state) {
    (void)state;
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    dk_context *context = open_lab(port);
    must(context, "auto");
    assert_in_range(port_now(context), 20000, 29999);
    assert_int_equal(lab.downs, 1); /* it is there, and may have to be made anew */
    const json_t *moved = json_object_get(dk_result(context), "moved");
    assert_int_equal(dk_json_int(moved, "from", 0), port);
    assert_string_equal(dk_json_string(moved, "changed", ""), ".env:2");
    assert_true(dk_file_exists(dk_json_string(moved, "saved", "")));
    close(fd);
    fake_free(context);
}

static void test_taken_between_probe_and_start(void **state) {
    (void)state;
    int port = free_port();
    dk_context *context = open_lab(port);
    lab.refusals = 2;
    must(context, "auto");
    assert_int_equal(lab.ups, 3);
    assert_int_not_equal(port_now(context), port);
    /* Of two changes the user's own file is the one that is named. */
    const json_t *moved = json_object_get(dk_result(context), "moved");
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTOFREE char *first = dk_format("localhost:%d/d", port);
    assert_true(dk_file_read(dk_json_string(moved, "saved", ""), 0, &text, NULL));
    assert_non_null(strstr(dk_buf_text(&text), first));
    assert_int_equal(dk_json_int(moved, "from", 0), port);
    fake_free(context);
}

static void test_it_gives_up_some_time(void **state) {
    (void)state;
    dk_context *context = open_lab(free_port());
    lab.refusals = 1000;
    must_fail(context, "auto", "port-taken");
    assert_in_range(lab.ups, 10, 64);
    lab.refusals = 1;
    lab.code = "disk-full";
    lab.ups = 0;
    must_fail(context, "auto", "disk-full");
    assert_int_equal(lab.ups, 1);
    fake_free(context);
}

static void test_a_server_in_its_own_way(void **state) {
    (void)state;
    int port = 0, fd = listen_at("127.0.0.1", &port, false); /* our server, half well */
    dk_context *context = open_lab(port);
    lab.state = DK_SERVER_UNHEALTHY;
    must(context, "auto");
    assert_int_equal(port_now(context), port);
    close(fd);
    fake_free(context);
}

static void test_a_port_by_number(void **state) {
    (void)state;
    int port = free_port(), other = free_port(), taken = 0, fd = listen_at("127.0.0.1", &taken, false);
    dk_context *context = open_lab(port);
    DK_AUTOFREE char *wanted = dk_format("%d", other);
    DK_AUTOFREE char *busy = dk_format("%d", taken);
    must(context, wanted);
    assert_int_equal(port_now(context), other);
    must_fail(context, busy, "port-taken");
    assert_int_equal(port_now(context), other);
    must_fail(context, "0", "bad-value");
    must_fail(context, "70000", "bad-value");
    must_fail(context, "any", "bad-value");
    must(context, wanted); /* it is there already */
    lab.refusals = 1;
    must_fail(context, wanted, "port-taken"); /* the user said which: no other is taken */
    close(fd);
    fake_free(context);
}

static void test_a_url_that_is_made_up(void **state) {
    (void)state;
    int other = free_port();
    dk_context *context = open_lab(0);
    DK_AUTOFREE char *wanted = dk_format("%d", other);
    lab.url = "postgresql://a:b@127.0.0.1:20001/d";
    must(context, wanted);
    assert_int_equal(lab.ups, 2);
    assert_int_equal(port_now(context), other);
    assert_string_equal(dk_database_get(context, NULL)->origin, "server");
    fake_free(context);
    context = open_lab(0);
    lab.url = "postgresql://a:b@127.0.0.1:20001/d";
    must(context, "auto");
    assert_int_equal(lab.ups, 1);
    fake_free(context);
}

static void test_what_is_not_devkit_s(void **state) {
    (void)state;
    dk_context *context = open_lab(free_port());
    lab.owned = false;
    must_fail(context, "auto", "not-owned");
    must(context, NULL);
    fake_free(context);
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    context = open_lab(0);
    DK_AUTOFREE char *url = dk_format("postgresql://a:b@localhost:%d/d", port);
    setenv("DATABASE_URL", url, 1);
    must_fail(context, "auto", "env-override");
    unsetenv("DATABASE_URL");
    close(fd);
    fake_free(context);
}

static int make_home(void **state) {
    (void)state;
    setenv("XDG_STATE_HOME", mkdtemp(home), 1);
    return 0;
}

static int remove_home(void **state) {
    (void)state;
    return dk_remove_tree(home, NULL) ? 0 : 1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_free_port_stays),
        cmocka_unit_test(test_a_taken_port_is_left),
        cmocka_unit_test(test_taken_between_probe_and_start),
        cmocka_unit_test(test_it_gives_up_some_time),
        cmocka_unit_test(test_a_server_in_its_own_way),
        cmocka_unit_test(test_a_port_by_number),
        cmocka_unit_test(test_a_url_that_is_made_up),
        cmocka_unit_test(test_what_is_not_devkit_s),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
