/* plugins/ports/collect.c */
#include "lab.h"

static void expect(const ports_needs *needs, const char *expected) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    for (size_t i = 0; i < needs->count; i++) {
        DK_AUTOFREE char *by = ports_need_describe(&needs->items[i]);
        dk_buf_addf(&text, "%s%d%s %s", i ? "; " : "", needs->items[i].port,
                    needs->items[i].remote ? " remote" : "", by);
    }
    assert_string_equal(dk_buf_text(&text), expected);
}

static void test_everything_that_names_a_port(void **state) {
    (void)state;
    dk_context *context = lab_open("[ports]\nbackend = 8000\nfrontend = 3000\n",
                                   "# ours\nDATABASE_URL=postgresql://a@localhost:5433/d\n"
                                   "REDIS_URL=redis://localhost:6379/0\nBACKEND_PORT=8000\n");
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    assert_true(ports_needs_collect(context, &needs, NULL));
    expect(&needs, "5433 DATABASE_URL (.env:2); 8000 [ports] backend, BACKEND_PORT (.env:4); "
                   "3000 [ports] frontend; 6379 REDIS_URL (.env:3)");
    assert_non_null(ports_need_source(&needs.items[0], PORTS_DATABASE));
    assert_null(ports_need_source(&needs.items[0], PORTS_CONFIG));
    assert_int_equal(lab_server.asked, 0);
    fake_free(context);
}

static void test_a_url_that_the_server_made_up(void **state) {
    (void)state;
    dk_context *context = lab_open("", NULL);
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT, none = PORTS_NEEDS_INIT;
    assert_true(ports_needs_collect(context, &none, NULL));
    expect(&none, "");
    lab_server.url = "postgresql://a@127.0.0.1:21234/d";
    assert_true(ports_needs_collect(context, &needs, NULL));
    expect(&needs, "21234 the project's server");
    fake_free(context);
}

static void test_another_machine(void **state) {
    (void)state;
    dk_context *context = lab_open("[ports]\nweb = 5432\n", "DATABASE_URL=postgresql://a@db.example.com/d\n");
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    assert_true(ports_needs_collect(context, &needs, NULL));
    expect(&needs, "5432 remote DATABASE_URL (.env:1); 5432 [ports] web");
    fake_free(context);
}

/* The port at which the service is published is the one that [ports] names: one need, not two. */
static void test_one_port_by_two_ways(void **state) {
    (void)state;
    dk_context *context = lab_open("[ports]\ndatabase = 5433\n", "DATABASE_URL=postgresql://a@db/d\n");
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    one_write(context, "compose.yml", "services: {db: {image: postgres, ports: ['5433:5432']}}\n", 0644);
    assert_true(ports_needs_collect(context, &needs, NULL));
    expect(&needs, "5433 DATABASE_URL (.env:1), compose service db, [ports] database");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_that_names_a_port),
        cmocka_unit_test(test_a_url_that_the_server_made_up),
        cmocka_unit_test(test_another_machine),
        cmocka_unit_test(test_one_port_by_two_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
