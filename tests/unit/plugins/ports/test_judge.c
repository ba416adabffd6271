/* plugins/ports/judge.c */
#include "../../skip.h"
#include "lab.h"

typedef struct lab_verdict {
    ports_needs needs;
    ports_rows rows;
    socket_table table;
} lab_verdict;

static const ports_row *judge(dk_context *context, lab_verdict *verdict, int port, ports_kind kind,
                              const char *scheme) {
    *verdict = (lab_verdict){0};
    lab_need(&verdict->needs, port, kind, "THING", scheme);
    assert_true(socket_table_read(&port, 1, &verdict->table, NULL));
    ports_rows_make(context, &verdict->needs, &verdict->table, false, &verdict->rows);
    assert_true(ports_judge(context, &verdict->rows, NULL));
    return &verdict->rows.items[0];
}

static void release(lab_verdict *verdict) {
    ports_rows_release(&verdict->rows);
    ports_needs_release(&verdict->needs);
    socket_table_release(&verdict->table);
}

static void expect(dk_context *context, int port, ports_kind kind, const char *scheme, const char *problem) {
    lab_verdict verdict;
    const ports_row *row = judge(context, &verdict, port, kind, scheme);
    if (!problem && row->problem)
        fail_msg("disagrees: %s", row->problem);
    assert_int_equal(row->agrees, problem == NULL);
    if (problem)
        lab_must_say(row->problem, problem);
    release(&verdict);
}

static void test_ports_of_the_project(void **state) {
    (void)state;
    dk_context *context = lab_open("", NULL);
    char other[] = "/tmp/devkit-other-XXXXXX";
    assert_non_null(mkdtemp(other));
    DK_AUTOFREE char *marker = dk_path_join(other, "package.json");
    assert_true(dk_file_write(marker, "{}", 2, 0644, NULL));
    lab_child ours = {.folder = context->root}, theirs = {.folder = other}, system = {.folder = "/"};
    pid_t pids[] = {lab_listen(&ours), lab_listen(&theirs), lab_listen(&system)};
    expect(context, ours.port, PORTS_CONFIG, NULL, NULL);
    expect(context, ours.port, PORTS_COMPOSE, NULL, NULL);
    expect(context, ours.port, PORTS_URL, "redis", NULL); /* it is ours: it may be anything */
    expect(context, theirs.port, PORTS_CONFIG, NULL, "of another project");
    expect(context, theirs.port, PORTS_VARIABLE, NULL, other);
    expect(context, system.port, PORTS_CONFIG, NULL, "listens there");
    expect(context, system.port, PORTS_VARIABLE, NULL, NULL); /* a service of the system */
    expect(context, system.port, PORTS_URL, "http", NULL);
    expect(context, system.port, PORTS_URL, "redis", "names a redis server");
    for (size_t i = 0; i < DK_COUNT(pids); i++)
        listen_end(pids[i]);
    expect(context, ours.port, PORTS_CONFIG, NULL, NULL); /* nobody: nothing to disagree with */
    dk_remove_tree(other, NULL);
    fake_free(context);
}

static void test_the_database(void **state) {
    (void)state;
    dk_context *context = lab_open("", NULL);
    lab_child holder = {0};
    pid_t pid = lab_listen(&holder);
    lab_server.state = DK_SERVER_READY;
    expect(context, holder.port, PORTS_DATABASE, NULL, NULL);
    lab_server.state = DK_SERVER_STOPPED;
    expect(context, holder.port, PORTS_DATABASE, NULL, "not the project's server");
    lab_server.state = DK_SERVER_UNHEALTHY;
    lab_server.problem = "the server runs at port 7, DATABASE_URL says 8";
    expect(context, holder.port, PORTS_DATABASE, NULL, "the server runs at port 7");
    lab_server.pid = pid; /* it is the right one, whatever its trouble */
    expect(context, holder.port, PORTS_DATABASE, NULL, NULL);
    listen_end(pid);
    lab_server.pid = 0;
    expect(context, holder.port, PORTS_DATABASE, NULL, "the server runs at port 7");
    lab_server.problem = NULL;
    lab_server.state = DK_SERVER_STOPPED;
    expect(context, holder.port, PORTS_DATABASE, NULL, NULL); /* down, no more */
    lab_server.owned = false;
    expect(context, holder.port, PORTS_DATABASE, NULL, "where nobody listens");
    fake_free(context);
}

/* Of two who share the port, one for IPv4 and one for IPv6, the other one may get the connections. */
static void test_somebody_beside_the_database(void **state) {
    (void)state;
    lab_child ours = {0};
    int six = listen_at("::1", &ours.port, true);
    if (six < 0)
        skip_because("needs IPv6");
    dk_context *context = lab_open("", NULL);
    pid_t pid = lab_listen(&ours);
    DK_AUTOFREE char *data = dk_path_join(context->root, ".devkit/postgres");
    assert_true(dk_mkdirs(data, 0700, NULL));
    lab_verdict verdict = {0};
    lab_need(&verdict.needs, ours.port, PORTS_DATABASE, "THING", NULL);
    assert_true(socket_table_read(&ours.port, 1, &verdict.table, NULL));
    assert_int_equal(verdict.table.process_count, 2);
    for (size_t i = 0; i < 2; i++) { /* no PostgreSQL, but seen as one */
        socket_process *process = verdict.table.processes[i];
        if (process->pid != pid)
            continue;
        free(process->program);
        free(process->folder);
        process->program = dk_strdup("postgres");
        process->folder = realpath(data, NULL);
    }
    ports_rows_make(context, &verdict.needs, &verdict.table, false, &verdict.rows);
    assert_true(ports_judge(context, &verdict.rows, NULL));
    assert_true(verdict.rows.items[0].agrees);
    lab_must_say(verdict.rows.items[1].problem, "beside the project's server");
    lab_must_say(verdict.rows.items[1].hint, "instead of localhost: 127.0.0.1");
    release(&verdict);
    listen_end(pid);
    close(six);
    fake_free(context);
}

static void test_containers(void **state) {
    (void)state;
    dk_context *context = lab_open("", NULL);
    lab_child holder = {.folder = "/"};
    pid_t pid = lab_listen(&holder);
    DK_AUTOFREE char *ours =
        dk_format("[{\"id\": \"c1\", \"name\": \"web-1\", \"service\": \"web\", \"folder\": "
                  "\"%s\", \"ports\": [{\"port\": %d}]}]",
                  context->root, holder.port);
    engine.containers = ours;
    lab_verdict verdict = {0};
    lab_need(&verdict.needs, holder.port, PORTS_COMPOSE, "web", NULL);
    assert_true(socket_table_read(&holder.port, 1, &verdict.table, NULL));
    verdict.table.listeners[0].holder = NULL; /* as without root */
    ports_rows_make(context, &verdict.needs, &verdict.table, false, &verdict.rows);
    assert_true(ports_judge(context, &verdict.rows, NULL));
    assert_non_null(verdict.rows.items[0].container);
    assert_true(verdict.rows.items[0].agrees);
    dk_json_set_string(verdict.rows.items[0].container, "folder", "/srv/other");
    assert_true(ports_judge(context, &verdict.rows, NULL));
    assert_false(verdict.rows.items[0].agrees);
    lab_must_say(verdict.rows.items[0].problem, "the container web-1 (service web)");
    lab_must_say(verdict.rows.items[0].hint, "docker stop web-1");
    release(&verdict);
    listen_end(pid);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ports_of_the_project),
        cmocka_unit_test(test_the_database),
        cmocka_unit_test(test_somebody_beside_the_database),
        cmocka_unit_test(test_containers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
