/* Percent escapes (RFC 3986), and the names that URL schemes have. */
#include "config/url_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int hex_digit(char character) {
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return -1;
}

char *url_decode(const char *text, size_t length, bool plus, size_t *bad) {
    char *decoded = dk_alloc(length + 1);
    size_t end = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '%') {
            decoded[end++] = plus && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        int high = i + 1 < length ? hex_digit(text[i + 1]) : -1;
        int low = i + 2 < length ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0 || high * 16 + low == 0) {
            *bad = i;
            free(decoded);
            return NULL;
        }
        decoded[end++] = (char)(high * 16 + low);
        i += 2;
    }
    decoded[end] = '\0';
    return decoded;
}

void url_encode(dk_buf *target, const char *text, const char *keep) {
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if ((byte < 128 && isalnum(byte)) || strchr("-._~*", byte) || strchr(keep, byte))
            dk_buf_add_char(target, (char)byte);
        else
            dk_buf_addf(target, "%%%02X", byte);
    }
}

/* Schemes other than postgres:// that mean a PostgreSQL database to some framework (dj-database-url,
 * django-environ). Their parameters are libpq's. */
static const char *const libpq_schemes[] = {"postgresql", "postgres",  "postgis",     "psql",
                                            "pgsql",      "timescale", "timescaledb", "timescalegis"};

bool url_scheme_dialect(const char *scheme, dk_url_dialect *dialect) {
    for (size_t i = 0; i < DK_COUNT(libpq_schemes); i++) {
        if (strcmp(scheme, libpq_schemes[i]) == 0) {
            *dialect = DK_URL_LIBPQ;
            return true;
        }
    }
    if (strcmp(scheme, "jdbc:postgresql") == 0) {
        *dialect = DK_URL_JDBC;
        return true;
    }
    const char *driver = strchr(scheme, '+');
    if (!driver || !driver[1] ||
        !((size_t)(driver - scheme) == strlen("postgresql") ? dk_starts_with(scheme, "postgresql")
                                                            : dk_starts_with(scheme, "postgres+")))
        return false;
    for (const char *p = driver + 1; *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '_')
            return false;
    *dialect = strcmp(driver, "+asyncpg") == 0 ? DK_URL_ASYNCPG : DK_URL_SQLALCHEMY;
    return true;
}

const char *url_scheme_for(const dk_url *url, dk_url_dialect dialect) {
    static const char *const usual[] = {
        [DK_URL_LIBPQ] = "postgresql",
        [DK_URL_SQLALCHEMY] = "postgresql+psycopg2",
        [DK_URL_ASYNCPG] = "postgresql+asyncpg",
        [DK_URL_JDBC] = "jdbc:postgresql",
    };
    bool foreign = dialect == DK_URL_LIBPQ && url->scheme && strcmp(url->scheme, "postgres") != 0;
    return url->scheme && url->dialect == dialect && !foreign ? url->scheme : usual[dialect];
}

/* Parameters that have another name in another dialect; NULL: the same name as in libpq. */
static const struct {
    const char *names[DK_URL_JDBC + 1];
} parameter_names[] = {
    {{"sslmode", "sslmode", "ssl", "sslmode"}},
    {{"connect_timeout", "connect_timeout", "timeout", "connectTimeout"}},
    {{"application_name", "application_name", "application_name", "ApplicationName"}},
};

/* "ssl" is a mode in asyncpg and a switch in JDBC; libpq reads ssl=true as JDBC's. */
static const char *ssl_mode(const char *value, dk_url_dialect from) {
    if (strcmp(value, "true") == 0 || strcmp(value, "True") == 0)
        return "require";
    if (from == DK_URL_LIBPQ || from == DK_URL_SQLALCHEMY)
        return NULL;
    if (strcmp(value, "false") == 0 || strcmp(value, "False") == 0)
        return "disable";
    return from == DK_URL_ASYNCPG ? value : NULL;
}

const char *url_translate_parameter(const char *name, dk_url_dialect from, dk_url_dialect to,
                                    const char **value) {
    if (from == to)
        return name;
    if (strcmp(name, "ssl") == 0) {
        const char *mode = ssl_mode(*value, from);
        if (!mode)
            return name;
        *value = mode;
        return to == DK_URL_ASYNCPG ? "ssl" : "sslmode";
    }
    for (size_t i = 0; i < DK_COUNT(parameter_names); i++)
        if (strcmp(name, parameter_names[i].names[from]) == 0)
            return parameter_names[i].names[to];
    return name;
}
