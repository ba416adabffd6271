/* .env files: no text brings the parser down, and a rewritten value reads back while every other stays. The
 * input is the value, a NUL, and the file. */
#include "config/dotenv.h"

#include <devkit/url.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static const char *lookup(void *data, const char *name) {
    (void)data;
    return strcmp(name, "HOME") == 0 ? "/home/me" : NULL;
}

/* Values are compared as written, without expansion: what another line makes of the changed one may differ.
 */
static void check_rewrite(const char *text, size_t length, const char *name, const char *value) {
    dk_buf rewritten = DK_BUF_INIT;
    dotenv_file before = DOTENV_INIT, after = DOTENV_INIT;
    require(dotenv_parse(text, length, "f", lookup, NULL, &before, NULL), "it was valid a moment ago");
    require(dotenv_rewrite(text, length, "f", name, value, &rewritten, NULL),
            "a valid file was not rewritten");
    require(dotenv_parse(dk_buf_text(&rewritten), rewritten.length, "f", lookup, NULL, &after, NULL),
            "the rewritten file can't be read");
    const dotenv_entry *entry = dotenv_find(&after, name);
    require(entry && strcmp(entry->value, value) == 0, "the value does not read back");
    bool added = dotenv_find(&before, name) == NULL;
    require(after.count == before.count + added, "entries came or went");
    for (size_t i = 0; i < before.count; i++)
        require(strcmp(before.entries[i].name, after.entries[i].name) == 0, "entries changed places");
    dotenv_release(&before);
    dotenv_release(&after);
    dk_buf_release(&rewritten);
}

/* Where there is a URL, its port can be changed, and only one entry's text is. */
static void check_port(const char *text, size_t length) {
    dk_buf rewritten = DK_BUF_INIT;
    dotenv_file before = DOTENV_INIT, after = DOTENV_INIT;
    dk_url url = DK_URL_INIT, moved = DK_URL_INIT;
    int line = 0;
    require(dotenv_parse(text, length, "f", NULL, NULL, &before, NULL), "valid with one environment only");
    const dotenv_entry *entry = dotenv_find(&before, "DATABASE_URL");
    if (entry && dk_url_parse(entry->value, &url, NULL)) {
        require(dotenv_rewrite_port(text, length, "f", "DATABASE_URL", 7, &rewritten, &line, NULL),
                "a URL's port was not rewritten");
        require(dotenv_parse(dk_buf_text(&rewritten), rewritten.length, "f", NULL, NULL, &after, NULL),
                "the file with the new port can't be read");
        entry = dotenv_find(&after, "DATABASE_URL");
        require(entry && dk_url_parse(entry->value, &moved, NULL) && moved.hosts[0].port == 7,
                "the port does not read back");
        require(after.count == before.count && line > 0, "entries came or went");
    }
    dk_url_release(&url);
    dk_url_release(&moved);
    dotenv_release(&before);
    dotenv_release(&after);
    dk_buf_release(&rewritten);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *nul = memchr(data, 0, size);
    char *value = dk_strndup((const char *)data, nul ? (size_t)(nul - data) : 0);
    const char *text = nul ? (const char *)nul + 1 : (const char *)data;
    size_t length = nul ? size - (size_t)(nul + 1 - data) : size;
    dotenv_file parsed = DOTENV_INIT;
    dk_error error = DK_ERROR_INIT;
    if (dotenv_parse(text, length, "f", lookup, NULL, &parsed, &error)) {
        check_rewrite(text, length, "DATABASE_URL", value);
        check_port(text, length);
        if (parsed.count)
            check_rewrite(text, length, parsed.entries[parsed.count / 2].name, value);
    } else {
        require(dk_error_is(&error, "dotenv-invalid") && parsed.count == 0, "refused without a reason");
    }
    dotenv_release(&parsed);
    dk_error_release(&error);
    free(value);
    return 0;
}
