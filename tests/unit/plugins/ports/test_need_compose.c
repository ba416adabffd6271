/* plugins/ports/need_compose.c */
#include "lab.h"

#define COMPOSE                                                                                              \
    "services:\n"                                                                                            \
    "  db:\n    image: postgres:16\n    ports: [\"127.0.0.1:5433:5432\"]\n"                                  \
    "  web:\n    image: nginx\n    ports: [\"8000-8001:80-81\", \"9000-9005:90\", \"53:53/udp\", "           \
    "\"7000\"]\n"                                                                                            \
    "  far:\n    image: nginx\n    ports: [\"192.168.9.9:4000:80\"]\n"

static char *collect(const char *env) {
    dk_context *context = lab_open("", env);
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    dk_buf text = DK_BUF_INIT;
    one_write(context, "compose.yml", COMPOSE, 0644);
    assert_true(ports_needs_collect(context, &needs, NULL));
    for (size_t i = 0; i < needs.count; i++) {
        DK_AUTOFREE char *by = ports_need_describe(&needs.items[i]);
        dk_buf_addf(&text, "%s%d %s%s", i ? "; " : "", needs.items[i].port, by,
                    needs.items[i].sources[needs.items[i].source_count - 1].database ? " (database)" : "");
    }
    fake_free(context);
    return dk_buf_detach(&text);
}

static void test_mappings(void **state) {
    (void)state;
    DK_AUTOFREE char *found = collect(NULL);
    assert_string_equal(found, "5433 compose service db (database); 8000 compose service web; "
                               "8001 compose service web");
}

static void test_a_url_that_names_a_service(void **state) {
    (void)state;
    DK_AUTOFREE char *found = collect("DATABASE_URL=postgresql://a@db:5432/d\n");
    lab_must_say(found, "5433 DATABASE_URL (.env:1), compose service db (database); ");
    DK_AUTOFREE char *other = collect("DATABASE_URL=postgresql://a@elsewhere:5432/d\n");
    lab_must_say(other, "5432 DATABASE_URL (.env:1); 5433 compose service db (database); ");
}

static void test_a_bad_file_is_left_out(void **state) {
    (void)state;
    dk_context *context = lab_open("[ports]\nweb = 1\n", NULL);
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    one_write(context, "compose.yml", "services: [\n", 0644);
    assert_true(ports_needs_collect(context, &needs, NULL));
    assert_int_equal(needs.count, 1);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mappings),
        cmocka_unit_test(test_a_url_that_names_a_service),
        cmocka_unit_test(test_a_bad_file_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
