/* plugins/kit/compose/document.c */
#include "model.h"

static void test_anchors_and_merges(void **state) {
    (void)state;
    assert_model("x-a: &a {image: postgres:15, container_name: one}\n"
                 "x-b: &b {image: redis}\n"
                 "services:\n"
                 "  db: {<<: *a, container_name: two}\n"
                 "  first: {<<: [*a, *b]}\n"
                 "  second: {<<: [*b, *a]}\n"
                 "  same: *b\n",
                 "db postgres:15 =two; first postgres:15 =one; second redis =one; same redis");
    assert_model("x-e: &e {A: 1, B: 2}\n"
                 "services: {db: {image: x, environment: {B: 3, <<: *e, C: 4}}}\n",
                 "db x [A=1 B=3 C=4]");
    /* a quoted << is a name like any other */
    assert_model("services: {db: {image: x, environment: {\"<<\": 1}}}\n", "db x [<<=1]");
}

static void test_where_it_is_wrong(void **state) {
    (void)state;
    assert_model("services:\n  db: [image\n", "c.yml:3:1: did not find expected ',' or ']'");
    assert_model("services:\n\tdb:\n", "c.yml:2:1: found character that cannot start any token");
    assert_model("services:\n  db: *nobody\n", "c.yml:2:7: found undefined alias");
    assert_model("services:\n  db:\n    ports: 5432\n", "c.yml:3:12: \"ports\" is a list");
    assert_model("services: [1]\n", "c.yml:1:11: \"services\" is a mapping");
    assert_model("- a\n", "c.yml:1:1: a compose file is a mapping that has \"services\"");
}

static void test_a_merge_without_end(void **state) {
    (void)state;
    DK_AUTOFREE char *text = model_of("services:\n  db: &db\n    image: x\n    <<: *db\n");
    assert_non_null(strstr(text, "merged into one another"));
    dk_buf yaml = DK_BUF_INIT;
    dk_buf_add(&yaml, "x0: &x0 {A: 1, B: 2, C: 3}\n");
    for (int i = 1; i < 15; i++)
        dk_buf_addf(&yaml, "x%d: &x%d {<<: [*x%d, *x%d, *x%d, *x%d]}\n", i, i, i - 1, i - 1, i - 1, i - 1);
    dk_buf_add(&yaml, "services: {db: {environment: *x14}}\n");
    int64_t before = dk_now_ms();
    DK_AUTOFREE char *bomb = model_of(dk_buf_text(&yaml));
    assert_non_null(strstr(bomb, "merged into one another"));
    assert_true(dk_now_ms() - before < 20000);
    dk_buf_release(&yaml);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_anchors_and_merges),
                                       cmocka_unit_test(test_where_it_is_wrong),
                                       cmocka_unit_test(test_a_merge_without_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
