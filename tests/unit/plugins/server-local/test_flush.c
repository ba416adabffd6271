/* plugins/server-local/flush.c */
#include "local_project.h"

/* Whether bytes reached a disk only a power cut shows: here, that it neither waits nor minds a missing
 * folder. */
static void test_it_returns_at_once(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    local_project_data(&local, "file", "bytes");
    local_bring_to_disk(local.cluster.data_dir);
    local_bring_to_disk("/nonexistent");
    setenv("PATH", "/nonexistent", 1); /* no `sync`: done here */
    local_bring_to_disk(local.cluster.data_dir);
    local_bring_to_disk("/nonexistent");
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_it_returns_at_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
