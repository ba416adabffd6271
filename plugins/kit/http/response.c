/* The answer: its headers, and its end. */
#include "http.h"

#include <string.h>
#include <strings.h>

const char *http_header(const http_response *response, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < response->headers.count; i++) {
        const char *header = response->headers.items[i];
        if (strncasecmp(header, name, length) == 0 && header[length] == ':')
            return header + length + 1 + strspn(header + length + 1, " \t");
    }
    return NULL;
}

void http_response_release(http_response *response) {
    dk_buf_release(&response->body);
    dk_strv_release(&response->headers);
    *response = (http_response)HTTP_RESPONSE_INIT;
}
