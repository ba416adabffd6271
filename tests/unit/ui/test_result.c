/* cli/ui/result.c */
#include "streams.h"

static void test_success(void **state) {
    (void)state;
    configure((ui_settings){.json = true});
    dk_secret_add("resultsecret");
    dk_json_set_string(dk_result(NULL), "url", "u:resultsecret@h");
    json_t *list = json_array();
    json_array_append_new(list, json_string("resultsecret"));
    json_object_set_new(dk_result(NULL), "list", list);
    dk_json_set_int(dk_result(NULL), "n", 3);
    catch_output();
    ui_print_json("reset", NULL);
    expect_output("{\"schema\":1,\"command\":\"reset\",\"ok\":true,"
                  "\"result\":{\"url\":\"u:***@h\",\"list\":[\"***\"],\"n\":3}}\n",
                  "");
}

static void test_empty_result(void **state) {
    (void)state;
    configure((ui_settings){.json = true});
    dk_error none = DK_ERROR_INIT;
    catch_output();
    ui_print_json("up", &none);
    expect_output("{\"schema\":1,\"command\":\"up\",\"ok\":true,\"result\":{}}\n", "");
}

static void test_error(void **state) {
    (void)state;
    configure((ui_settings){.json = true});
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail(&error, DK_ERROR_FAILED, "database-in-use", "m\xff");
    dk_error_hint(&error, "h");
    dk_json_set_int(dk_result(NULL), "half", 1);
    catch_output();
    ui_print_json("reset", &error);
    expect_output("{\"schema\":1,\"command\":\"reset\",\"ok\":false,\"error\":{\"code\":\"database-in-use\","
                  "\"message\":\"m\xef\xbf\xbd\",\"detail\":null,\"hint\":\"h\"}}\n",
                  "");
}

static void test_error_with_numbers(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail(&error, DK_ERROR_USAGE, "c", "m");
    strcpy(error.sqlstate, "28P01");
    error.child_status = 3;
    error.http_status = 423;
    catch_output();
    ui_print_json(NULL, &error);
    expect_output(
        "{\"schema\":1,\"command\":null,\"ok\":false,\"error\":{\"code\":\"c\",\"message\":\"m\","
        "\"detail\":null,\"hint\":null,\"sqlstate\":\"28P01\",\"child_status\":3,\"http_status\":423}}"
        "\n",
        "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_success),
        cmocka_unit_test(test_empty_result),
        cmocka_unit_test(test_error),
        cmocka_unit_test(test_error_with_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
