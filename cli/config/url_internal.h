/* What the url_*.c files share. */
#ifndef DEVKIT_CONFIG_URL_INTERNAL_H
#define DEVKIT_CONFIG_URL_INTERNAL_H

#include <devkit/url.h>

/* What a query parameter stands for when it says something that has a field of its own in dk_url. */
typedef enum url_item_kind {
    URL_ITEM_OTHER,
    URL_ITEM_USER,
    URL_ITEM_PASSWORD,
    URL_ITEM_HOST,
    URL_ITEM_PORT,
    URL_ITEM_DATABASE,
} url_item_kind;

typedef struct url_item {
    url_item_kind kind;
    char *raw; /* as written, "sslmode=require" */
} url_item;

/* How a URL was written, and what that meant: a field that still has its parsed value is written back with
 * its old bytes. Kept in dk_url.reserved[0]. */
typedef struct url_spelling {
    dk_url parsed;
    char *user; /* raw texts of the authority; NULL: absent */
    char *password;
    char *hosts;
    char *database; /* with its slash */
    url_item *items;
    size_t item_count;
    bool question;   /* there is a "?" */
    bool no_slashes; /* jdbc:postgresql:DATABASE */
} url_spelling;

url_spelling *url_spelling_of(const dk_url *url); /* NULL for a URL made by hand */
url_spelling *url_spelling_copy(const url_spelling *spelling);
void url_spelling_free(url_spelling *spelling);
bool url_same_hosts(const dk_url *left, const dk_url *right);
void url_copy_fields(dk_url *target, const dk_url *source); /* everything but reserved */
void url_add_host(dk_url *url, const char *host, int port);
void url_add_parameter(dk_url *url, const char *name, const char *value);
void url_clear_hosts(dk_url *url);

/* Decodes percent escapes (and "+" as a space where `plus`) of text[0..length). NULL when an escape is broken
 * or gives a NUL: `*bad` is then its offset. */
char *url_decode(const char *text, size_t length, bool plus, size_t *bad);
/* Appends the text with everything escaped that may not stand unescaped in a URL's part; `keep` names
 * further characters that may stay. */
void url_encode(dk_buf *target, const char *text, const char *keep);

const char *url_scheme_for(const dk_url *url, dk_url_dialect dialect);
bool url_scheme_dialect(const char *scheme, dk_url_dialect *dialect);

/* A parameter's name and value in another dialect; `*value` may be replaced by a constant. Returns the name.
 */
const char *url_translate_parameter(const char *name, dk_url_dialect from, dk_url_dialect to,
                                    const char **value);

#endif
