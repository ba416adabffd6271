/* plugins/seed/sequences.c: the SQL; what it does is in tests/integration/test_seed.py */
#include "../layer_project.h"

#include "seed/seed.h"

static void test_sql(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    seed_sequence_sql(&sql, "app.\"user\"", "Id", "app.\"user_id's_seq\"");
    assert_string_equal(
        dk_buf_text(&sql),
        "select pg_catalog.setval('app.\"user_id''s_seq\"', top) from (select max(\"Id\")::bigint "
        "as top from app.\"user\") highest where top >= (select last_value from "
        "app.\"user_id's_seq\");");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sql)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
