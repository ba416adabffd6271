/* pg_hba.conf, as far as it takes to say which line a login met:
 * https://www.postgresql.org/docs/current/auth-pg-hba-conf.html */
#include "hba.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS_MOST 8

/* Fields of a line; a comma or quotes hold what they join together. */
static size_t split(const char *line, char *fields[FIELDS_MOST]) {
    size_t count = 0;
    for (const char *at = line + strspn(line, " \t\r"); *at && *at != '#' && count < FIELDS_MOST;
         at += strspn(at, " \t\r")) {
        const char *start = at;
        for (bool quoted = false; *at && (quoted || !strchr(" \t\r#", *at)); at++)
            quoted = *at == '"' ? !quoted : quoted;
        fields[count++] = dk_strndup(start, (size_t)(at - start));
    }
    return count;
}

static bool list_has(const char *list, const char *name, const char *same) {
    DK_AUTO_STRV dk_strv items = DK_STRV_INIT;
    dk_strv_split(&items, list, ',');
    for (size_t i = 0; i < items.count; i++) {
        const char *item = items.items[i];
        size_t length = strlen(item);
        bool quoted = length > 1 && *item == '"' && item[length - 1] == '"';
        DK_AUTOFREE char *plain = quoted ? dk_strndup(item + 1, length - 2) : dk_strdup(item);
        if (strcmp(plain, name) == 0 || (!quoted && strcmp(plain, "all") == 0) ||
            (!quoted && same && strcmp(plain, "sameuser") == 0 && strcmp(same, name) == 0))
            return true;
    }
    return false;
}

/* ── addresses ── */

static bool parse_address(const char *text, unsigned char bytes[16], int *family) {
    *family = strchr(text, ':') ? AF_INET6 : AF_INET;
    return inet_pton(*family, text, bytes) == 1;
}

static bool same_bits(const unsigned char *left, const unsigned char *right, int bits) {
    if (memcmp(left, right, (size_t)bits / 8) != 0)
        return false;
    int rest = bits % 8;
    return !rest || (left[bits / 8] ^ right[bits / 8]) >> (8 - rest) == 0;
}

static bool in_network(const char *network, const char *mask, const char *client) {
    unsigned char base[16], address[16], mask_bytes[16];
    int family, client_family, mask_family;
    const char *slash = strchr(network, '/');
    DK_AUTOFREE char *plain = dk_strndup(network, strcspn(network, "/"));
    if (!parse_address(plain, base, &family) || !parse_address(client, address, &client_family) ||
        family != client_family)
        return false;
    int bits = slash ? atoi(slash + 1) : family == AF_INET ? 32 : 128;
    if (mask && parse_address(mask, mask_bytes, &mask_family) && mask_family == family)
        for (bits = 0; bits < (family == AF_INET ? 32 : 128) && mask_bytes[bits / 8] >> (7 - bits % 8) & 1;)
            bits++;
    return bits >= 0 && bits <= (family == AF_INET ? 32 : 128) && same_bits(base, address, bits);
}

static bool is_loopback(const char *client) {
    return strcmp(client, "::1") == 0 || strncmp(client, "127.", 4) == 0;
}

static bool address_matches(const char *rule, const char *mask, const char *client) {
    if (strcmp(rule, "all") == 0)
        return true;
    if (strcmp(rule, "samehost") == 0 || strcmp(rule, "samenet") == 0 || strcmp(rule, "localhost") == 0)
        return is_loopback(client);
    return in_network(rule, mask, client);
}

/* ── lines ── */

static bool type_matches(const char *type, const hba_login *login) {
    if (strcmp(type, "local") == 0)
        return !login->address;
    if (!login->address)
        return false;
    return strcmp(type, "host") == 0 || strcmp(type, login->encrypted ? "hostssl" : "hostnossl") == 0 ||
           strcmp(type, "hostnogssenc") == 0;
}

static bool line_matches(char *const *fields, size_t count, const hba_login *login, const char **method) {
    bool local = count && strcmp(fields[0], "local") == 0;
    if (count < (local ? 4u : 5u) || !type_matches(fields[0], login) ||
        !list_has(fields[1], login->database, login->role) || !list_has(fields[2], login->role, NULL))
        return false;
    unsigned char bytes[16];
    int family;
    bool masked = !local && count > 5 && parse_address(fields[4], bytes, &family);
    *method = fields[local ? 3 : masked ? 5 : 4];
    return local || address_matches(fields[3], masked ? fields[4] : NULL, login->address);
}

bool hba_find(const char *text, const hba_login *login, hba_line *found) {
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    bool hit = false;
    dk_strv_split(&lines, text, '\n');
    for (size_t i = 0; i < lines.count && !hit; i++) {
        char *fields[FIELDS_MOST];
        const char *method = NULL;
        size_t count = split(lines.items[i], fields);
        hit = line_matches(fields, count, login, &method);
        if (hit) {
            *found = (hba_line){.number = (int)i + 1,
                                .text = dk_strdup(lines.items[i]),
                                .rejects = strcmp(method, "reject") == 0};
            for (char *at = found->text; *at; at++)
                *at = strchr("\t\r", *at) ? ' ' : *at;
        }
        for (size_t j = 0; j < count; j++)
            free(fields[j]);
    }
    return hit;
}
