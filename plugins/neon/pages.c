/* Lists come in pages, and each says where the next one begins. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>

#define PAGES_MAX 1000 /* a server that sends us around in circles */

static bool read_page(neon_client *client, const char *path, const char *from, const char *what,
                      json_t **page, dk_error *error) {
    DK_AUTO_BUF dk_buf url = DK_BUF_INIT;
    dk_buf_add(&url, path);
    if (*from) {
        dk_buf_add(&url, "&cursor=");
        http_quote(&url, from);
    }
    const neon_call call = {.path = dk_buf_text(&url), .what = what};
    return neon_send(client, &call, page, error);
}

bool neon_pages(neon_client *client, const char *path, const char *member, const char *cursor,
                const char *what, neon_page_function *visit, void *data, dk_error *error) {
    DK_AUTOFREE char *from = dk_strdup("");
    for (int number = 0; number < PAGES_MAX; number++) {
        DK_AUTO_JSON json_t *page = NULL;
        json_t *list = NULL;
        if (!read_page(client, path, from, what, &page, error) ||
            !http_json_array(page, member, &list, error) || !visit(data, page, error))
            return false;
        const char *next = dk_json_string(json_object_get(page, "pagination"), cursor, "");
        if (!*next || json_array_size(list) == 0 || strcmp(next, from) == 0)
            return true;
        char *copy = dk_strdup(next);
        free(from);
        from = copy;
    }
    dk_fail(error, DK_ERROR_FAILED, "http-invalid", "cannot %s: the list has no end", what);
    return false;
}
