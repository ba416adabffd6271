/* The answer: its headers, and its end. */
#include "http_internal.h"

#include <string.h>
#include <strings.h>

#define RETRY_AFTER_MAX 86400 /* s: whatever is longer is never */

const char *http_header(const http_response *response, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < response->headers.count; i++) {
        const char *header = response->headers.items[i];
        if (strncasecmp(header, name, length) == 0 && header[length] == ':')
            return header + length + 1 + strspn(header + length + 1, " \t");
    }
    return NULL;
}

int64_t http_retry_after(const http_response *response) {
    const char *value = http_header(response, "Retry-After");
    int64_t seconds = 0;
    if (!value || !*value)
        return -1;
    if (!dk_parse_int64(value, &seconds)) {
        int64_t moment = (int64_t)curl_getdate(value, NULL);
        if (moment < 0)
            return -1;
        seconds = moment - dk_unix_time();
    }
    return seconds < 0 ? 0 : seconds > RETRY_AFTER_MAX ? RETRY_AFTER_MAX * 1000 : seconds * 1000;
}

void http_response_release(http_response *response) {
    dk_buf_release(&response->body);
    dk_strv_release(&response->headers);
    *response = (http_response)HTTP_RESPONSE_INIT;
}
