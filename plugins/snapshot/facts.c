/* What is known of the project at the moment of a snapshot. Nothing here may fail a snapshot: what can't be
 * found out is null. */
#include "snapshot.h"

#include <string.h>

#define GIT_TIMEOUT_MS 3000

static void add_git(dk_context *context, json_t *facts) {
    DK_AUTO_PROCESS dk_process git = DK_PROCESS_INIT;
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    static const char *const words[] = {"git", "rev-parse", "HEAD", "--abbrev-ref", "HEAD"};
    for (size_t i = 0; i < DK_COUNT(words); i++)
        dk_process_add(&git, words[i]);
    git.directory = dk_project_root(context, NULL);
    git.timeout_ms = GIT_TIMEOUT_MS;
    if (git.directory && dk_process_run(&git, NULL))
        dk_strv_split(&lines, dk_buf_text(&git.output), '\n');
    bool detached = lines.count > 1 && strcmp(lines.items[1], "HEAD") == 0;
    dk_json_set_string(facts, "git_commit", lines.count > 1 ? lines.items[0] : NULL);
    dk_json_set_string(facts, "git_branch", lines.count > 1 && !detached ? lines.items[1] : NULL);
}

/* The migration tool's own answer, where its plugin gives one. */
static json_t *read_migrations(dk_context *context) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    const dk_config *config = dk_config_get(context, NULL);
    dk_interface_names(context, "history", &names);
    for (size_t i = 0; config && i < names.count; i++) {
        bool meant = strcmp(config->migrate.tool, names.items[i]) == 0 || names.count == 1;
        const dk_history_interface *history =
            meant ? dk_interface_find(context, "history", names.items[i], DK_HISTORY_VERSION, NULL) : NULL;
        json_t *state = history ? history->read(context, NULL) : NULL;
        if (state)
            return state;
    }
    return json_null();
}

json_t *snapshot_facts(dk_context *context) {
    json_t *facts = json_object();
    add_git(context, facts);
    json_object_set_new(facts, "migration", read_migrations(context));
    return facts;
}
