/* plugins/ports/kill.c */
#include "lab.h"

/* With --yes, unless `asks`. */
static dk_context *open_lab(bool yes) {
    dk_context *context = lab_open("", NULL);
    context->globals.yes = yes;
    context->globals.no_input = true;
    report_configure(context);
    return context;
}

static bool run(dk_context *context, const void *port, dk_error *error) {
    return ports_kill(context, *(const int *)port, error);
}

static void expect(dk_context *context, int port, bool success, const char *text) {
    bool done;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *output = one_output(run, context, &port, &done, &error);
    if (done != success)
        fail_msg("%s %s", output, error.message ? error.message : "");
    lab_must_say(success ? output : error.code, text);
}

static void test_ends_when_asked(void **state) {
    (void)state;
    dk_context *context = open_lab(true);
    lab_child holder = {0};
    pid_t pid = lab_listen(&holder);
    int status = 0;
    expect(context, holder.port, true, "is free");
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(WTERMSIG(status), SIGTERM);
    expect(context, holder.port, true, "nobody listens");
    fake_free(context);
}

static void test_ends_when_made_to(void **state) {
    (void)state;
    dk_context *context = open_lab(true);
    lab_child holder = {.stubborn = true};
    pid_t pid = lab_listen(&holder);
    int status = 0;
    expect(context, holder.port, true, "is free");
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(WTERMSIG(status), SIGKILL);
    fake_free(context);
}

static void test_asks_first(void **state) {
    (void)state;
    dk_context *context = open_lab(false);
    lab_child holder = {0};
    pid_t pid = lab_listen(&holder);
    expect(context, holder.port, false, "confirmation-needed");
    assert_int_equal(kill(pid, 0), 0);
    listen_end(pid);
    fake_free(context);
}

static void test_refuses_ourselves_and_ancestors(void **state) {
    (void)state;
    dk_context *context = open_lab(true);
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    expect(context, port, false, "holder-kept");
    pid_t child = fork(); /* whose parent listens */
    if (child == 0) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        close(fd);
        bool ended = ports_kill(context, port, &error);
        _exit(!ended && dk_error_is(&error, "holder-kept") ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(fd);
    fake_free(context);
}

static void test_stops_a_container(void **state) {
    (void)state;
    if (geteuid() != 0)
        return;
    dk_context *context = open_lab(true);
    listen_mine mine = {0};
    mine.fd = listen_at("127.0.0.1", &mine.port, false);
    DK_AUTOFREE char *containers =
        dk_format("[{\"id\": \"c1\", \"name\": \"web-1\", \"ports\": [{\"port\": %d}]}]", mine.port);
    engine.containers = containers;
    pid_t child = fork(); /* an account that can't see who listens */
    if (child == 0) {
        bool stopped = listen_become_nobody(&mine) && ports_kill(context, mine.port, NULL);
        _exit(stopped && engine.stopped == 1 ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    engine.containers = NULL;
    child = fork(); /* and when no engine knows it either */
    if (child == 0) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        bool ended = listen_become_nobody(&mine) && ports_kill(context, mine.port, &error);
        _exit(!ended && dk_error_is(&error, "holder-unseen") ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(mine.fd);
    fake_free(context);
}

/* A server whose children have its socket: they go, too. */
static bool begin_family(void *data) {
    (void)data;
    return fork() >= 0;
}

static void test_children_go_too(void **state) {
    (void)state;
    dk_context *context = open_lab(true);
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    pid_t pid = listen_child(begin_family, NULL);
    close(fd);
    expect(context, port, true, "is free");
    waitpid(pid, NULL, 0);
    assert_true(socket_port_is_free(port));
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_when_asked),   cmocka_unit_test(test_ends_when_made_to),
        cmocka_unit_test(test_asks_first),        cmocka_unit_test(test_refuses_ourselves_and_ancestors),
        cmocka_unit_test(test_stops_a_container), cmocka_unit_test(test_children_go_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
