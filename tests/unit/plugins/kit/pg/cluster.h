/* A real PostgreSQL for one test program: a cluster in a scratch folder, on a private socket and a free port
 * of 127.0.0.1, stopped when the program ends. As root, the server runs as an unprivileged account. */
#ifndef TESTS_KIT_PG_CLUSTER_H
#define TESTS_KIT_PG_CLUSTER_H

#include "../test_support.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <kit/pg/pg.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

static struct {
    char *folder;
    char *programs;
    int port;
    pid_t pid;
    uid_t uid;
    gid_t gid;
    dk_conninfo socket; /* superuser "postgres" over the private socket, database "postgres" */
} cluster;

static inline int free_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static inline void cluster_account(void) {
    cluster.uid = geteuid();
    cluster.gid = getegid();
    if (cluster.uid != 0)
        return;
    const struct passwd *account = getpwnam("postgres");
    account = account ? account : getpwnam("nobody");
    assert_non_null(account);
    cluster.uid = account->pw_uid;
    cluster.gid = account->pw_gid;
}

static inline void cluster_run_initdb(const char *data) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_process_addf(&process, "%s/initdb", cluster.programs);
    dk_process_addf(&process, "--pgdata=%s", data);
    static const char *const arguments[] = {"--username=postgres", "--auth=trust", "--no-sync",
                                            "--encoding=UTF8", "--locale=C"};
    for (size_t i = 0; i < DK_COUNT(arguments); i++)
        dk_process_add(&process, arguments[i]);
    process.directory = "/";
    if (geteuid() == 0) {
        process.flags = DK_PROCESS_SWITCH_USER;
        process.uid = cluster.uid;
        process.gid = cluster.gid;
    }
    if (!dk_process_run(&process, &error))
        fail_msg("initdb: %s: %s", error.message, error.detail ? error.detail : "");
}

/* What initdb makes, once for all test programs of this machine; it is as good as the programs that made it.
 */
static inline char *cluster_prepared(void) {
    DK_AUTOFREE char *program = dk_path_join(cluster.programs, "postgres");
    DK_AUTOFREE char *cache = dk_strdup(getenv("DEVKIT_TEST_CACHE"));
    struct stat status;
    assert_int_equal(stat(program, &status), 0);
    if (!cache)
        cache = dk_format("/var/tmp/devkit-tests-%d", (int)geteuid());
    char *prepared = dk_format("%s/unit-cluster-%lld-%lld-%d", cache, (long long)status.st_mtime,
                               (long long)status.st_size, (int)cluster.uid);
    DK_AUTOFREE char *unfinished = dk_format("%s.new", prepared);
    DK_AUTOFREE char *lock_path = dk_format("%s.lock", prepared);
    dk_lock lock = DK_LOCK_INIT;
    assert_true(dk_mkdirs(cache, 0755, NULL));
    assert_true(dk_lock_take(&lock, lock_path, -1, NULL, NULL, NULL));
    if (!dk_is_directory(prepared)) {
        assert_true(dk_remove_tree(unfinished, NULL));
        assert_true(dk_mkdirs(unfinished, 0700, NULL));
        assert_int_equal(chown(unfinished, cluster.uid, cluster.gid), 0);
        cluster_run_initdb(unfinished);
        assert_int_equal(rename(unfinished, prepared), 0);
    }
    dk_lock_release(&lock);
    return prepared;
}

static inline void cluster_initdb(const char *data) {
    DK_AUTOFREE char *prepared = cluster_prepared();
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!dk_copy_tree(prepared, data, cluster.uid, cluster.gid, &error))
        fail_msg("%s: %s", error.message, error.detail ? error.detail : "");
}

/* Roles of the tests: who must give a password, who is turned away. */
static inline void cluster_write_hba(const char *data) {
    DK_AUTOFREE char *path = dk_path_join(data, "pg_hba.conf");
    static const char rules[] = "local all all trust\n"
                                "host all asked 127.0.0.1/32 scram-sha-256\n"
                                "host all unwanted 127.0.0.1/32 reject\n"
                                "host all all 127.0.0.1/32 trust\n";
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(rules, file);
    fclose(file);
}

static inline void cluster_become_server(const char *data) {
    DK_AUTOFREE char *program = dk_path_join(cluster.programs, "postgres");
    DK_AUTOFREE char *log = dk_path_join(cluster.folder, "log");
    DK_AUTOFREE char *port = dk_format("%d", cluster.port);
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(fd, 1);
    dup2(fd, 2);
    if (geteuid() == 0 && (setgid(cluster.gid) != 0 || setuid(cluster.uid) != 0))
        _exit(126);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGINT); /* a test that crashes leaves no server behind */
#endif
    execl(program, program, "-D", data, "-k", cluster.folder, "-p", port, "-c", "listen_addresses=127.0.0.1",
          "-c", "fsync=off", "-c", "max_connections=20", (char *)NULL);
    _exit(127);
}

static inline void cluster_wait_until_ready(void) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    for (int i = 0; i < 1500; i++) {
        PG_AUTO_CONNECTION pg_connection *connection = pg_connect(&cluster.socket, NULL, NULL, &error);
        if (connection)
            return;
        assert_int_equal(waitpid(cluster.pid, NULL, WNOHANG), 0);
        usleep(20 * 1000);
    }
    fail_msg("the server did not start: %s: %s", error.message, error.detail ? error.detail : "");
}

static int cluster_start(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    cluster_account();
    cluster.programs = pg_find_server_programs(0, getenv("DEVKIT_TEST_BIN_DIR"), NULL, &error);
    if (!cluster.programs)
        fail_msg("%s", error.message);
    cluster.folder = make_scratch();
    assert_int_equal(chown(cluster.folder, cluster.uid, cluster.gid), 0);
    DK_AUTOFREE char *data = dk_path_join(cluster.folder, "data");
    DK_AUTOFREE char *port = dk_format("%d", cluster.port = free_port());
    cluster_initdb(data);
    cluster_write_hba(data);
    dk_conninfo_set(&cluster.socket, "host", cluster.folder);
    dk_conninfo_set(&cluster.socket, "port", port);
    dk_conninfo_set(&cluster.socket, "user", "postgres");
    dk_conninfo_set(&cluster.socket, "dbname", "postgres");
    cluster.pid = fork();
    if (cluster.pid == 0)
        cluster_become_server(data);
    cluster_wait_until_ready();
    return 0;
}

static int cluster_stop(void **state) {
    (void)state;
    if (cluster.pid > 0) {
        kill(cluster.pid, SIGINT);
        waitpid(cluster.pid, NULL, 0);
    }
    if (cluster.folder)
        dk_remove_tree(cluster.folder, NULL);
    free(cluster.folder);
    free(cluster.programs);
    dk_conninfo_release(&cluster.socket);
    return 0;
}

/* A session as devkit's own (or, plain, as a layer's). */
static inline pg_connection *cluster_connect(bool plain) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    pg_connection *connection = pg_connect(&cluster.socket, NULL, &(pg_options){.plain = plain}, &error);
    if (!connection)
        fail_msg("%s: %s", error.message, error.detail ? error.detail : "");
    return connection;
}

static inline void run_sql(pg_connection *connection, const char *sql) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!pg_run(connection, sql, NULL, &error))
        fail_msg("%s: %s", sql, error.message);
}

static inline void expect_answer(pg_connection *connection, const char *sql, const char *expected) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_run(connection, sql, &result, &error))
        fail_msg("%s: %s", sql, error.message);
    const char *value = pg_value(result, 0, 0);
    assert_string_equal(value ? value : "(null)", expected);
}

#endif
