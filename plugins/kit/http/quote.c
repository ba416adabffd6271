/* Percent-encoding: https://www.rfc-editor.org/rfc/rfc3986#section-2 */
#include "http.h"

#include <string.h>

static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

void http_quote(dk_buf *url, const char *text) {
    for (const char *at = text; *at; at++)
        if (strchr(unreserved, *at))
            dk_buf_add_char(url, *at);
        else
            dk_buf_addf(url, "%%%02X", (unsigned char)*at);
}
