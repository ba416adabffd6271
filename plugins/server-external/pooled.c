/* Poolers of hosted PostgreSQL, by the address alone. */
#include "external.h"

#include <string.h>

#define SUPABASE_POOLER ".pooler.supabase.com"
#define TRANSACTION_PORT 6543

/* "ep-cool-name-123456-pooler.eu-central-1.aws.neon.tech": the mark ends the first label. */
static bool is_neon_pooler(const char *host) {
    size_t label = strcspn(host, ".");
    size_t mark = strlen("-pooler");
    return host[label] == '.' && label > mark && strncmp(host + label - mark, "-pooler", mark) == 0;
}

const char *external_pooler(const dk_url *url, const char **remedy) {
    const char *host = dk_url_host_name(url);
    if (is_neon_pooler(host)) {
        *remedy = "use the direct host for development: the same without \"-pooler\" in its first label";
        return "Neon's pooler";
    }
    if (dk_ends_with(host, SUPABASE_POOLER) && dk_url_port(url) == TRANSACTION_PORT) {
        *remedy = "use its session mode for development: the same host with port 5432; or the direct host "
                  "db.PROJECT.supabase.co";
        return "Supabase's pooler in transaction mode";
    }
    if (dk_ends_with(host, SUPABASE_POOLER)) {
        *remedy = "the direct host is db.PROJECT.supabase.co, port 5432";
        return "Supabase's pooler in session mode";
    }
    if (dk_ends_with(host, ".supabase.co") && dk_url_port(url) == TRANSACTION_PORT) {
        *remedy = "use port 5432 of the same host for development";
        return "Supabase's pooler in transaction mode";
    }
    return NULL;
}
