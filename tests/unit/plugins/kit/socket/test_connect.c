/* plugins/kit/socket/connect.c */
#include "listen.h"

#define TIMEOUT_MS 300

static bool answers(const char *address, int port) {
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    assert_int_equal(inet_pton(AF_INET, address, &four.sin_addr), 1);
    return socket_answers((const struct sockaddr *)&four, sizeof four, TIMEOUT_MS);
}

static void test_yes_and_no(void **state) {
    (void)state;
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    assert_true(answers("127.0.0.1", port));
    close(fd);
    assert_false(answers("127.0.0.1", port));
}

/* No address of a machine: the system refuses before anything is sent. */
static void test_what_fails_at_once(void **state) {
    (void)state;
    assert_false(answers("224.0.0.1", 5432));
}

/* A listener whose queue is full says nothing at all. */
static void test_silence_has_an_end(void **state) {
    (void)state;
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    assert_int_equal(listen(fd, 0), 0);
    int64_t before = dk_now_ms();
    bool full = false;
    int waiting[64], count = 0;
    while (!full && count < (int)DK_COUNT(waiting)) {
        struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
        place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        waiting[count] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        connect(waiting[count++], (const struct sockaddr *)&place, sizeof place);
        full = !answers("127.0.0.1", port);
    }
    assert_true(full);
    assert_in_range(dk_now_ms() - before, TIMEOUT_MS, 60000);
    while (count)
        close(waiting[--count]);
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_yes_and_no),
        cmocka_unit_test(test_what_fails_at_once),
        cmocka_unit_test(test_silence_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
