/* dk_url as a value: copying, releasing, reading and changing its parts. */
#include "config/url_internal.h"

#include <stdlib.h>
#include <string.h>

url_spelling *url_spelling_of(const dk_url *url) {
    return url->reserved[0];
}

void url_add_host(dk_url *url, const char *host, int port) {
    url->hosts = dk_realloc_array(url->hosts, url->host_count + 1, sizeof *url->hosts);
    url->hosts[url->host_count++] = (dk_url_host){.host = dk_strdup(host), .port = port};
}

void url_add_parameter(dk_url *url, const char *name, const char *value) {
    url->parameters = dk_realloc_array(url->parameters, url->parameter_count + 1, sizeof *url->parameters);
    url->parameters[url->parameter_count++] =
        (dk_url_parameter){.name = dk_strdup(name), .value = dk_strdup(value)};
}

void url_clear_hosts(dk_url *url) {
    for (size_t i = 0; i < url->host_count; i++)
        free(url->hosts[i].host);
    free(url->hosts);
    url->hosts = NULL;
    url->host_count = 0;
}

void url_copy_fields(dk_url *target, const dk_url *source) {
    *target = (dk_url)DK_URL_INIT;
    target->dialect = source->dialect;
    target->scheme = dk_strdup(source->scheme);
    target->user = dk_strdup(source->user);
    target->password = dk_strdup(source->password);
    target->database = dk_strdup(source->database);
    for (size_t i = 0; i < source->host_count; i++)
        url_add_host(target, source->hosts[i].host, source->hosts[i].port);
    for (size_t i = 0; i < source->parameter_count; i++)
        url_add_parameter(target, source->parameters[i].name, source->parameters[i].value);
}

bool url_same_hosts(const dk_url *left, const dk_url *right) {
    if (left->host_count != right->host_count)
        return false;
    for (size_t i = 0; i < left->host_count; i++)
        if (left->hosts[i].port != right->hosts[i].port ||
            !dk_streq(left->hosts[i].host, right->hosts[i].host))
            return false;
    return true;
}

void url_spelling_free(url_spelling *spelling) {
    if (!spelling)
        return;
    dk_url_release(&spelling->parsed);
    free(spelling->user);
    free(spelling->password);
    free(spelling->hosts);
    free(spelling->database);
    for (size_t i = 0; i < spelling->item_count; i++)
        free(spelling->items[i].raw);
    free(spelling->items);
    free(spelling);
}

url_spelling *url_spelling_copy(const url_spelling *spelling) {
    url_spelling *copy = dk_alloc(sizeof *copy);
    url_copy_fields(&copy->parsed, &spelling->parsed);
    copy->user = dk_strdup(spelling->user);
    copy->password = dk_strdup(spelling->password);
    copy->hosts = dk_strdup(spelling->hosts);
    copy->database = dk_strdup(spelling->database);
    copy->question = spelling->question;
    copy->no_slashes = spelling->no_slashes;
    copy->item_count = spelling->item_count;
    if (spelling->item_count)
        copy->items = dk_alloc_array(spelling->item_count, sizeof *copy->items);
    for (size_t i = 0; i < spelling->item_count; i++)
        copy->items[i] =
            (url_item){.kind = spelling->items[i].kind, .raw = dk_strdup(spelling->items[i].raw)};
    return copy;
}

void dk_url_release(dk_url *url) {
    if (!url)
        return;
    free(url->scheme);
    free(url->user);
    free(url->password);
    free(url->database);
    url_clear_hosts(url);
    for (size_t i = 0; i < url->parameter_count; i++) {
        free(url->parameters[i].name);
        free(url->parameters[i].value);
    }
    free(url->parameters);
    url_spelling_free(url->reserved[0]);
    *url = (dk_url)DK_URL_INIT;
}

void dk_url_copy(dk_url *target, const dk_url *source) {
    dk_url copy;
    url_copy_fields(&copy, source);
    if (source->reserved[0])
        copy.reserved[0] = url_spelling_copy(source->reserved[0]);
    dk_url_release(target);
    *target = copy;
}

void dk_url_set_database(dk_url *url, const char *database) {
    char *copy = dk_strdup(database);
    free(url->database);
    url->database = copy;
}

/* An address given beside the host would win over the new host. */
static void drop_parameter(dk_url *url, const char *name) {
    size_t kept = 0;
    for (size_t i = 0; i < url->parameter_count; i++) {
        if (strcmp(url->parameters[i].name, name) == 0) {
            free(url->parameters[i].name);
            free(url->parameters[i].value);
        } else {
            url->parameters[kept++] = url->parameters[i];
        }
    }
    url->parameter_count = kept;
}

void dk_url_set_host(dk_url *url, const char *host, int port) {
    char *copy = dk_strdup(host);
    url_clear_hosts(url);
    url_add_host(url, copy, port);
    free(copy);
    drop_parameter(url, "hostaddr");
}

const char *dk_url_parameter_value(const dk_url *url, const char *name) {
    /* The last one wins, as in libpq. */
    for (size_t i = url->parameter_count; i-- > 0;)
        if (strcmp(url->parameters[i].name, name) == 0)
            return url->parameters[i].value;
    return NULL;
}

const char *dk_url_host_name(const dk_url *url) {
    return url->host_count && url->hosts[0].host ? url->hosts[0].host : "localhost";
}

int dk_url_port(const dk_url *url) {
    return url->host_count && url->hosts[0].port ? url->hosts[0].port : 5432;
}
