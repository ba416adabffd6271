/* plugins/server-external/machine.c, on a file system of the test's own */
#include "../layer_project.h"

#include <server-external/external.h>
#include <stdio.h>

static void expect(const layer_project *files, const char *url, const char *name, const char *start,
                   const char *stop, const char *logs) {
    EXTERNAL_AUTO_MANAGER external_manager manager = {0};
    DK_AUTO_URL dk_url parsed = DK_URL_INIT;
    assert_true(dk_url_parse(url, &parsed, NULL));
    assert_int_equal(external_manager_find(files->root, &parsed, &manager), name != NULL);
    if (!name)
        return;
    assert_string_equal(manager.name, name);
    assert_string_equal(manager.start, start);
    assert_string_equal(manager.stop, stop);
    assert_true(dk_streq(manager.logs, logs));
}

static void test_debian(void **state) {
    (void)state;
    layer_project files;
    project_open(&files);
    expect(&files, "postgresql://a@localhost/x", NULL, NULL, NULL, NULL);
    project_write(&files, "etc/postgresql/15/main/postgresql.conf", "#port = 1\nport = 5433\t# comment\n");
    project_write(&files, "etc/postgresql/16/main/postgresql.conf", "ports = 1\n  port=5434\nport '5435'\n");
    project_write(&files, "etc/init.d/postgresql", "");
    expect(&files, "postgresql://a@localhost:5433/x", "the cluster 15/main of pg_ctlcluster",
           "sudo pg_ctlcluster 15 main start", "sudo pg_ctlcluster 15 main stop",
           "sudo tail /var/log/postgresql/postgresql-15-main.log");
    expect(&files, "postgresql://a@192.0.2.1:5433/x", NULL, NULL, NULL, NULL);
    expect(&files, "postgresql://a@localhost:5434/x", NULL, NULL, NULL, NULL); /* the last line counts */
    project_write(&files, "run/systemd/system/x", "");
    expect(&files, "postgresql:///x?host=/var/run/postgresql&port=5435",
           "the cluster 16/main of pg_ctlcluster", "sudo systemctl start postgresql@16-main",
           "sudo systemctl stop postgresql@16-main", "sudo tail /var/log/postgresql/postgresql-16-main.log");
    project_close(&files);
}

static void test_systemd(void **state) {
    (void)state;
    layer_project files;
    project_open(&files);
    project_write(&files, "usr/lib/systemd/system/postgresql.service", "");
    expect(&files, "postgresql://a@localhost/x", NULL, NULL, NULL, NULL); /* systemd does not run here */
    project_write(&files, "run/systemd/system/x", "");
    expect(&files, "postgresql://a@localhost/x", "the systemd unit postgresql",
           "sudo systemctl start postgresql", "sudo systemctl stop postgresql",
           "sudo journalctl -u postgresql");
    expect(&files, "postgresql://a@localhost:5433/x", NULL, NULL, NULL, NULL);
    project_write(&files, "usr/lib/systemd/system/postgresql-15.service", "");
    project_write(&files, "usr/lib/systemd/system/postgresql-16.service", "");
    expect(&files, "postgresql://a@localhost/x", "the systemd unit postgresql-16",
           "sudo systemctl start postgresql-16", "sudo systemctl stop postgresql-16",
           "sudo journalctl -u postgresql-16");
    project_close(&files);
}

static void test_init_scripts(void **state) {
    (void)state;
    layer_project files;
    project_open(&files);
    project_write(&files, "etc/init.d/postgresql", "");
    expect(&files, "postgresql://a@localhost/x", "the service postgresql", "sudo service postgresql start",
           "sudo service postgresql stop", NULL);
    project_write(&files, "sbin/rc-service", "");
    expect(&files, "postgresql://a@localhost/x", "the service postgresql", "sudo rc-service postgresql start",
           "sudo rc-service postgresql stop", NULL);
    project_close(&files);
}

static void test_macos(void **state) {
    (void)state;
    layer_project files;
    project_open(&files);
    project_write(&files, "Applications/Postgres.app/x", "");
    expect(&files, "postgresql://a@localhost/x", "Postgres.app", "open -a Postgres",
           "osascript -e 'quit app \"Postgres\"'", NULL);
    project_write(&files, "opt/homebrew/var/postgresql@15/postgresql.conf", "port = 5433\n");
    project_write(&files, "opt/homebrew/var/postgresql@16/postgresql.conf", "#port = 5432\n");
    expect(&files, "postgresql://a@localhost/x", "Homebrew's postgresql@16",
           "brew services start postgresql@16", "brew services stop postgresql@16",
           "tail /opt/homebrew/var/log/postgresql@16.log");
    expect(&files, "postgresql://a@localhost:5433/x", "Homebrew's postgresql@15",
           "brew services start postgresql@15", "brew services stop postgresql@15",
           "tail /opt/homebrew/var/log/postgresql@15.log");
    project_write(&files, "usr/local/var/postgres/postgresql.conf", "port = 5999\n");
    expect(&files, "postgresql://a@localhost:5999/x", "Homebrew's postgresql",
           "brew services start postgresql", "brew services stop postgresql",
           "tail /usr/local/var/log/postgresql.log");
    project_close(&files);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_debian), cmocka_unit_test(test_systemd),
                                       cmocka_unit_test(test_init_scripts), cmocka_unit_test(test_macos)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
