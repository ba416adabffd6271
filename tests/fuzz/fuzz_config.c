/* .devkit.toml: any text is either a configuration, whose values can be written and read again, or an error
 * with its place. */
#include "config/config_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what, const char *text) {
    if (!holds) {
        fprintf(stderr, "%s: %s\n", what, text);
        abort();
    }
}

/* What `devkit config` prints for a value is TOML for the same value. */
static void check_written(const config_entry *entry) {
    dk_buf text = DK_BUF_INIT, again = DK_BUF_INIT;
    toml_node root;
    toml_place place;
    char *problem_text = NULL;
    config_value value;
    config_problem problem;
    dk_buf_add(&text, "k = ");
    config_value_write_toml(&entry->value, &text);
    require(toml_parse(dk_buf_text(&text), text.length, &root, &place, &problem_text), "not TOML",
            dk_buf_text(&text));
    require(config_value_from_node(entry->element ? entry->element : entry->key, &root.children[0], &value,
                                   &problem),
            "not a value", dk_buf_text(&text));
    dk_buf_add(&again, "k = ");
    config_value_write_toml(&value, &again);
    require(strcmp(dk_buf_text(&text), dk_buf_text(&again)) == 0, "another value", dk_buf_text(&text));
    config_value_release(&value);
    toml_release(&root);
    dk_buf_release(&text);
    dk_buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = dk_strndup((const char *)data, size); /* as a file's buffer: with a NUL behind it */
    config_store *store = dk_alloc(sizeof *store);
    dk_error error = DK_ERROR_INIT;
    if (config_read_toml(store, text, strlen(text), "f", CONFIG_FILE, &error)) {
        config_build(store);
        for (size_t i = 0; i < store->count; i++)
            check_written(&store->entries[i]);
    } else {
        int line = 0, column = 0;
        require(dk_error_is(&error, "config-invalid"), "refused without a reason", text);
        require(sscanf(error.message, "f:%d:%d:", &line, &column) == 2 && line > 0 && column > 0, "no place",
                error.message);
        require(error.detail != NULL, "no line", error.message);
    }
    dk_error_release(&error);
    config_free(store);
    free(text);
    return 0;
}
