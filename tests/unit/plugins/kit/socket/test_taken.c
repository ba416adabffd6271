/* plugins/kit/socket/taken.c */
#include "../../../skip.h"
#include "engine.h"

static void must_say(const char *text, const char *part) {
    if (!text || !strstr(text, part))
        fail_msg("\"%s\" is missing in: %s", part, text ? text : "(nothing)");
}

static void test_names_the_holder(void **state) {
    (void)state;
    dk_context *context = engine_context(NULL);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    DK_AUTOFREE char *pid = dk_format("test_taken (pid %ld, account ", (long)getpid());
    DK_AUTOFREE char *number = dk_format("port %d is taken by", port);
    DK_AUTOFREE char *kill_hint = dk_format("devkit ports --kill %d", port);
    char folder[4096];
    assert_false(socket_fail_taken(context, port, "DATABASE_URL", &error));
    assert_string_equal(error.code, "port-taken");
    must_say(error.message, number);
    must_say(error.message, pid);
    must_say(error.detail, getcwd(folder, sizeof folder));
    must_say(error.detail, "it was started at 20");
    must_say(error.detail, "it listens at 127.0.0.1");
    must_say(error.hint, "DATABASE_URL");
    must_say(error.hint, "devkit up --port auto");
    must_say(error.hint, kill_hint);
    assert_int_equal(engine.asked, 0); /* it is plainly no container */
    close(fd);
    fake_free(context);
}

static void test_nobody_to_see(void **state) {
    (void)state;
    dk_context *context = engine_context(NULL);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    close(fd);
    assert_false(socket_fail_taken(context, port, NULL, &error));
    must_say(error.message, "a program that can't be seen from here");
    must_say(error.hint, "the URL");
    fake_free(context);
}

static void test_texts(void **state) {
    (void)state;
    socket_process process = {.pid = 7, .program = (char *)"postgres", .user = (char *)"alice"},
                   bare = {.pid = 8};
    socket_listener listener = {.holder = &process, .uid = 4000000000U};
    DK_AUTO_JSON json_t *all = json_loads(ENGINE_SHOP("1"), 0, NULL);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    socket_describe(&listener, NULL, &text);
    assert_string_equal(dk_buf_text(&text), "postgres (pid 7, account alice)");
    dk_buf_truncate(&text, 0);
    socket_describe(&listener, json_array_get(all, 0), &text);
    assert_string_equal(dk_buf_text(&text), "the container shop-db-1 (service db)");
    dk_buf_truncate(&text, 0);
    listener.holder = &bare;
    socket_describe(&listener, NULL, &text);
    assert_string_equal(dk_buf_text(&text), "another program (pid 8)");
}

/* As an ordinary account, about root's listener. */
static bool describe_as_nobody(void *data) {
    const listen_mine *mine = data;
    dk_error error = DK_ERROR_INIT;
    if (!listen_become_nobody(mine))
        return false;
    dk_context *context = engine_context(NULL);
    socket_fail_taken(context, mine->port, NULL, &error);
    return strstr(error.message, "a process of account root that this account may not look at") != NULL;
}

static bool container_as_nobody(void *data) {
    const listen_mine *mine = data;
    dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *number = dk_format("%d", mine->port);
    DK_AUTOFREE char *containers = dk_format("[{\"id\": \"c1\", \"name\": \"shop-db-1\", \"service\": null, "
                                             "\"folder\": \"/srv/shop\", \"ports\": [{\"port\": %s}]}]",
                                             number);
    if (!listen_become_nobody(mine))
        return false;
    dk_context *context = engine_context(containers);
    socket_fail_taken(context, mine->port, NULL, &error);
    return strstr(error.message, "the container shop-db-1") &&
           strstr(error.detail, "its project is /srv/shop") && strstr(error.hint, "docker stop shop-db-1") &&
           engine.asked == 1;
}

static void test_of_another_account(void **state) {
    (void)state;
    if (geteuid() != 0)
        skip_because("needs root");
    listen_mine mine = {0};
    mine.fd = listen_at("127.0.0.1", &mine.port, false);
    listen_end(listen_child(describe_as_nobody, &mine));
    listen_end(listen_child(container_as_nobody, &mine));
    close(mine.fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_the_holder),
        cmocka_unit_test(test_nobody_to_see),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_of_another_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
