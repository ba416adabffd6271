/* plugins/server-local/logs.c */
#include "local_project.h"

#include "core/report.h"

static void write_log(local_project *local, int lines) {
    DK_AUTO_BUF dk_buf log = DK_BUF_INIT;
    for (int i = 1; i <= lines; i++)
        dk_buf_addf(&log, "line %d\n", i);
    DK_AUTOFREE char *folder = dk_path_dirname(local->cluster.log_file);
    assert_true(dk_mkdirs(folder, 0755, NULL));
    assert_true(dk_file_write(local->cluster.log_file, log.data, log.length, 0600, NULL));
}

static void test_tail(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    local_log_tail(local.cluster.log_file, 0, 3, &text);
    assert_int_equal(text.length, 0); /* no log yet */
    assert_int_equal(local_log_size(local.cluster.log_file), 0);
    write_log(&local, 20000);
    local_log_tail(local.cluster.log_file, 0, 2, &text);
    assert_string_equal(dk_buf_text(&text), "line 19999\nline 20000\n");
    int64_t size = local_log_size(local.cluster.log_file);
    dk_buf_truncate(&text, 0);
    local_log_tail(local.cluster.log_file, size - 11, 10, &text);
    assert_string_equal(dk_buf_text(&text), "line 20000\n");
    dk_buf_truncate(&text, 0);
    local_log_tail(local.cluster.log_file, size + 1000, 1, &text); /* it was cut meanwhile */
    assert_string_equal(dk_buf_text(&text), "line 20000\n");
    local_project_close(&local);
}

/* What `devkit logs -n LINES` prints. */
static void check(local_project *local, int64_t lines, const char *expected) {
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    DK_AUTOFREE char *path = dk_path_join(local->project.root, "out");
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    dup2(fileno(out), STDOUT_FILENO);
    fclose(out);
    bool done = local_logs(local->project.context, false, lines, NULL);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    assert_true(done);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_true(dk_file_read(path, 0, &text, NULL));
    assert_string_equal(dk_buf_text(&text), expected);
}

static void test_logs(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    local_project_open(&local, "", LOCAL_URL);
    assert_false(local_logs(local.project.context, false, 1, &error));
    assert_true(dk_error_is(&error, "no-log"));
    write_log(&local, 4);
    check(&local, 2, "line 3\nline 4\n");
    check(&local, 0, "");
    check(&local, 4, "line 1\nline 2\nline 3\nline 4\n");
    check(&local, 99, "line 1\nline 2\nline 3\nline 4\n");
    check(&local, -1, "line 1\nline 2\nline 3\nline 4\n");
    local_project_close(&local);
}

static void test_bytes_that_are_no_text(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    write_log(&local, 1);
    assert_true(dk_file_write(local.cluster.log_file, "caf\xe9\nend\n", 9, 0600, NULL));
    local.project.context->globals.json = true;
    report_configure(local.project.context);
    assert_true(local_logs(local.project.context, false, -1, NULL));
    const json_t *lines = json_object_get(dk_result(local.project.context), "lines");
    assert_int_equal(json_array_size(lines), 2);
    assert_true(dk_starts_with(json_string_value(json_array_get(lines, 0)), "caf"));
    local.project.context->globals.json = false;
    report_configure(local.project.context);
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tail), cmocka_unit_test(test_logs),
                                       cmocka_unit_test(test_bytes_that_are_no_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
