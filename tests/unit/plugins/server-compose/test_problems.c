/* plugins/server-compose/problems.c */
#include "compose_project.h"

static void test_outputs(void **state) {
    (void)state;
    static const struct {
        const char *output, *code;
    } cases[] = {
        {"ERROR: for db  Cannot start service db: driver failed programming external connectivity: Bind for "
         "0.0.0.0:5432 "
         "failed: port is already allocated\n",
         "port-taken"},
        {"listen tcp4 0.0.0.0:5432: bind: address already in use\n", "port-taken"},
        {"Pulling db (nothing/here:1)...\nERROR: pull access denied for nothing/here\n", "image-missing"},
        {"Error response from daemon: manifest unknown\n", "image-missing"},
        {"Get \"https://registry.example/v2/\": dial tcp: lookup registry.example: no such host\n",
         "image-missing"},
        {"ERROR: Couldn't connect to Docker daemon at http+docker://localhost - is it running?\n",
         "docker-unreachable"},
        {"permission denied while trying to connect to the Docker daemon socket\n", "docker-denied"},
        {"Conflict. The container name \"/shop-db\" is already in use\n", "container-name-taken"},
        {"services.db.ports contains an invalid type, it is invalid because\n", "compose-invalid"},
        {"write /x: no space left on device\n", "disk-full"},
        {"something else\n", "compose-failed"},
        {"", "compose-failed"},
    };
    COMPOSE_SERVER_AUTO compose_server server;
    dk_context *context = compose_context(NULL, URL_LOCAL);
    assert_true(compose_server_open(context, &server, NULL));
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        assert_false(compose_fail_from_output(&server, cases[i].output, &error));
        assert_string_equal(error.code, cases[i].code);
        assert_says(error.message, "service \"db\"");
        assert_non_null(error.hint);
    }
    fake_free(context);
}

static void test_the_last_lines_are_shown(void **state) {
    (void)state;
    COMPOSE_SERVER_AUTO compose_server server;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_buf output = DK_BUF_INIT;
    dk_context *context = compose_context(NULL, URL_LOCAL);
    assert_true(compose_server_open(context, &server, NULL));
    for (int i = 0; i < 40; i++)
        dk_buf_addf(&output, "\033[1mline %d\033[0m\r\n", i);
    assert_false(compose_fail_from_output(&server, dk_buf_text(&output), &error));
    assert_says(error.detail, "line 39");
    assert_null(strstr(error.detail, "line 20"));
    assert_null(strchr(error.detail, '\033'));
    dk_buf_release(&output);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_outputs),
                                       cmocka_unit_test(test_the_last_lines_are_shown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
