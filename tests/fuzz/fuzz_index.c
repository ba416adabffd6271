/* Plugin indexes: whatever the file says, reading it ends without a crash, and a command that was read makes
 * help, a manual page and completions. */
#include "core/completion.h"
#include "core/help.h"
#include "core/man.h"
#include "host/table.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const dk_command *command) {
    catalog_entry entry = {.command = command};
    const command_catalog catalog = {.entries = &entry, .count = 1};
    dk_buf text = DK_BUF_INIT;
    help_overview(&catalog, NULL, &text);
    help_command(&catalog, command, &text);
    man_command(&catalog, command, &text);
    completion_bash(&catalog, &text);
    completion_zsh(&catalog, &text);
    completion_fish(&catalog, &text);
    dk_buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    json_t *source = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    dk_command command;
    dk_error error = DK_ERROR_INIT;
    if (source && table_read_command(source, &command, &error)) {
        use(&command);
        table_release_command(&command);
    }
    dk_error_release(&error);
    json_decref(source);
    return 0;
}
