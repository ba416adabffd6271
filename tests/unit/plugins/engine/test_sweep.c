/* sweep.c: files of a copy that a crash interrupted. */
#include "lab.h"

#include <fcntl.h>

static char *make_orphan(const char *number) {
    DK_AUTOFREE char *base = dk_format("%s/data/base", cluster.folder);
    char *path = dk_path_join(base, number);
    assert_true(dk_mkdirs(path, 0700, NULL));
    write_text(path, "16385", "content");
    return path;
}

static void orphans_go_and_nothing_else(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    DK_AUTOFREE char *data = dk_path_join(cluster.folder, "data");
    lab.owned = true;
    lab.data_dir = data;
    DK_AUTOFREE char *orphan = make_orphan("4000000001");
    DK_AUTOFREE char *named = make_orphan("pgsql_tmp");
    DK_AUTOFREE char *system = make_orphan("16383");
    DK_AUTOFREE char *file = dk_format("%s/base/4000000002", data);
    write_text(data, "base/4000000002", "a file, not a folder");
    lab_must(engine_sweep_files(lab_open(), &removed, &lab.error));
    assert_int_equal(removed.count, 1);
    assert_string_equal(removed.items[0], orphan);
    assert_false(dk_file_exists(orphan));
    assert_true(dk_file_exists(named) && dk_file_exists(system) && dk_file_exists(file));
    lab_expect(lab.live, "SELECT 1", "1");
    lab_expect("postgres", "SELECT 1", "1");
    expect_answer(lab.session.work,
                  "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = "
                  "'pg_database'::regclass",
                  "0");
    assert_true(dk_remove_tree(named, NULL) && dk_remove_tree(system, NULL));
    assert_int_equal(unlink(file), 0);
}

/* What a kill in the middle of writing left in .devkit. */
static void old_temporaries_of_the_state_folder_go(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    const char *folder = dk_state_dir(lab.context, NULL);
    DK_AUTOFREE char *old = dk_path_join(folder, ".hashes.Ab12Cd");
    DK_AUTOFREE char *young = dk_path_join(folder, ".hashes.Ef34Gh");
    struct timespec times[2] = {{.tv_sec = (time_t)(dk_unix_time() - 2 * 3600)}};
    times[1] = times[0];
    for (int round = 0; round < 2; round++) {
        assert_true(dk_file_write(old, "", 0, 0600, NULL) && dk_file_write(young, "", 0, 0600, NULL));
        assert_int_equal(utimensat(AT_FDCWD, old, times, 0), 0);
        if (round == 0)
            lab_must(engine_collect(lab.context, false, false, &removed, &lab.error));
        else
            lab_must(engine_maintain(lab.context, NULL, &lab.error));
        assert_false(dk_file_exists(old));
        assert_true(dk_file_exists(young));
    }
    assert_true(dk_strv_contains(&removed, old));
}

static void not_while_databases_are_made(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    DK_AUTOFREE char *data = dk_path_join(cluster.folder, "data");
    lab.owned = true;
    lab.data_dir = data;
    DK_AUTOFREE char *orphan = make_orphan("4000000001");
    run_sql(lab.admin, "BEGIN; LOCK TABLE pg_database IN ROW EXCLUSIVE MODE");
    lab_must(engine_sweep_files(lab_open(), &removed, &lab.error));
    assert_int_equal(removed.count, 0);
    assert_true(dk_file_exists(orphan));
    run_sql(lab.admin, "ROLLBACK");
    lab_must(engine_sweep_files(&lab.session, NULL, &lab.error));
    assert_false(dk_file_exists(orphan));
}

static void not_on_a_server_of_somebody_else(void **state) {
    (void)state;
    DK_AUTOFREE char *data = dk_path_join(cluster.folder, "data");
    lab.data_dir = data;
    DK_AUTOFREE char *orphan = make_orphan("4000000001");
    lab_must(engine_sweep_files(lab_open(), NULL, &lab.error));
    assert_true(dk_file_exists(orphan));
    assert_true(dk_remove_tree(orphan, NULL));
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(orphans_go_and_nothing_else),
    LAB_TEST(old_temporaries_of_the_state_folder_go),
    LAB_TEST(not_while_databases_are_made),
    LAB_TEST(not_on_a_server_of_somebody_else),
};
LAB_MAIN(tests)
