/* The engine on a real server, with a server provider and layers that do as the test says.
 *
 * Each test has a live database of its own. A background worker is this same program, run again with
 * arguments: lab_main answers it by leaving a note in the project. */
#ifndef TESTS_ENGINE_LAB_H
#define TESTS_ENGINE_LAB_H

#include "../../core/fake_context.h"
#include "../kit/pg/cluster.h"

#include <engine/engine.h>
#include <stdio.h>

#define LAB_UNUSED __attribute__((unused))

const dk_plugin *devkit_plugin_engine(void);

typedef struct lab_layer {
    const char *fixed; /* what its fingerprint says */
    const char *items[8];
    unsigned flags;
    const char *sql;      /* run through the URL it is given; NULL: nothing */
    const char *live_sql; /* run in the live database, as a tool with an address of its own would */
    bool fails;
    int applied;
} lab_layer;

static struct {
    dk_context *context;
    engine_session session;
    pg_connection *admin;
    dk_error error;
    char live[32];
    lab_layer migrate, seed;
    bool owned; /* what the provider says of the server */
    const char *data_dir;
    dk_strv names;
} lab;

/* ── the provider ── */
static bool lab_detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context, (void)why, (void)error;
    *score = 100;
    return true;
}

static bool lab_status(dk_context *context, dk_server_status *status, dk_error *error) {
    (void)context, (void)error;
    status->state = DK_SERVER_READY;
    status->owned = lab.owned;
    status->data_dir = dk_strdup(lab.data_dir);
    return true;
}

static bool lab_admin(dk_context *context, dk_conninfo *conninfo, bool *superuser, dk_error *error) {
    (void)context, (void)error;
    dk_conninfo_copy(conninfo, &cluster.socket);
    *superuser = true;
    return true;
}

static bool lab_running(dk_context *context) {
    (void)context;
    return true;
}

/* ── the layers ── */
static bool lab_fingerprint(const lab_layer *layer, dk_layer_inputs *inputs, unsigned *flags) {
    *flags = layer->flags;
    layer_input_text(inputs, "fixed", layer->fixed);
    for (size_t i = 0; i < DK_COUNT(layer->items) && layer->items[i]; i++) {
        char hex[HASH_HEX];
        hash_memory_hex(layer->items[i], strlen(layer->items[i]), hex);
        hex[LAYER_ITEM_DIGEST] = '\0';
        dk_strv_add(&inputs->items, hex);
        dk_strv_add(&inputs->item_names, layer->items[i]);
    }
    return true;
}

static bool lab_run(const char *database, const char *sql, dk_error *error) {
    dk_conninfo conninfo = DK_CONNINFO_INIT;
    dk_conninfo_copy(&conninfo, &cluster.socket);
    dk_conninfo_set(&conninfo, "user", "app");
    PG_AUTO_CONNECTION pg_connection *connection =
        pg_connect(&conninfo, database, &(pg_options){.plain = true}, error);
    bool done = connection && pg_run(connection, sql, NULL, error);
    dk_conninfo_release(&conninfo);
    return done;
}

static bool lab_apply(lab_layer *layer, const dk_layer_target *target, dk_error *error) {
    layer->applied++;
    assert_string_equal(target->url->database, target->database);
    assert_string_equal(target->live, lab.live);
    assert_string_equal(target->variable, "DATABASE_URL");
    if (layer->fails)
        return dk_fail(error, DK_ERROR_FAILED, "layer-failed", "the test says so");
    return (!layer->sql || lab_run(target->database, layer->sql, error)) &&
           (!layer->live_sql || lab_run(lab.live, layer->live_sql, error));
}

#define LAB_LAYER(which)                                                                                     \
    static bool lab_fingerprint_##which(dk_context *context, dk_layer_inputs *inputs, unsigned *flags,       \
                                        dk_error *error) {                                                   \
        (void)context, (void)error;                                                                          \
        return lab_fingerprint(&lab.which, inputs, flags);                                                   \
    }                                                                                                        \
    static bool lab_apply_##which(dk_context *context, const dk_layer_target *target, dk_error *error) {     \
        (void)context;                                                                                       \
        return lab_apply(&lab.which, target, error);                                                         \
    }                                                                                                        \
    static const dk_layer_interface lab_interface_##which = {                                                \
        .head = DK_INTERFACE("layer", #which, DK_LAYER_VERSION, dk_layer_interface),                         \
        .fingerprint = lab_fingerprint_##which,                                                              \
        .apply = lab_apply_##which,                                                                          \
    };
LAB_LAYER(migrate)
LAB_LAYER(seed)

static const dk_server_interface lab_server = {
    .head = DK_INTERFACE("server", "lab", DK_SERVER_VERSION, dk_server_interface),
    .detect = lab_detect,
    .status = lab_status,
    .admin = lab_admin,
    .running = lab_running,
};
static const dk_interface *const lab_interfaces[] = {&lab_server.head, &lab_interface_migrate.head,
                                                     &lab_interface_seed.head};
static const dk_plugin lab_plugin = {DK_PLUGIN_HEAD,
                                     .name = "lab",
                                     .version = "1",
                                     .summary = "A server and layers for tests",
                                     .interfaces = lab_interfaces,
                                     .interface_count = DK_COUNT(lab_interfaces)};

/* ── a project ── */
static LAB_UNUSED void lab_configure(const char *config) {
    const dk_plugin *plugins[] = {&lab_plugin, devkit_plugin_engine()};
    if (lab.context)
        fake_free(lab.context);
    lab.context = fake_context(plugins, DK_COUNT(plugins), config);
    DK_AUTOFREE char *path = dk_path_join(lab.context->root, ".env");
    DK_AUTOFREE char *text =
        dk_format("DATABASE_URL=postgresql://app:geheim@127.0.0.1:%d/%s\n", cluster.port, lab.live);
    assert_true(dk_file_write(path, text, strlen(text), 0600, NULL));
}

static LAB_UNUSED int lab_setup(void **state) {
    static int number;
    (void)state;
    memset(&lab, 0, sizeof lab);
    unsetenv("DATABASE_URL");
    snprintf(lab.live, sizeof lab.live, "Live %d", ++number);
    lab.migrate = (lab_layer){.fixed = "1", .sql = "CREATE TABLE item (id int); CREATE TABLE who (n text)"};
    lab.seed = (lab_layer){.fixed = "1", .sql = "INSERT INTO item SELECT generate_series(1, 5)"};
    lab_configure("[reset]\nlayers = [\"migrate\", \"seed\"]\n");
    lab.admin = cluster_connect(false);
    run_sql(lab.admin,
            "DO $$ BEGIN CREATE ROLE app LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    DK_AUTOFREE char *sql = dk_format("CREATE DATABASE \"%s\" OWNER app", lab.live);
    run_sql(lab.admin, sql);
    return 0;
}

static LAB_UNUSED void lab_close(void) {
    if (lab.session.context)
        engine_close(&lab.session);
}

static LAB_UNUSED int lab_teardown(void **state) {
    (void)state;
    lab_close();
    pg_close(lab.admin);
    fake_free(lab.context);
    dk_error_release(&lab.error);
    dk_strv_release(&lab.names);
    return 0;
}

#define lab_must(condition)                                                                                  \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            fail_msg("%s: %s (%s)", #condition, lab.error.message,                                           \
                     lab.error.detail ? lab.error.detail : "");                                              \
    } while (0)
#define lab_must_fail(condition, expected)                                                                   \
    do {                                                                                                     \
        assert_false(condition);                                                                             \
        assert_string_equal(lab.error.code, expected);                                                       \
    } while (0)

/* Opens lab.session, with the work lock. */
static LAB_UNUSED engine_session *lab_open(void) {
    lab_close();
    lab_must(engine_open(lab.context, true, 0, &lab.session, &lab.error));
    return &lab.session;
}

static LAB_UNUSED char *lab_name(engine_kind kind, const char *suffix) {
    char scope[ENGINE_SCOPE_HEX + 1];
    engine_scope(lab.live, scope);
    return engine_name(kind, scope, suffix);
}

static LAB_UNUSED void lab_create(const char *name) {
    DK_AUTOFREE char *sql = dk_format("CREATE DATABASE \"%s\" OWNER app STRATEGY WAL_LOG", name);
    run_sql(lab.admin, sql);
}

/* A database of devkit's: devkit_KIND_SCOPE_SUFFIX with that note (text of JSON, or NULL). Borrowed. */
static LAB_UNUSED const char *lab_make(engine_kind kind, const char *suffix, const char *note) {
    DK_AUTOFREE char *name = lab_name(kind, suffix);
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    lab_create(name);
    engine_comment_sql(&sql, name, note);
    run_sql(lab.admin, dk_buf_text(&sql));
    dk_strv_add(&lab.names, name);
    return lab.names.items[lab.names.count - 1];
}

static LAB_UNUSED int64_t lab_count(const char *kind) {
    char scope[ENGINE_SCOPE_HEX + 1];
    engine_scope(lab.live, scope);
    PG_AUTO_RESULT pg_result *result = NULL;
    DK_AUTOFREE char *sql =
        dk_format("SELECT count(*) FROM pg_database WHERE datname LIKE 'devkit\\_%s\\_%s\\_%%'", kind, scope);
    lab_must(pg_run(lab.admin, sql, &result, &lab.error));
    return pg_int(result, 0, 0);
}

static LAB_UNUSED bool lab_exists(const char *name) {
    PG_AUTO_RESULT pg_result *result = NULL;
    lab_must(
        pg_query(lab.admin, "SELECT FROM pg_database WHERE datname = $1", &name, 1, &result, &lab.error));
    return pg_rows(result) == 1;
}

/* What a query in a database says. */
static LAB_UNUSED void lab_expect(const char *database, const char *sql, const char *expected) {
    PG_AUTO_CONNECTION pg_connection *connection =
        pg_connect(&cluster.socket, database, &(pg_options){.plain = true}, &lab.error);
    lab_must(connection);
    expect_answer(connection, sql, expected);
}

static LAB_UNUSED void lab_do(const char *database, const char *sql) {
    lab_must(lab_run(database, sql, &lab.error));
}

/* A reset as the command does it, without background work unless `flags` is 0. */
static LAB_UNUSED const char *lab_reset(unsigned flags) {
    static char source[16];
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    const dk_config *config = dk_config_get(lab.context, &lab.error);
    dk_engine_request request = {.layers = &config->reset.layers, .flags = flags};
    lab_must(engine_reset(lab.context, &request, &report, &lab.error));
    snprintf(source, sizeof source, "%s", report.source);
    dk_engine_report_release(&report);
    return source;
}

#define LAB_TEST(function) cmocka_unit_test_setup_teardown(function, lab_setup, lab_teardown)

/* devkit -q -C ROOT maintain LAYER… : the last thing anybody does there. */
static LAB_UNUSED int lab_worker(int count, char **words) {
    for (int i = 1; i + 1 < count; i++) {
        if (strcmp(words[i], "-C") != 0)
            continue;
        DK_AUTOFREE char *path = dk_path_join(words[i + 1], "worker");
        return dk_file_write(path, words[count - 1], strlen(words[count - 1]), 0644, NULL) ? 0 : 1;
    }
    return 1;
}

#define LAB_MAIN(tests)                                                                                      \
    int main(int count, char **words) {                                                                      \
        if (count > 1)                                                                                       \
            return lab_worker(count, words);                                                                 \
        return cmocka_run_group_tests(tests, cluster_start, cluster_stop);                                   \
    }

#endif
