/* Running compose, and how a person would. */
#include "service.h"

#include <kit/layer/layer.h>
#include <string.h>

/* From the project's folder: compose looks there and above. */
static bool finds_by_itself(const compose_server *server) {
    const char *folder = server->project.folder;
    const char *root = dk_project_root(server->context, NULL);
    size_t length = strlen(folder);
    return server->project.usual && root && dk_starts_with(root, folder) &&
           (length == 1 || root[length] == '/' || !root[length]);
}

char *compose_program_text(const compose_server *server, const char *verb, const char *service) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_buf_add(&text, compose_program_name());
    for (size_t i = 0; !finds_by_itself(server) && i < server->project.files.count; i++) {
        DK_AUTOFREE char *shown =
            dk_path_relative(dk_project_root(server->context, NULL), server->project.files.items[i]);
        dk_buf_addf(&text, " -f %s", shown);
    }
    dk_buf_addf(&text, " %s%s%s", verb, service ? " " : "", service ? service : "");
    return dk_buf_detach(&text);
}

static void show_line(void *data, const char *line, size_t length) {
    char text[160];
    if (layer_plain_line(line, length, text, sizeof text))
        dk_progress_update(data, 0, 0, text);
}

bool compose_program_up(const compose_server *server, dk_error *error) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    if (!compose_program_find(&process.arguments, error))
        return false;
    compose_program_add_files(&server->project, &process.arguments);
    static const char *const words[] = {"up", "-d", "--no-recreate"};
    for (size_t i = 0; i < DK_COUNT(words); i++)
        dk_process_add(&process, words[i]);
    dk_process_add(&process, server->service->name);
    process.directory = server->project.folder;
    process.flags = DK_PROCESS_MERGE_STDERR | DK_PROCESS_ALLOW_FAILURE;
    process.on_output = show_line;
    process.line_data = dk_progress_begin(server->context, server->service->name);
    DK_AUTOFREE char *shown = dk_process_describe(&process);
    dk_debug(server->context, "running %s", shown);
    bool ran = dk_process_run(&process, error);
    bool done = ran && process.exit_status == 0;
    dk_progress_end(process.line_data, done, done ? "created" : "failed");
    return done || (ran && compose_fail_from_output(server, dk_buf_text(&process.output), error));
}
