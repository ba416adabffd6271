/* The first label of a host of Neon's: "ep-cool-name-123456", or with "-pooler" at its end. */
#include "neon_endpoint.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MARK "-pooler"
#define OPTION "endpoint="

/* Further labels may say more ("c-10.eu-central-1"), the domain is Neon's. */
static bool is_neon(const char *host) {
    static const char domain[] = ".neon.tech";
    size_t length = strlen(host);
    size_t end = sizeof domain - 1;
    return strncasecmp(host, "ep-", 3) == 0 && length > end && strcasecmp(host + length - end, domain) == 0;
}

bool neon_endpoint_matches(const dk_url *url) {
    return is_neon(dk_url_host_name(url));
}

/* `label` (of `length`) with the mark or without it. Caller frees. */
static char *marked(const char *label, size_t length, bool pooled) {
    size_t mark = strlen(MARK);
    bool has = length > mark && strncasecmp(label + length - mark, MARK, mark) == 0;
    if (has && !pooled)
        return dk_strndup(label, length - mark);
    return dk_format("%.*s%s", (int)length, label, has || !pooled ? "" : MARK);
}

static void change_host(dk_url_host *host, bool pooled) {
    if (!host->host || !is_neon(host->host))
        return;
    size_t length = strcspn(host->host, ".");
    DK_AUTOFREE char *label = marked(host->host, length, pooled);
    char *changed = dk_format("%s%s", label, host->host + length);
    free(host->host);
    host->host = changed;
}

/* Clients without SNI repeat the label in options=endpoint%3D…; Neon refuses one that differs from the host:
 * https://neon.com/docs/connect/connection-errors */
static void change_option(dk_url_parameter *parameter, bool pooled) {
    const char *found = strcmp(parameter->name, "options") == 0 ? strstr(parameter->value, OPTION) : NULL;
    if (!found)
        return;
    const char *label = found + strlen(OPTION);
    size_t length = strcspn(label, " ;$");
    DK_AUTOFREE char *other = marked(label, length, pooled);
    char *changed =
        dk_format("%.*s%s%s", (int)(label - parameter->value), parameter->value, other, label + length);
    free(parameter->value);
    parameter->value = changed;
}

static bool choose(const dk_url *url, bool pooled, dk_url *chosen, dk_error *error) {
    if (!neon_endpoint_matches(url)) {
        dk_fail(error, DK_ERROR_USAGE, "not-neon", "%s is not a host of Neon's", dk_url_host_name(url));
        return dk_error_hint(error, "theirs look like ep-cool-name-123456.eu-central-1.aws.neon.tech");
    }
    dk_url_copy(chosen, url);
    for (size_t i = 0; i < chosen->host_count; i++)
        change_host(&chosen->hosts[i], pooled);
    for (size_t i = 0; i < chosen->parameter_count; i++)
        change_option(&chosen->parameters[i], pooled);
    return true;
}

bool neon_endpoint_direct(const dk_url *url, dk_url *chosen, dk_error *error) {
    return choose(url, false, chosen, error);
}

bool neon_endpoint_pooled(const dk_url *url, dk_url *chosen, dk_error *error) {
    return choose(url, true, chosen, error);
}
