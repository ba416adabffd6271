/* Database URLs in the dialects that applications use.
 *
 * Read: postgres:// and postgresql:// (libpq, RFC 3986 with several hosts:
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS), SQLAlchemy's
 * postgresql+psycopg2:// +psycopg:// +asyncpg:// +pg8000://, jdbc:postgresql://. Writing in the dialect it
 * was read in loses nothing: order and spelling of unknown parameters stay. Between dialects `sslmode`
 * (libpq, psycopg, jdbc) and `ssl` (asyncpg) are translated. */
#ifndef DEVKIT_URL_H
#define DEVKIT_URL_H

#include <devkit/buf.h>
#include <devkit/error.h>

typedef enum dk_url_dialect {
    DK_URL_LIBPQ,      /* postgresql://  and postgres:// */
    DK_URL_SQLALCHEMY, /* postgresql+DRIVER:// with a driver that takes libpq's parameters */
    DK_URL_ASYNCPG,    /* postgresql+asyncpg:// */
    DK_URL_JDBC,       /* jdbc:postgresql:// ; user and password are parameters */
} dk_url_dialect;

typedef struct dk_url_host {
    char *host; /* decoded; NULL: default; an absolute path is a unix socket's folder */
    int port;   /* 0: default (5432) */
} dk_url_host;

typedef struct dk_url_parameter {
    char *name;
    char *value;
} dk_url_parameter;

typedef struct dk_url {
    dk_url_dialect dialect;
    char *scheme;   /* as written, without "://": "postgresql+asyncpg" */
    char *user;     /* decoded; NULL: not given */
    char *password; /* decoded; NULL: not given; registered as a secret by the parser */
    dk_url_host *hosts;
    size_t host_count; /* at least 1 after parsing */
    char *database;    /* decoded; NULL: not given */
    dk_url_parameter *parameters;
    size_t parameter_count;
    void *reserved[4];
} dk_url;

#define DK_URL_INIT                                                                                          \
    { 0 }
#define DK_AUTO_URL DK_CLEANUP(dk_url_release)

/* Errors: "url-invalid" with what is wrong at which character; the password is never in the message. */
DK_API bool dk_url_parse(const char *text, dk_url *url, dk_error *error);
DK_API void dk_url_format(const dk_url *url, dk_buf *text);                            /* as it was read */
DK_API void dk_url_format_as(const dk_url *url, dk_url_dialect dialect, dk_buf *text); /* translated */
DK_API char *dk_url_masked(const dk_url *url); /* password as ***; caller frees */
DK_API void dk_url_copy(dk_url *target, const dk_url *source);
DK_API void dk_url_set_database(dk_url *url, const char *database);
DK_API void dk_url_set_host(dk_url *url, const char *host, int port);           /* replaces all hosts */
DK_API const char *dk_url_parameter_value(const dk_url *url, const char *name); /* borrowed, or NULL */
DK_API const char *dk_url_host_name(const dk_url *url); /* the first host, or "localhost" */
DK_API int dk_url_port(const dk_url *url);              /* the first port, or 5432 */
/* Every host is loopback, a unix socket or absent. */
DK_API bool dk_url_is_local(const dk_url *url);
DK_API void dk_url_release(dk_url *url);

/* A connection pooler of a hosting provider. */
typedef struct dk_pooler {
    const char *name;   /* "Neon's pooler" */
    const char *harm;   /* what it does to a developer: "which breaks migrations, …" */
    const char *remedy; /* the address to use instead */
    bool marked;        /* the direct host is the same without "-pooler" at the end of its first label */
} dk_pooler;
/* The one that the URL leads to, by its first host and port alone; NULL: none that is known. A constant. */
DK_API const dk_pooler *dk_url_pooler(const dk_url *url);

/* libpq keywords and values, alternating in one list: "host", "/run/x", "port", "5432", … */
typedef struct dk_conninfo {
    dk_strv pairs;
} dk_conninfo;
#define DK_CONNINFO_INIT                                                                                     \
    {                                                                                                        \
        { 0 }                                                                                                \
    }
#define DK_AUTO_CONNINFO DK_CLEANUP(dk_conninfo_release)
DK_API void dk_conninfo_set(dk_conninfo *conninfo, const char *keyword, const char *value); /* replaces */
DK_API const char *dk_conninfo_get(const dk_conninfo *conninfo, const char *keyword);
DK_API void dk_conninfo_copy(dk_conninfo *target, const dk_conninfo *source);
DK_API void dk_conninfo_release(dk_conninfo *conninfo);
/* What libpq understands of a URL; parameters of other drivers are left out. Appends. */
DK_API void dk_url_conninfo(const dk_url *url, dk_conninfo *conninfo);

#endif
