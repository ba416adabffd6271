/* Where the API is, and whether the key may go there. */
#include "neon.h"

#include <string.h>
#include <strings.h>

static bool has_domain(const char *host, size_t length, const char *domain) {
    size_t end = strlen(domain);
    if (length < end || strncasecmp(host + length - end, domain, end) != 0)
        return false;
    return length == end || host[length - end - 1] == '.';
}

static bool is_loopback(const char *host, size_t length) {
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; i < DK_COUNT(names); i++)
        if (length == strlen(names[i]) && strncasecmp(host, names[i], length) == 0)
            return true;
    return false;
}

static bool fail_untrusted(const char *url, const char *origin, dk_error *error) {
    dk_fail(error, DK_ERROR_REFUSED, "neon-address-untrusted", "the API key would be sent to %s", url);
    dk_error_detail(
        error, "%s says so, and anyone may have pushed that; Neon is at https://console.neon.tech", origin);
    return dk_error_hint(error, "if that is meant: DEVKIT_NEON_API_URL=%s, or the same in .devkit.local.toml",
                         url);
}

/* Without TLS the key is anybody's who listens on the way. */
static bool check(const char *url, const char *origin, dk_error *error) {
    bool secure = strncasecmp(url, "https://", 8) == 0;
    const char *host = strstr(url, "://");
    if (!secure && strncasecmp(url, "http://", 7) != 0) {
        dk_fail(error, DK_ERROR_USAGE, "config-invalid", "[neon] api_url is no https:// address");
        return dk_error_detail(error, "%s: %s", origin, url);
    }
    host += 3;
    size_t length = strcspn(host, ":/?#@");
    if (host[0] == '[')
        length = strcspn(host, "]") + 1;
    if (strcspn(host, "@") < strcspn(host, "/?#"))
        length = 0; /* user@host: only what is plain is believed */
    if (!secure && !is_loopback(host, length)) {
        dk_fail(error, DK_ERROR_REFUSED, "neon-address-untrusted", "%s is not encrypted", url);
        return dk_error_hint(error, "https:// instead of http://");
    }
    bool pushed = strncmp(origin, ".devkit.toml", strlen(".devkit.toml")) == 0;
    if (pushed && !has_domain(host, length, "neon.tech") && !has_domain(host, length, "neon.com"))
        return fail_untrusted(url, origin, error);
    return true;
}

char *neon_address(dk_context *context, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    if (!config)
        return NULL;
    const char *origin = dk_config_origin(context, "neon.api_url");
    if (!check(config->neon.api_url, origin ? origin : "", error))
        return NULL;
    size_t length = strlen(config->neon.api_url);
    while (length && config->neon.api_url[length - 1] == '/')
        length--;
    return dk_strndup(config->neon.api_url, length);
}
