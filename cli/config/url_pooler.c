/* Connection poolers of hosting providers, known by the URL's address alone. */
#include <devkit/url.h>

#include <string.h>
#include <strings.h>

#define SHARES "which breaks migrations, dumps and prepared statements: its sessions are shared"
#define DIVIDES "whose connections are few, and which may not reach the databases that `devkit reset` makes"

/* The first row that fits counts. */
static const struct {
    const char *label_end; /* of the host's first label; NULL: any */
    const char *host_end;  /* NULL: any */
    int port;              /* 0: any */
    dk_pooler pooler;
} rows[] = {
    /* https://neon.com/docs/connect/connection-pooling */
    {"-pooler",
     NULL,
     0,
     {"Neon's pooler", SHARES,
      "use the direct host for development: the same without \"-pooler\" in its first label", true}},
    /* https://supabase.com/docs/guides/database/connecting-to-postgres */
    {NULL,
     ".pooler.supabase.com",
     6543,
     {"Supabase's pooler in transaction mode", SHARES,
      "use its session mode for development: the same host with port 5432; or the direct host "
      "db.PROJECT.supabase.co, port 5432",
      false}},
    {NULL,
     ".pooler.supabase.com",
     0,
     {"Supabase's pooler in session mode", DIVIDES, "the direct host is db.PROJECT.supabase.co, port 5432",
      false}},
    {NULL,
     ".supabase.co",
     6543,
     {"Supabase's pooler in transaction mode", SHARES, "use port 5432 of the same host for development",
      false}},
};

static bool ends(const char *text, size_t length, const char *end) {
    size_t wanted = strlen(end);
    return length > wanted && strncasecmp(text + length - wanted, end, wanted) == 0;
}

const dk_pooler *dk_url_pooler(const dk_url *url) {
    const char *host = dk_url_host_name(url);
    size_t label = strcspn(host, ".");
    for (size_t i = 0; *host != '/' && i < DK_COUNT(rows); i++) {
        bool named = rows[i].label_end ? host[label] == '.' && ends(host, label, rows[i].label_end)
                                       : ends(host, strlen(host), rows[i].host_end);
        if (named && (!rows[i].port || rows[i].port == dk_url_port(url)))
            return &rows[i].pooler;
    }
    return NULL;
}
