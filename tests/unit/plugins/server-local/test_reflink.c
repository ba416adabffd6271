/* plugins/server-local/reflink_linux.c (and its brothers elsewhere); on a file system that has reflinks:
 * tests/integration/test_server_local.py */
#include "local_project.h"

#include <dirent.h>

static int entries(const char *folder) {
    int count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

static void test_an_answer_and_nothing_left(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    local_project_data(&local, "x", "");
    int before = entries(local.cluster.data_dir);
    local_reflink first = local_reflink_probe(local.cluster.data_dir);
    assert_int_not_equal(first, LOCAL_REFLINK_UNKNOWN);
    assert_int_equal(local_reflink_probe(local.cluster.data_dir), first);
    assert_int_equal(entries(local.cluster.data_dir), before);
    local_project_close(&local);
}

static void test_where_nothing_can_be_tried(void **state) {
    (void)state;
    assert_int_equal(local_reflink_probe("/nonexistent"), LOCAL_REFLINK_UNKNOWN);
    assert_int_not_equal(local_reflink_probe("/proc"), LOCAL_REFLINK_YES);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_an_answer_and_nothing_left),
                                       cmocka_unit_test(test_where_nothing_can_be_tried)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
