/* psql and run: programs that connect as the application does. */
#include "server.h"

#include <string.h>

#define SWAP_PATIENCE_MS 2000
#define SWAP_POLL_MS 20
#define OUTPUT_LIMIT ((size_t)16 << 20)

/* While `reset` swaps, the name is gone for some milliseconds ("3D000 … just been dropped or renamed"). A
 * program that starts in that moment would fail for nothing. Any other trouble is the program's to tell. */
static bool wait_for_swap(dk_context *context, const dk_url *url, dk_error *error) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    static const pg_options options = {.connect_timeout_ms = SWAP_PATIENCE_MS, .plain = true};
    dk_url_conninfo(url, &conninfo);
    for (int64_t deadline = dk_now_ms() + SWAP_PATIENCE_MS; dk_now_ms() < deadline;) {
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        PG_AUTO_CONNECTION pg_connection *connection = pg_connect(&conninfo, NULL, &options, &why);
        if (connection || !dk_error_sqlstate_is(&why, "3D000"))
            return true;
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        dk_debug(context, "the database is not there; perhaps it is being swapped");
        dk_sleep_ms(SWAP_POLL_MS);
    }
    return true;
}

static void set_environment(dk_process *process, const char *variable, const dk_url *url) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_url_conninfo(url, &conninfo);
    dk_url_format(url, &text); /* in the dialect the application reads */
    dk_process_env(process, variable, dk_buf_text(&text));
    pg_child_environment(process, &conninfo, url->database);
}

/* Stands in for the program: its terminal, its exit status. Under --json its output becomes a field. */
static bool stand_in(dk_context *context, dk_process *process, dk_error *error) {
    bool json = dk_is_json(context);
    process->flags |= DK_PROCESS_ALLOW_FAILURE;
    process->flags |= json ? DK_PROCESS_MERGE_STDERR : DK_PROCESS_FOREGROUND;
    process->output.limit = OUTPUT_LIMIT;
    dk_flush(context);
    if (!dk_process_run(process, error))
        return false;
    dk_set_exit_status(context, process->exit_status);
    dk_json_set_int(dk_result(context), "exit_status", process->exit_status);
    if (json)
        dk_json_set_string(dk_result(context), "output", dk_buf_text(&process->output));
    return true;
}

bool server_psql(dk_context *context, const void *values, dk_error *error) {
    const server_words_values *given = values;
    const dk_database *database = dk_database_require(context, error);
    const dk_config *config = database ? dk_config_get(context, error) : NULL;
    DK_AUTOFREE char *bin_dir =
        config && *config->server_local.bin_dir
            ? dk_path_absolute(dk_project_root(context, NULL), config->server_local.bin_dir)
            : NULL;
    DK_AUTOFREE char *program = config ? pg_find_program("psql", 0, bin_dir, error) : NULL;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (!program || !dk_database_reach(context, &url, error) || !wait_for_swap(context, &url, error))
        return false;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, program);
    dk_strv_add_all(&process.arguments, &given->words);
    set_environment(&process, database->variable, &url);
    return stand_in(context, &process, error);
}

bool server_run(dk_context *context, const void *values, dk_error *error) {
    const server_words_values *given = values;
    const dk_database *database = dk_database_require(context, error);
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (!database || !dk_database_reach(context, &url, error) || !wait_for_swap(context, &url, error))
        return false;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_strv_add_all(&process.arguments, &given->words);
    set_environment(&process, database->variable, &url);
    return stand_in(context, &process, error);
}
