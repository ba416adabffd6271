/* Reading URLs. Each dialect's own reader is the model: libpq's conninfo_uri_parse, SQLAlchemy's make_url,
 * pgjdbc's Driver.parseURL. */
#include "config/url_internal.h"

#include <devkit/system.h>

#include <stdlib.h>
#include <string.h>

typedef struct url_reader {
    const char *text; /* the whole URL */
    const char *at;   /* what is not read yet */
    dk_url url;
    url_spelling *spelling;
    dk_strv host_names; /* of parameters: host=…, port=… */
    dk_strv host_ports;
    const char *raw_password; /* of a password parameter; points into the spelling */
    dk_error *error;
} url_reader;

/* Never shows any of the text: what looks like a host may be half a password. */
static bool invalid(url_reader *reader, const char *place, const char *what) {
    size_t column = 1;
    for (const char *p = reader->text; p < place; p++)
        column += ((unsigned char)*p & 0xC0) != 0x80;
    return dk_fail(reader->error, DK_ERROR_USAGE, "url-invalid", "the database URL has %s at character %zu",
                   what, column);
}

static char *decode_part(url_reader *reader, const char *start, const char *end, bool plus) {
    size_t bad = 0;
    char *decoded = url_decode(start, (size_t)(end - start), plus, &bad);
    if (!decoded)
        invalid(reader, start + bad, "a broken percent escape");
    return decoded;
}

static bool read_scheme(url_reader *reader) {
    const char *text = reader->text;
    bool jdbc = dk_starts_with(text, "jdbc:");
    size_t length = strcspn(text + (jdbc ? 5 : 0), ":/?@") + (jdbc ? 5 : 0);
    bool slashes = dk_starts_with(text + length, "://");
    if (!slashes && !(jdbc && text[length] == ':'))
        return dk_fail(reader->error, DK_ERROR_USAGE, "url-invalid", "the database URL has no scheme") ||
               dk_error_hint(reader->error, "write it as postgresql://user:password@host:5432/database");
    reader->url.scheme = dk_strndup(text, length);
    if (!url_scheme_dialect(reader->url.scheme, &reader->url.dialect))
        return dk_fail(reader->error, DK_ERROR_USAGE, "url-invalid",
                       "the database URL's scheme is not one of PostgreSQL's") ||
               dk_error_hint(reader->error, "postgresql://, postgres://, postgresql+asyncpg:// (or another "
                                            "driver) and jdbc:postgresql:// are understood");
    reader->spelling->no_slashes = !slashes;
    reader->at = text + length + (slashes ? 3 : 1);
    return true;
}

/* The "@" that ends user and password: the first one in the authority, and in SQLAlchemy's dialects also one
 * after a "/" that stands in the password. NULL: there are none. */
static const char *find_user_end(const url_reader *reader) {
    const char *at = reader->at;
    const char *end = at + strcspn(at, "@/?");
    if (*end == '@')
        return end;
    if (*end != '/' || (reader->url.dialect != DK_URL_SQLALCHEMY && reader->url.dialect != DK_URL_ASYNCPG))
        return NULL;
    const char *colon = at + strcspn(at, ":/?");
    end = at + strcspn(at, "@?");
    return *colon == ':' && *end == '@' ? end : NULL;
}

static bool read_user_info(url_reader *reader) {
    const char *end = find_user_end(reader);
    if (!end)
        return true;
    const char *colon = memchr(reader->at, ':', (size_t)(end - reader->at));
    const char *user_end = colon ? colon : end;
    reader->spelling->user = dk_strndup(reader->at, (size_t)(user_end - reader->at));
    if (user_end > reader->at && !(reader->url.user = decode_part(reader, reader->at, user_end, false)))
        return false;
    if (colon) {
        reader->spelling->password = dk_strndup(colon + 1, (size_t)(end - colon - 1));
        dk_url *url = &reader->url;
        if (colon + 1 < end && !(url->password = decode_part(reader, colon + 1, end, false)))
            return false;
    }
    reader->at = end + 1;
    return true;
}

static bool read_port(url_reader *reader, const char *start, const char *end, int *port) {
    long value = 0;
    if (start == end) {
        *port = 0;
        return true;
    }
    for (const char *p = start; p < end; p++) {
        if (*p < '0' || *p > '9')
            return invalid(reader, p, "a port that is not a number");
        value = value * 10 + (*p - '0');
        if (value > 65535)
            return invalid(reader, start, "a port above 65535");
    }
    *port = (int)value;
    return value > 0 || invalid(reader, start, "port 0");
}

static bool read_host(url_reader *reader, const char *start, const char *end) {
    const char *name = start, *name_end, *rest;
    if (start < end && *start == '[') {
        name++;
        name_end = memchr(name, ']', (size_t)(end - name));
        if (!name_end)
            return invalid(reader, start, "an IPv6 address without its closing bracket");
        if (name_end == name)
            return invalid(reader, start, "an empty IPv6 address");
        rest = name_end + 1;
        if (rest < end && *rest != ':')
            return invalid(reader, rest, "something between the IPv6 address and its port");
    } else {
        for (name_end = start; name_end < end && *name_end != ':';)
            name_end++;
        rest = name_end;
    }
    int port = 0;
    if (rest < end && !read_port(reader, rest + 1, end, &port))
        return false;
    DK_AUTOFREE char *host = NULL;
    if (name < name_end && !(host = decode_part(reader, name, name_end, false)))
        return false;
    url_add_host(&reader->url, host, port);
    return true;
}

static bool read_hosts(url_reader *reader) {
    const char *end = reader->at + strcspn(reader->at, "/?");
    const char *stray = memchr(reader->at, '@', (size_t)(end - reader->at));
    if (stray) {
        invalid(reader, stray, "a second @");
        return dk_error_hint(reader->error, "inside a user name or password write @ as %%40");
    }
    reader->spelling->hosts = dk_strndup(reader->at, (size_t)(end - reader->at));
    for (const char *start = reader->at;;) {
        const char *comma = memchr(start, ',', (size_t)(end - start));
        if (!read_host(reader, start, comma ? comma : end))
            return false;
        if (!comma)
            break;
        start = comma + 1;
    }
    reader->at = end;
    return true;
}

static bool read_database(url_reader *reader) {
    const char *end = reader->at + strcspn(reader->at, "?");
    if (reader->at < end || reader->spelling->no_slashes)
        reader->spelling->database = dk_strndup(reader->at, (size_t)(end - reader->at));
    const char *name = reader->at + (*reader->at == '/');
    if (end > name && !(reader->url.database = decode_part(reader, name, end, false)))
        return false;
    reader->at = end;
    return true;
}

/* ── the query ── */
static url_item_kind item_kind(const url_reader *reader, const char *name) {
    static const struct {
        const char *name;
        url_item_kind kind;
    } fields[] = {
        {"user", URL_ITEM_USER}, {"password", URL_ITEM_PASSWORD}, {"host", URL_ITEM_HOST},
        {"port", URL_ITEM_PORT}, {"dbname", URL_ITEM_DATABASE},
    };
    for (size_t i = 0; i < DK_COUNT(fields); i++)
        if (strcmp(name, fields[i].name) == 0)
            return reader->url.dialect == DK_URL_ASYNCPG && fields[i].kind == URL_ITEM_DATABASE
                       ? URL_ITEM_OTHER
                       : fields[i].kind;
    return reader->url.dialect == DK_URL_ASYNCPG && strcmp(name, "database") == 0 ? URL_ITEM_DATABASE
                                                                                  : URL_ITEM_OTHER;
}

static void replace(char **field, const char *value) {
    free(*field);
    *field = *value ? dk_strdup(value) : NULL;
}

static void read_field(url_reader *reader, url_item_kind kind, const char *name, const char *value) {
    switch (kind) {
    case URL_ITEM_USER:
        replace(&reader->url.user, value);
        break;
    case URL_ITEM_PASSWORD:
        replace(&reader->url.password, value);
        break;
    case URL_ITEM_DATABASE:
        replace(&reader->url.database, value);
        break;
    case URL_ITEM_HOST:
        dk_strv_split(&reader->host_names, value, ',');
        break;
    case URL_ITEM_PORT:
        dk_strv_split(&reader->host_ports, value, ',');
        break;
    case URL_ITEM_OTHER:
        url_add_parameter(&reader->url, name, value);
        break;
    }
}

static bool read_item(url_reader *reader, const char *start, const char *end) {
    bool plus = reader->url.dialect != DK_URL_LIBPQ;
    const char *equals = memchr(start, '=', (size_t)(end - start));
    const char *name_end = equals ? equals : end;
    DK_AUTOFREE char *name = decode_part(reader, start, name_end, plus);
    DK_AUTOFREE char *value = name ? decode_part(reader, equals ? equals + 1 : end, end, plus) : NULL;
    if (!value)
        return false;
    url_spelling *spelling = reader->spelling;
    url_item_kind kind = item_kind(reader, name);
    spelling->items = dk_realloc_array(spelling->items, spelling->item_count + 1, sizeof *spelling->items);
    spelling->items[spelling->item_count++] =
        (url_item){.kind = kind, .raw = dk_strndup(start, (size_t)(end - start))};
    if (kind == URL_ITEM_PASSWORD)
        reader->raw_password =
            equals ? spelling->items[spelling->item_count - 1].raw + (equals + 1 - start) : "";
    else if (strcasestr(name, "password") && *value)
        dk_secret_add(value);
    read_field(reader, kind, name, value);
    return true;
}

static bool read_query(url_reader *reader) {
    if (*reader->at != '?')
        return true;
    reader->spelling->question = true;
    const char *start = reader->at + 1;
    if (!*start)
        return true;
    for (;;) {
        const char *end = start + strcspn(start, "&");
        if (!read_item(reader, start, end))
            return false;
        if (!*end)
            return true;
        start = end + 1;
    }
}

/* SQLAlchemy writes several hosts as host=one:5432&host=two:5433; libpq's host has no port in it. */
static void split_host_port(const url_reader *reader, char *name, const char **port) {
    *port = "";
    if (reader->url.dialect == DK_URL_LIBPQ)
        return;
    char *bracket = name[0] == '[' ? strchr(name, ']') : NULL;
    char *colon = strrchr(name, ':');
    if (bracket) {
        colon = bracket[1] == ':' ? bracket + 1 : NULL;
        *bracket = '\0';
        memmove(name, name + 1, strlen(name));
    } else if (colon && strchr(name, ':') != colon) {
        colon = NULL; /* a bare IPv6 address */
    }
    if (colon) {
        *colon = '\0';
        *port = colon + 1;
    }
}

static bool port_of_text(url_reader *reader, const char *text, int *port) {
    int64_t value = 0;
    if (*text && (!dk_parse_int64(text, &value) || value < 1 || value > 65535)) {
        return dk_fail(reader->error, DK_ERROR_USAGE, "url-invalid",
                       "the database URL has a port among its parameters that is not a port number");
    }
    *port = (int)value;
    return true;
}

/* host= and port= override the authority, each by itself, as libpq has it. */
static bool apply_host_parameters(url_reader *reader) {
    dk_url *url = &reader->url;
    const dk_strv *names = &reader->host_names, *ports = &reader->host_ports;
    size_t count = names->count ? names->count : url->host_count;
    if (names->count) {
        int only_port = url->host_count == 1 ? url->hosts[0].port : 0;
        bool same_count = url->host_count == names->count;
        for (size_t i = 0; i < names->count; i++) {
            const char *port_text;
            DK_AUTOFREE char *name = dk_strdup(names->items[i]);
            int port = 0;
            split_host_port(reader, name, &port_text);
            if (!port_of_text(reader, port_text, &port))
                return false;
            if (!port)
                port = same_count ? url->hosts[i].port : only_port;
            url_add_host(url, *name ? name : NULL, port);
        }
        size_t old = url->host_count - names->count;
        for (size_t i = 0; i < old; i++)
            free(url->hosts[i].host);
        memmove(url->hosts, url->hosts + old, names->count * sizeof *url->hosts);
        url->host_count = names->count;
    }
    if (ports->count > 1 && ports->count != count)
        return dk_fail(reader->error, DK_ERROR_USAGE, "url-invalid",
                       "the database URL has %zu ports for %zu hosts", ports->count, count);
    for (size_t i = 0; ports->count && i < count; i++)
        if (!port_of_text(reader, ports->items[ports->count > 1 ? i : 0], &url->hosts[i].port))
            return false;
    return true;
}

static bool read_url(url_reader *reader) {
    if (!read_scheme(reader))
        return false;
    if (!reader->spelling->no_slashes) {
        if (!read_user_info(reader) || !read_hosts(reader))
            return false;
    } else {
        url_add_host(&reader->url, NULL, 0);
    }
    return read_database(reader) && read_query(reader) && apply_host_parameters(reader);
}

/* The password in every spelling it may appear in; names that have to be shown stay readable even when the
 * password is spelled like them. */
static void register_secrets(const url_reader *reader) {
    const dk_url *url = &reader->url;
    const char *const secrets[] = {url->password, reader->spelling->password, reader->raw_password};
    for (size_t i = 0; url->password && i < DK_COUNT(secrets); i++)
        if (secrets[i])
            dk_secret_add(secrets[i]);
    const char *const names[] = {url->user, url->database};
    for (size_t i = 0; i < DK_COUNT(names); i++)
        if (names[i])
            dk_secret_allow(names[i]);
}

bool dk_url_parse(const char *text, dk_url *url, dk_error *error) {
    url_reader reader = {.text = text, .at = text, .url = DK_URL_INIT, .error = error};
    reader.spelling = dk_alloc(sizeof *reader.spelling);
    bool succeeded = read_url(&reader);
    dk_strv_release(&reader.host_names);
    dk_strv_release(&reader.host_ports);
    if (!succeeded) {
        url_spelling_free(reader.spelling);
        dk_url_release(&reader.url);
        return false;
    }
    register_secrets(&reader);
    url_copy_fields(&reader.spelling->parsed, &reader.url);
    reader.url.reserved[0] = reader.spelling;
    dk_url_release(url);
    *url = reader.url;
    return true;
}
