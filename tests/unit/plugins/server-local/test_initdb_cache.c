/* plugins/server-local/initdb_cache.c */
#include "local_project.h"

#include <dirent.h>
#include <fcntl.h>

/* What initdb made under one version of the locale can't be copied (CREATE DATABASE) under another. */
static void test_what_the_key_depends_on(void **state) {
    (void)state;
    DK_AUTOFREE char *key = local_cache_key("/usr/bin", 15, "C.UTF-8", "2.36");
    DK_AUTOFREE char *same = local_cache_key("/usr/bin", 15, "C.UTF-8", "2.36");
    DK_AUTOFREE char *newer = local_cache_key("/usr/bin", 15, "C.UTF-8", "2.41");
    DK_AUTOFREE char *german = local_cache_key("/usr/bin", 15, "de_DE.UTF-8", "2.36");
    assert_string_equal(key, same);
    assert_string_not_equal(key, newer);
    assert_string_not_equal(key, german);
}

static size_t count_entries(const char *folder) {
    size_t count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    for (const struct dirent *entry; (entry = readdir(directory));)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

static void test_the_oldest_goes(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    local_project_data(&local, "PG_VERSION", "15");
    DK_AUTOFREE char *cache = dk_path_join(local.project.root, "cache");
    for (int i = 0; i < 8; i++) {
        DK_AUTOFREE char *key = dk_format("15-%d", i);
        DK_AUTOFREE char *kept = dk_path_join(cache, key);
        struct timespec times[2] = {{.tv_sec = 1000 + i}, {.tv_sec = 1000 + i}};
        local_cache_keep(&local.cluster, local.cluster.data_dir, cache, key);
        assert_true(dk_is_directory(kept));
        assert_int_equal(utimensat(AT_FDCWD, kept, times, 0), 0);
    }
    DK_AUTOFREE char *first = dk_path_join(cache, "15-0");
    DK_AUTOFREE char *second = dk_path_join(cache, "15-1");
    DK_AUTOFREE char *third = dk_path_join(cache, "15-2");
    assert_false(dk_file_exists(first));
    assert_false(dk_file_exists(second));
    assert_true(dk_file_exists(third));
    assert_int_equal(count_entries(cache), 6);
    local_project_close(&local);
}

static void test_leftovers_go_with_the_next_result(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    local_project_data(&local, "PG_VERSION", "15");
    DK_AUTOFREE char *cache = dk_path_join(local.project.root, "cache");
    DK_AUTOFREE char *half = dk_path_join(cache, "15-x" LOCAL_BUILDING "00112233/base");
    assert_true(dk_mkdirs(half, 0700, NULL));
    local_cache_keep(&local.cluster, local.cluster.data_dir, cache, "15-y");
    assert_false(dk_file_exists(half));
    assert_int_equal(count_entries(cache), 1);
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_the_key_depends_on),
                                       cmocka_unit_test(test_the_oldest_goes),
                                       cmocka_unit_test(test_leftovers_go_with_the_next_result)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
