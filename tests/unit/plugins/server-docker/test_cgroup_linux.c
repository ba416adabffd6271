/* plugins/server-docker/cgroup_linux.c, on files as both versions of control groups have them */
#include "docker_project.h"

#ifdef __linux__
static json_t *read_group(docker_test *test, const char *id) {
    DK_AUTOFREE char *proc = dk_path_join(test->folder.root, "proc");
    DK_AUTOFREE char *group = dk_path_join(test->folder.root, "cgroup");
    return docker_cgroup_read(proc, group, 7, id);
}

static void test_version_2(void **state) {
    (void)state;
    docker_test test;
    test_open(&test, "", NULL);
    project_write(&test.folder, "proc/7/cgroup", "0::/system.slice/docker-c0ffee.scope\n");
    project_write(&test.folder, "cgroup/system.slice/docker-c0ffee.scope/memory.current", "1000\n");
    project_write(&test.folder, "cgroup/system.slice/docker-c0ffee.scope/memory.stat",
                  "anon 1\ninactive_file 300\n");
    project_write(&test.folder, "cgroup/system.slice/docker-c0ffee.scope/memory.max", "max\n");
    project_write(&test.folder, "cgroup/system.slice/docker-c0ffee.scope/cpu.stat",
                  "usage_usec 2500000\nuser_usec 1\n");
    project_write(&test.folder, "cgroup/system.slice/docker-c0ffee.scope/pids.current", "9\n");
    DK_AUTO_JSON json_t *used = read_group(&test, "c0ffee");
    assert_non_null(used);
    assert_int_equal(dk_json_int(used, "memory_bytes", 0), 700);
    assert_int_equal(dk_json_int(used, "memory_limit_bytes", -1), 0);
    assert_int_equal(dk_json_int(used, "processes", 0), 9);
    assert_true(json_real_value(json_object_get(used, "cpu_seconds")) == 2.5);
    assert_null(read_group(&test, "decaf")); /* the process is another one's now */
    test_close(&test);
}

static void test_version_1(void **state) {
    (void)state;
    docker_test test;
    test_open(&test, "", NULL);
    project_write(&test.folder, "proc/7/cgroup",
                  "12:cpu,cpuacct:/docker/c0ffee\n9:memory:/docker/c0ffee\n4:pids:/docker/c0ffee\n"
                  "0::/system.slice/containerd.service\n");
    project_write(&test.folder, "cgroup/memory/docker/c0ffee/memory.usage_in_bytes", "5000");
    project_write(&test.folder, "cgroup/memory/docker/c0ffee/memory.stat", "total_inactive_file 1000\n");
    project_write(&test.folder, "cgroup/memory/docker/c0ffee/memory.limit_in_bytes", "9223372036854771712");
    project_write(&test.folder, "cgroup/cpuacct/docker/c0ffee/cpuacct.usage", "1500000000");
    project_write(&test.folder, "cgroup/pids/docker/c0ffee/pids.current", "6");
    DK_AUTO_JSON json_t *used = read_group(&test, "c0ffee");
    assert_int_equal(dk_json_int(used, "memory_bytes", 0), 4000);
    assert_int_equal(dk_json_int(used, "memory_limit_bytes", -1), 0);
    assert_int_equal(dk_json_int(used, "processes", 0), 6);
    assert_true(json_real_value(json_object_get(used, "cpu_seconds")) == 1.5);
    test_close(&test);
}

static void test_not_to_be_seen(void **state) {
    (void)state;
    docker_test test;
    test_open(&test, "", NULL);
    assert_null(read_group(&test, "c0ffee"));
    project_write(&test.folder, "proc/7/cgroup", "0::/docker/c0ffee\n"); /* in a virtual machine, say */
    assert_null(read_group(&test, "c0ffee"));
    test_close(&test);
}
#endif

int main(void) {
#ifdef __linux__
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_version_2), cmocka_unit_test(test_version_1),
                                       cmocka_unit_test(test_not_to_be_seen)};
    return cmocka_run_group_tests(tests, NULL, NULL);
#else
    return 0;
#endif
}
