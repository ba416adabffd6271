/* plugins/server-external/pooled.c */
#include "../layer_project.h"

#include <server-external/external.h>

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
    };
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        const char *remedy = NULL;
        assert_true(dk_url_parse(cases[i].url, &url, NULL));
        const char *pooler = external_pooler(&url, &remedy);
        assert_true(dk_streq(pooler, cases[i].pooler));
        if (pooler)
            assert_non_null(strstr(remedy, cases[i].remedy));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
