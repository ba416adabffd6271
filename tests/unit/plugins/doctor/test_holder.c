/* plugins/doctor/holder.c */
#include "doctor_project.h"
#include "stranger.h"

static void test_holder(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    int port, fd = stranger_open(&port);
    DK_AUTOFREE char *pid = dk_format("pid %d", (int)getpid());
    DK_AUTOFREE char *holder = doctor_holder(context, port);
    assert_non_null(holder);
    assert_non_null(strstr(holder, pid));
    assert_false(doctor_is_postgres(port));
    close(fd);
    assert_false(doctor_is_postgres(port));
    assert_null(doctor_holder(context, port));
    fake_free(context);
}

static void test_data_folder(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    doctor_case of = {.context = context, .known = true};
    dk_url_copy(&of.reached, dk_database_get(context, NULL)->url);
    assert_null(doctor_data_folder(&of));
    of.status.data_dir = dk_strdup("volume app-data"); /* not a path here */
    assert_null(doctor_data_folder(&of));
    free(of.status.data_dir);
    of.status.data_dir = dk_strdup("/data");
    DK_AUTOFREE char *folder = doctor_data_folder(&of);
    assert_string_equal(folder, "/data");
    doctor_case_release(&of);
    fake_free(context);
}

static void test_nobody_takes_the_login(void **state) {
    (void)state;
    dk_context *context = doctor_project("", "DATABASE_URL=postgresql://nobody-here:x@127.0.0.1:1/x\n", NULL);
    doctor_case of = {.context = context};
    dk_url_copy(&of.reached, dk_database_get(context, NULL)->url);
    assert_int_equal(doctor_port_of_login(&of), 0);
    doctor_case_release(&of);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_holder), cmocka_unit_test(test_data_folder),
                                       cmocka_unit_test(test_nobody_takes_the_login)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
