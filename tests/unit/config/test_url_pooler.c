/* Poolers of hosting providers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <devkit/url.h>
#include <string.h>

static void test_addresses(void **state) {
    (void)state;
    static const struct {
        const char *url, *pooler, *remedy;
    } cases[] = {
        {"postgresql://a@ep-cool-123456-pooler.eu-central-1.aws.neon.tech/x", "Neon's pooler",
         "without \"-pooler\""},
        {"postgresql://a@ep-cool-123456.eu-central-1.aws.neon.tech/x", NULL, NULL},
        {"postgresql://a@db.my-pooler.example.com/x", NULL, NULL}, /* the first label only */
        {"postgresql://a@-pooler.example.com/x", NULL, NULL},
        {"postgresql://a@my-pooler/x", NULL, NULL},
        {"postgresql://postgres.ref@aws-0-eu-central-1.pooler.supabase.com:6543/postgres",
         "Supabase's pooler in transaction mode", "5432"},
        {"postgresql://postgres.ref@aws-0-eu-central-1.pooler.supabase.com:5432/postgres",
         "Supabase's pooler in session mode", "db.PROJECT.supabase.co"},
        {"postgresql://postgres@db.ref.supabase.co:6543/postgres", "Supabase's pooler in transaction mode",
         "5432"},
        {"postgresql://postgres@db.ref.supabase.co/postgres", NULL, NULL},
        {"postgresql://a@localhost:6543/x", NULL, NULL},
        {"postgresql://a@EP-COOL-POOLER.eu.neon.tech/x", "Neon's pooler", "direct host"},
        {"postgresql://a@supabase.co:6543/x", NULL, NULL},
        {"postgresql://a@.pooler.supabase.com/x", NULL, NULL},
        {"postgresql:///x?host=/run/a-pooler.b", NULL, NULL},
    };
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        assert_true(dk_url_parse(cases[i].url, &url, NULL));
        const dk_pooler *pooler = dk_url_pooler(&url);
        assert_true(dk_streq(pooler ? pooler->name : NULL, cases[i].pooler));
        if (!pooler)
            continue;
        assert_non_null(strstr(pooler->remedy, cases[i].remedy));
        assert_true(strlen(pooler->harm) > 0);
        assert_int_equal(pooler->marked, dk_starts_with(pooler->name, "Neon"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
