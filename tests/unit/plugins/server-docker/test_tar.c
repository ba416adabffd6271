/* plugins/server-docker/tar.c */
#include "../kit/test_support.h"

#include <server-docker/docker.h>

static void test_there_and_back(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf tar = DK_BUF_INIT;
    docker_tar_file(&tar, "devkit-admin-password", 0400, "s3cret");
    assert_int_equal(tar.length, 512 + 512 + 1024);
    assert_memory_equal(tar.data + 100, "0000400\0", 8);
    assert_memory_equal(tar.data + 257, "ustar\00000", 8);
    DK_AUTOFREE char *content = docker_tar_first(&tar);
    assert_string_equal(content, "s3cret");
}

/* What the system's tar thinks of it. */
static void test_tar_can_read_it(void **state) {
    (void)state;
    DK_AUTOFREE char *folder = make_scratch();
    DK_AUTO_BUF dk_buf tar = DK_BUF_INIT;
    docker_tar_file(&tar, "file", 0640, "line\n");
    write_bytes(folder, "a.tar", tar.data, tar.length);
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "tar");
    dk_process_add(&process, "-xvvOf");
    dk_process_addf(&process, "%s/a.tar", folder);
    assert_true(dk_process_run(&process, NULL));
    assert_contains(dk_buf_text(&process.output), "line\n");
    dk_remove_tree(folder, NULL);
}

static void test_garbage(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf tar = DK_BUF_INIT;
    assert_null(docker_tar_first(&tar));
    docker_tar_file(&tar, "file", 0600, "content that is cut");
    dk_buf_truncate(&tar, 520);
    assert_null(docker_tar_first(&tar));
    dk_buf_truncate(&tar, 0);
    docker_tar_file(&tar, "file", 0600, "x");
    tar.data[0] = 'g'; /* the checksum is wrong now */
    assert_null(docker_tar_first(&tar));
    DK_AUTO_BUF dk_buf zeros = DK_BUF_INIT;
    static const char block[2048];
    dk_buf_append(&zeros, block, sizeof block);
    assert_null(docker_tar_first(&zeros));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_there_and_back),
                                       cmocka_unit_test(test_tar_can_read_it),
                                       cmocka_unit_test(test_garbage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
