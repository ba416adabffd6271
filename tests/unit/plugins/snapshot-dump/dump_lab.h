/* The store of dumps on a real server: the engine's lab, with a folder of archives in the project. */
#ifndef TESTS_DUMP_LAB_H
#define TESTS_DUMP_LAB_H

#include "../engine/lab.h"

#include <snapshot-dump/dump.h>

static dk_progress *lab_progress;

static LAB_UNUSED int dump_setup(void **state) {
    int failed = lab_setup(state);
    lab_progress = dk_progress_begin(lab.context, "test");
    return failed;
}

static LAB_UNUSED int dump_teardown(void **state) {
    dk_progress_end(lab_progress, true, NULL);
    return lab_teardown(state);
}

#define DUMP_TEST(function) cmocka_unit_test_setup_teardown(function, dump_setup, dump_teardown)

/* Saves the live database; its entry is the caller's. NULL: the error is lab.error. */
static LAB_UNUSED json_t *dump_try_save(const char *name, const dk_snapshot_part *part) {
    DK_AUTO_JSON json_t *facts = json_pack("{s:s,s:n}", "git_branch", "topic", "migration");
    dk_snapshot_request request = {.name = name,
                                   .note = "all green",
                                   .purpose = "manual",
                                   .facts = facts,
                                   .part = part,
                                   .progress = lab_progress};
    json_t *entry = json_object();
    if (dump_save(lab.context, &request, entry, &lab.error))
        return entry;
    json_decref(entry);
    return NULL;
}

static LAB_UNUSED char *dump_saved(const char *name) {
    json_t *entry = dump_try_save(name, NULL);
    lab_must(entry);
    json_decref(entry);
    char *path = dump_path(lab.context, name, true, &lab.error);
    lab_must(path);
    return path;
}

static LAB_UNUSED bool dump_try_restore(const char *name, unsigned flags) {
    dk_snapshot_report report = DK_SNAPSHOT_REPORT_INIT;
    dk_snapshot_restore request = {.name = name, .flags = flags, .progress = lab_progress};
    bool done = dump_restore(lab.context, &request, &report, &lab.error);
    dk_snapshot_report_release(&report);
    return done;
}

/* Names in the folder of archives, hidden ones too. */
static LAB_UNUSED size_t dump_count_files(void) {
    DK_AUTO_STRV dk_strv patterns = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    DK_AUTOFREE char *folder = dump_folder(lab.context, true, &lab.error);
    dk_strv_add(&patterns, "*");
    dk_strv_add(&patterns, ".*");
    lab_must(dk_glob(folder, &patterns, &paths, &lab.error));
    return paths.count;
}

/* Turns some bits of one byte. */
static LAB_UNUSED void dump_damage(const char *path, int64_t offset) {
    unsigned char byte;
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, offset), 1);
    byte ^= 0x21;
    assert_int_equal(pwrite(fd, &byte, 1, offset), 1);
    close(fd);
}

#endif
