/* The URL, for people and for programs. */
#include "server.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct format_name {
    const char *name;
    dk_url_dialect dialect;
} format_name;

static const format_name formats[] = {
    {"libpq", DK_URL_LIBPQ},
    {"sqlalchemy", DK_URL_SQLALCHEMY},
    {"asyncpg", DK_URL_ASYNCPG},
    {"jdbc", DK_URL_JDBC},
};

static void format_url(const dk_url *url, const char *format, dk_buf *text) {
    for (size_t i = 0; i < DK_COUNT(formats); i++)
        if (dk_streq(format, formats[i].name)) {
            dk_url_format_as(url, formats[i].dialect, text);
            return;
        }
    dk_url_format(url, text);
}

/* The endpoint that knows this URL ("neon" knows its hosts); NULL when none does. */
static const dk_endpoint_interface *find_endpoint(dk_context *context, const dk_url *url, dk_error *error) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    dk_interface_names(context, "endpoint", &names);
    for (size_t i = 0; i < names.count; i++) {
        const dk_endpoint_interface *endpoint =
            dk_interface_find(context, "endpoint", names.items[i], DK_ENDPOINT_VERSION, error);
        if (endpoint && endpoint->matches(url))
            return endpoint;
    }
    return NULL;
}

/* Where no endpoint knows the URL, its address may: "ep-x-pooler.…" without the mark. A server without a
 * pooler is its own direct endpoint. */
static bool leave_pooler(const dk_url *url, dk_url *chosen, dk_error *error) {
    const dk_pooler *pooler = dk_url_pooler(url);
    const char *host = dk_url_host_name(url);
    size_t label = strcspn(host, ".");
    dk_url_copy(chosen, url);
    if (!pooler)
        return true;
    if (!pooler->marked) {
        dk_fail(error, DK_ERROR_FAILED, "no-direct-endpoint",
                "the URL goes through %s, and does not tell "
                "the direct host",
                pooler->name);
        return dk_error_hint(error, "%s", pooler->remedy);
    }
    DK_AUTOFREE char *direct = dk_format("%.*s%s", (int)(label - strlen("-pooler")), host, host + label);
    dk_url_set_host(chosen, direct, url->hosts[0].port);
    return true;
}

static bool choose_endpoint(dk_context *context, const server_url_values *values, const dk_url *url,
                            dk_url *chosen, dk_error *error) {
    if (!values->direct && !values->pooled) {
        dk_url_copy(chosen, url);
        return true;
    }
    const dk_endpoint_interface *endpoint = find_endpoint(context, url, NULL);
    if (endpoint)
        return values->direct ? endpoint->direct(url, chosen, error) : endpoint->pooled(url, chosen, error);
    if (values->direct)
        return leave_pooler(url, chosen, error);
    dk_fail(error, DK_ERROR_FAILED, "no-pooled-endpoint", "%s has no pooled endpoint that devkit knows",
            dk_url_host_name(url));
    return dk_error_hint(error, "leave out --pooled");
}

static void hide(char **secret) {
    free(*secret);
    *secret = dk_strdup("***");
}

/* Parameters may be secrets, too: sslpassword. */
static void mask(dk_url *url) {
    if (url->password)
        hide(&url->password);
    for (size_t i = 0; i < url->parameter_count; i++)
        if (strcasestr(url->parameters[i].name, "password"))
            hide(&url->parameters[i].value);
}

bool server_url(dk_context *context, const void *values, dk_error *error) {
    const server_url_values *given = values;
    if (given->direct && given->pooled)
        return dk_fail(error, DK_ERROR_USAGE, "usage", "--direct and --pooled exclude each other");
    const dk_database *database = dk_database_require(context, error);
    DK_AUTO_URL dk_url chosen = DK_URL_INIT;
    DK_AUTO_URL dk_url reached = DK_URL_INIT;
    if (!database || !dk_database_reach(context, &reached, error) ||
        !choose_endpoint(context, given, &reached, &chosen, error))
        return false;
    if (!given->reveal && isatty(STDOUT_FILENO))
        mask(&chosen);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    format_url(&chosen, given->format, &text);
    dk_reveal(context, "url", dk_buf_text(&text));
    dk_json_set_string(dk_result(context), "variable", database->variable);
    dk_json_set_string(dk_result(context), "origin", database->origin);
    return true;
}
