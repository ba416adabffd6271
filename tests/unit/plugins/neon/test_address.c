/* plugins/neon/address.c */
#include "neon_project.h"

static void expect(const char *url, bool pushed, const char *address, const char *code) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *config = dk_format("[neon]\napi_url = \"%s\"\n", url);
    pushed ? unsetenv("DEVKIT_NEON_API_URL") : setenv("DEVKIT_NEON_API_URL", url, 1);
    dk_context *context = fake_context(NULL, 0, pushed ? config : "");
    DK_AUTOFREE char *found = neon_address(context, &error);
    if (address)
        assert_string_equal(found, address);
    else
        assert_null(found);
    if (code)
        assert_string_equal(error.code, code);
    fake_free(context);
}

static void test_default(void **state) {
    (void)state;
    unsetenv("DEVKIT_NEON_API_URL");
    dk_context *context = fake_context(NULL, 0, "");
    DK_AUTOFREE char *found = neon_address(context, NULL);
    assert_string_equal(found, "https://console.neon.tech/api/v2");
    fake_free(context);
}

static void test_what_the_user_says(void **state) {
    (void)state;
    expect("https://neon.example.org/api/v2//", false, "https://neon.example.org/api/v2", NULL);
    expect("http://127.0.0.1:4020", false, "http://127.0.0.1:4020", NULL);
    expect("http://[::1]:4020/x", false, "http://[::1]:4020/x", NULL);
    expect("http://localhost", false, "http://localhost", NULL);
    expect("http://neon.example.org", false, NULL, "neon-address-untrusted"); /* nobody encrypts the key */
    expect("http://127.0.0.1.evil.org/", false, NULL, "neon-address-untrusted");
    expect("http://127.0.0.1@evil.org/", false, NULL, "neon-address-untrusted");
    expect("ftp://127.0.0.1/", false, NULL, "config-invalid");
    expect("neon", false, NULL, "config-invalid");
}

static void test_what_anyone_may_have_pushed(void **state) {
    (void)state;
    expect("https://console.neon.tech/api/v2", true, "https://console.neon.tech/api/v2", NULL);
    expect("https://console-stage.neon.com/api", true, "https://console-stage.neon.com/api", NULL);
    expect("https://evil.org/api", true, NULL, "neon-address-untrusted");
    expect("https://evilneon.tech/api", true, NULL, "neon-address-untrusted");
    expect("https://neon.tech.evil.org/", true, NULL, "neon-address-untrusted");
    expect("https://neon.tech@evil.org/", true, NULL, "neon-address-untrusted");
    expect("https://neon.tech:x@evil.org/", true, NULL, "neon-address-untrusted");
    expect("http://127.0.0.1:1/", true, NULL, "neon-address-untrusted");
}

MAIN(cmocka_unit_test(test_default), cmocka_unit_test(test_what_the_user_says),
     cmocka_unit_test(test_what_anyone_may_have_pushed))
