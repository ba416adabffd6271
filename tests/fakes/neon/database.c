/* The data: databases of a real server, over a connection each time. */
#include "fake.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first value of the result, or NULL; caller frees. */
static char *ask(const char *text, bool *fine) {
    PGconn *connection = PQconnectdb(fake_options_given.server);
    PGresult *result = PQstatus(connection) == CONNECTION_OK ? PQexec(connection, text) : NULL;
    ExecStatusType status = PQresultStatus(result);
    *fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!*fine)
        fprintf(stderr, "fake neon: %s: %s", text, PQerrorMessage(connection));
    char *value = *fine && PQntuples(result) ? dk_strdup(PQgetvalue(result, 0, 0)) : NULL;
    PQclear(result);
    PQfinish(connection);
    return value;
}

bool fake_database_run(const char *format, ...) {
    bool fine = false;
    va_list arguments;
    va_start(arguments, format);
    DK_AUTOFREE char *text = dk_vformat(format, arguments);
    va_end(arguments);
    free(ask(text, &fine));
    return fine;
}

char *fake_database_name(const fake_project *project, const char *branch) {
    const char *root = dk_json_string(json_array_get(project->branches, 0), "id", NULL);
    return dk_streq(branch, root) ? dk_strdup(project->database)
                                  : dk_format("%s.%s", branch, project->database);
}

bool fake_database_create(const fake_project *project, const char *branch, const char *source) {
    DK_AUTOFREE char *name = fake_database_name(project, branch);
    if (!source)
        return fake_database_run("CREATE DATABASE \"%s\" OWNER \"%s\"", name, project->role);
    DK_AUTOFREE char *model = fake_database_name(project, source);
    fake_database_disconnect(project, source);
    return fake_database_run("CREATE DATABASE \"%s\" TEMPLATE \"%s\" OWNER \"%s\"", name, model,
                             project->role);
}

bool fake_database_drop(const fake_project *project, const char *branch) {
    DK_AUTOFREE char *name = fake_database_name(project, branch);
    return fake_database_run("DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)", name);
}

bool fake_database_rename(const fake_project *project, const char *branch, const char *other) {
    DK_AUTOFREE char *name = fake_database_name(project, branch);
    DK_AUTOFREE char *renamed = fake_database_name(project, other);
    return fake_database_run("ALTER DATABASE \"%s\" RENAME TO \"%s\"", name, renamed);
}

/* Neon branches a database while it is used; PostgreSQL copies only one that nobody uses. */
bool fake_database_disconnect(const fake_project *project, const char *branch) {
    bool fine = false;
    DK_AUTOFREE char *name = fake_database_name(project, branch);
    DK_AUTOFREE char *end = dk_format("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                      "WHERE datname = '%s'",
                                      name);
    DK_AUTOFREE char *look = dk_format("SELECT count(*) FROM pg_stat_activity WHERE datname = '%s'", name);
    for (int i = 0; i < 100; i++) {
        free(ask(end, &fine));
        DK_AUTOFREE char *left = ask(look, &fine);
        if (!fine || dk_streq(left, "0"))
            return fine;
        usleep(20000);
    }
    return false;
}

int64_t fake_database_size(const fake_project *project, const char *branch) {
    bool fine = false;
    DK_AUTOFREE char *name = fake_database_name(project, branch);
    DK_AUTOFREE char *text =
        dk_format("SELECT pg_database_size(oid) FROM pg_database WHERE datname = '%s'", name);
    DK_AUTOFREE char *value = ask(text, &fine);
    return value ? strtoll(value, NULL, 10) : 0;
}

char *fake_database_lsn(void) {
    bool fine = false;
    char *value = ask("SELECT pg_current_wal_insert_lsn()", &fine);
    return value ? value : dk_strdup("0/0");
}

static char *output_of(const char *command) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    char block[4096];
    FILE *pipe = popen(command, "r"); /* NOLINT: a test's own words */
    for (size_t got; pipe && (got = fread(block, 1, sizeof block, pipe)) > 0;)
        dk_buf_append(&text, block, got);
    if (pipe)
        pclose(pipe);
    return dk_buf_detach(&text);
}

/* The lines that differ on every call are left out. */
char *fake_database_schema(const fake_project *project, const char *branch) {
    DK_AUTOFREE char *name = fake_database_name(project, branch);
    DK_AUTOFREE char *command = dk_format("'%s/pg_dump' --schema-only --no-owner -d \"%s dbname='%s'\" | "
                                          "grep -v -e '^--' -e '^.restrict' -e '^.unrestrict' -e '^$'",
                                          fake_options_given.programs, fake_options_given.server, name);
    return output_of(command);
}

char *fake_database_difference(const char *before, const char *after) {
    char paths[2][32] = {"/tmp/fake-neon-XXXXXX", "/tmp/fake-neon-XXXXXX"};
    const char *texts[] = {before, after};
    for (size_t i = 0; i < 2; i++) {
        int fd = mkstemp(paths[i]);
        if (fd < 0 || write(fd, texts[i], strlen(texts[i])) < 0)
            return dk_strdup("");
        close(fd);
    }
    DK_AUTOFREE char *command = dk_format("diff -u --label a --label b '%s' '%s'", paths[0], paths[1]);
    char *difference = output_of(command);
    unlink(paths[0]);
    unlink(paths[1]);
    return difference;
}
