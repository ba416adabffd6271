/* Writing URLs: as they were read, in another dialect, and masked for people. */
#include "config/url_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct url_writer {
    const dk_url *url;
    const url_spelling *spelling; /* NULL: nothing to go by (made by hand, or translated) */
    dk_url_dialect dialect;
    dk_buf *text;
    bool same_user, same_password, same_hosts, same_database;
    bool question; /* the first parameter is written */
    bool wrote_user, wrote_password;
} url_writer;

/* Query values may hold more characters unescaped than the authority: paths and lists stay readable. */
#define QUERY_KEEPS "/:,"

static void begin_parameter(url_writer *writer) {
    dk_buf_add_char(writer->text, writer->question ? '&' : '?');
    writer->question = true;
}

static void write_parameter(url_writer *writer, const char *name, const char *value) {
    begin_parameter(writer);
    url_encode(writer->text, name, "");
    dk_buf_add_char(writer->text, '=');
    url_encode(writer->text, value, QUERY_KEEPS);
}

/* A raw text where the field is unchanged, else the field encoded. */
static void write_user_info(url_writer *writer) {
    const dk_url *url = writer->url;
    const url_spelling *spelling = writer->spelling;
    bool in_query = writer->dialect == DK_URL_JDBC;
    DK_AUTO_BUF dk_buf user = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf password = DK_BUF_INIT;
    bool has_user = false, has_password = false;
    if (writer->same_user) {
        has_user = spelling->user != NULL;
        dk_buf_add(&user, has_user ? spelling->user : "");
    } else if (url->user && !in_query) {
        has_user = true;
        url_encode(&user, url->user, "");
    }
    if (writer->same_password) {
        has_password = spelling->password != NULL;
        dk_buf_add(&password, has_password ? spelling->password : "");
    } else if (url->password && !in_query) {
        has_password = true;
        url_encode(&password, url->password, "");
    }
    if (!has_user && !has_password)
        return;
    dk_buf_add(writer->text, dk_buf_text(&user));
    if (has_password)
        dk_buf_addf(writer->text, ":%s", dk_buf_text(&password));
    dk_buf_add_char(writer->text, '@');
}

static bool is_socket(const dk_url_host *host) {
    return host->host && (host->host[0] == '/' || host->host[0] == '@');
}

static bool any_socket(const dk_url *url) {
    for (size_t i = 0; i < url->host_count; i++)
        if (is_socket(&url->hosts[i]))
            return true;
    return false;
}

/* Where hosts are written when their old spelling does not serve: SQLAlchemy knows neither several hosts nor
 * sockets in the authority, and everybody understands host=/folder. */
static bool hosts_in_query(const url_writer *writer) {
    if (writer->url->host_count == 1)
        return any_socket(writer->url);
    return writer->url->host_count > 1 &&
           (writer->dialect == DK_URL_SQLALCHEMY || writer->dialect == DK_URL_ASYNCPG);
}

static void write_hosts(url_writer *writer) {
    const dk_url *url = writer->url;
    if (writer->same_hosts) {
        dk_buf_add(writer->text, writer->spelling->hosts ? writer->spelling->hosts : "");
        return;
    }
    if (hosts_in_query(writer))
        return;
    for (size_t i = 0; i < url->host_count; i++) {
        const dk_url_host *host = &url->hosts[i];
        if (i)
            dk_buf_add_char(writer->text, ',');
        if (host->host && strchr(host->host, ':') && !is_socket(host)) {
            dk_buf_add_char(writer->text, '[');
            url_encode(writer->text, host->host, ":");
            dk_buf_add_char(writer->text, ']');
        } else if (host->host) {
            url_encode(writer->text, host->host, "");
        }
        if (host->port)
            dk_buf_addf(writer->text, ":%d", host->port);
    }
}

static void write_query_hosts(url_writer *writer) {
    const dk_url *url = writer->url;
    if (writer->same_hosts || !hosts_in_query(writer))
        return;
    if (url->host_count == 1) {
        write_parameter(writer, "host", url->hosts[0].host);
        if (url->hosts[0].port) {
            begin_parameter(writer);
            dk_buf_addf(writer->text, "port=%d", url->hosts[0].port);
        }
        return;
    }
    for (size_t i = 0; i < url->host_count; i++) {
        write_parameter(writer, "host", url->hosts[i].host ? url->hosts[i].host : "");
        if (url->hosts[i].port)
            dk_buf_addf(writer->text, ":%d", url->hosts[i].port);
    }
}

static void write_user_parameters(url_writer *writer) {
    if (writer->dialect != DK_URL_JDBC)
        return;
    if (!writer->same_user && !writer->wrote_user && writer->url->user)
        write_parameter(writer, "user", writer->url->user);
    if (!writer->same_password && !writer->wrote_password && writer->url->password)
        write_parameter(writer, "password", writer->url->password);
    writer->wrote_user = writer->wrote_password = true;
}

/* A parameter of the old text that stands for a field: kept while the field is, else left to the place where
 * the field is written now. */
static void write_field_item(url_writer *writer, const url_item *item) {
    const bool same[] = {
        [URL_ITEM_USER] = writer->same_user,         [URL_ITEM_PASSWORD] = writer->same_password,
        [URL_ITEM_HOST] = writer->same_hosts,        [URL_ITEM_PORT] = writer->same_hosts,
        [URL_ITEM_DATABASE] = writer->same_database,
    };
    if (same[item->kind]) {
        begin_parameter(writer);
        dk_buf_add(writer->text, item->raw);
    } else if (writer->dialect == DK_URL_JDBC && item->kind == URL_ITEM_USER && writer->url->user &&
               !writer->wrote_user) {
        write_parameter(writer, "user", writer->url->user);
        writer->wrote_user = true;
    } else if (writer->dialect == DK_URL_JDBC && item->kind == URL_ITEM_PASSWORD && writer->url->password &&
               !writer->wrote_password) {
        write_parameter(writer, "password", writer->url->password);
        writer->wrote_password = true;
    }
}

static bool same_parameter(const dk_url_parameter *left, const dk_url_parameter *right) {
    return strcmp(left->name, right->name) == 0 && strcmp(left->value, right->value) == 0;
}

/* Walks the parameters as they were written. One that was removed since is passed over, one that is new or
 * changed is written where it stands. Returns how many of the URL's are written. */
static size_t write_spelled_items(url_writer *writer) {
    const dk_url *url = writer->url;
    const dk_url *parsed = &writer->spelling->parsed;
    size_t next = 0, old = 0;
    for (size_t i = 0; i < writer->spelling->item_count; i++) {
        const url_item *item = &writer->spelling->items[i];
        if (item->kind != URL_ITEM_OTHER) {
            write_field_item(writer, item);
            continue;
        }
        const dk_url_parameter *was = &parsed->parameters[old++];
        bool stays = next < url->parameter_count && same_parameter(was, &url->parameters[next]);
        if (stays) {
            begin_parameter(writer);
            dk_buf_add(writer->text, item->raw);
            next++;
        } else if (next < url->parameter_count && strcmp(was->name, url->parameters[next].name) == 0) {
            write_parameter(writer, url->parameters[next].name, url->parameters[next].value);
            next++;
        }
    }
    return next;
}

static void write_query(url_writer *writer) {
    const dk_url *url = writer->url;
    size_t next = writer->spelling ? write_spelled_items(writer) : 0;
    write_user_parameters(writer);
    write_query_hosts(writer);
    for (; next < url->parameter_count; next++) {
        const char *value = url->parameters[next].value;
        const char *name =
            url_translate_parameter(url->parameters[next].name, url->dialect, writer->dialect, &value);
        if (*name)
            write_parameter(writer, name, value);
    }
    if (!writer->question && writer->spelling && writer->spelling->question && !writer->spelling->item_count)
        dk_buf_add_char(writer->text, '?');
}

/* The raw text has its slash with it. In the short form there need be none. */
static void write_database(url_writer *writer, bool short_form) {
    const url_spelling *spelling = writer->spelling;
    const char *raw = writer->same_database && spelling->database ? spelling->database : "";
    if (writer->same_database && !short_form && spelling->no_slashes && *raw != '/')
        dk_buf_add_char(writer->text, '/');
    dk_buf_add(writer->text, raw);
    if (writer->same_database || (!writer->url->database && writer->dialect != DK_URL_JDBC))
        return;
    dk_buf_add(writer->text, short_form ? "" : "/");
    url_encode(writer->text, writer->url->database ? writer->url->database : "", "");
}

static void write_url(url_writer *writer, const char *scheme) {
    const dk_url *url = writer->url;
    const url_spelling *spelling = writer->spelling;
    if (spelling) {
        writer->same_user = dk_streq(url->user, spelling->parsed.user);
        writer->same_password = dk_streq(url->password, spelling->parsed.password);
        writer->same_hosts = url_same_hosts(url, &spelling->parsed);
        writer->same_database = dk_streq(url->database, spelling->parsed.database);
    }
    bool short_form = spelling && spelling->no_slashes && writer->same_hosts;
    dk_buf_add(writer->text, scheme);
    dk_buf_add(writer->text, short_form ? ":" : "://");
    if (!short_form) {
        write_user_info(writer);
        write_hosts(writer);
    }
    write_database(writer, short_form);
    write_query(writer);
}

void dk_url_format(const dk_url *url, dk_buf *text) {
    url_writer writer = {.url = url, .spelling = url_spelling_of(url), .dialect = url->dialect, .text = text};
    write_url(&writer, url->scheme ? url->scheme : url_scheme_for(url, url->dialect));
}

void dk_url_format_as(const dk_url *url, dk_url_dialect dialect, dk_buf *text) {
    url_writer writer = {.url = url,
                         .spelling = dialect == url->dialect ? url_spelling_of(url) : NULL,
                         .dialect = dialect,
                         .text = text};
    write_url(&writer, url_scheme_for(url, dialect));
}

char *dk_url_masked(const dk_url *url) {
    static const char mask[] = "***";
    DK_AUTO_URL dk_url copy = DK_URL_INIT;
    dk_url_copy(&copy, url);
    if (copy.password) {
        free(copy.password);
        copy.password = dk_strdup(mask);
    }
    for (size_t i = 0; i < copy.parameter_count; i++) {
        if (strcasestr(copy.parameters[i].name, "password")) {
            free(copy.parameters[i].value);
            copy.parameters[i].value = dk_strdup(mask);
        }
    }
    dk_buf text = DK_BUF_INIT;
    dk_url_format(&copy, &text);
    return dk_buf_detach(&text);
}
