/* kit/socket: the machine's listening TCP sockets and who holds them, free ports, and what a taken port is
 * said to be. One shared library, one instance a process; it stands on the system alone.
 *
 * Linux tells through its socket diagnostics (https://man7.org/linux/man-pages/man7/sock_diag.7.html) and
 * /proc, macOS through libproc, other systems through lsof. Everybody may see every listening socket and the
 * account that opened it; the process behind it only where the system allows this account to look at it. */
#ifndef DEVKIT_KIT_SOCKET_H
#define DEVKIT_KIT_SOCKET_H

#include <devkit/devkit.h>
#include <netinet/in.h>
#include <sys/types.h>

/* ── table.c ── who listens */
typedef struct socket_process {
    pid_t pid;
    uid_t uid;
    char *program; /* the executable's name; NULL: unknown */
    char *user;    /* the account's name, or its number */
    char *folder;  /* its working directory, or NULL; on Linux with " (deleted)" behind it when it is gone */
    int64_t started_at; /* Unix time, seconds; 0: unknown */
    uint64_t mark;      /* with the pid this process and no other, ever; 0: unknown */
} socket_process;

#define SOCKET_NO_UID ((uid_t)-1)
typedef struct socket_listener {
    int family;                   /* AF_INET or AF_INET6 */
    unsigned char address[16];    /* network order; the first four bytes under AF_INET */
    bool only_six;                /* IPv6 that takes no IPv4 connections (matters for "::") */
    int port;                     /* 1 … 65535 */
    uid_t uid;                    /* who opened it; SOCKET_NO_UID: unknown */
    uint64_t inode;               /* the socket's name in the kernel; 0: unknown */
    const socket_process *holder; /* the process that holds it; NULL: can't be seen from here */
} socket_listener;

typedef struct socket_table {
    socket_listener *listeners; /* sorted by port, family, address */
    size_t count;
    socket_process **processes; /* each holder once */
    size_t process_count;
    size_t hidden; /* processes that this account may not look at */
    size_t capacity[2];
} socket_table;
#define SOCKET_TABLE_INIT                                                                                    \
    { 0 }
#define SOCKET_AUTO_TABLE DK_CLEANUP(socket_table_release)

DK_API void socket_table_release(socket_table *table);
/* The listeners of one port: how many, the first at listeners[*first]. */
DK_API size_t socket_table_find(const socket_table *table, int port, size_t *first);
/* Who is in the way of a server at loopback: the listener that a connection to localhost reaches, else the
 * first. NULL: nobody listens. */
DK_API const socket_listener *socket_table_holder(const socket_table *table, int port);
/* The parent of a process; 0: unknown. */
DK_API pid_t socket_parent(pid_t pid);
/* Is this process still there, and not another that got its number? A zombie is gone. */
DK_API bool socket_process_is_same(const socket_process *process);
/* The name of an account; its number where it has no name. Caller frees. */
DK_API char *socket_user_name(uid_t uid);

/* ── read.c ── */
/* Who listens on these ports (`count` 0: on any). Fails with "sockets-unknown" where the system tells
 * nothing. */
DK_API bool socket_table_read(const int *ports, size_t count, socket_table *table, dk_error *error);

/* ── address.c ── */
DK_API void socket_address_text(const socket_listener *listener, char text[INET6_ADDRSTRLEN]);
/* Does a connection to this host name or address ("localhost", "::1") end at the listener? False for a name
 * that is neither an address nor a name of this machine's loopback. */
DK_API bool socket_listener_serves(const socket_listener *listener, const char *host);

/* ── connect.c ── */
/* Does somebody take a connection there? Waits at most that long; no answer is a no. */
DK_API bool socket_answers(const struct sockaddr *address, socklen_t length, int timeout_ms);

/* ── port.c ── free ports */
/* A number from 1 to 65535, and nothing else in the text. */
DK_API bool socket_port_parse(const char *text, int *port);
/* Nobody listens on the port at the loopback addresses, and we may. */
DK_API bool socket_port_is_free(int port);
/* Could only root listen there? */
DK_API bool socket_port_is_privileged(int port);

/* A port that no other devkit of this account will choose while it is held. It ends with the process. */
typedef struct socket_reservation {
    int fd;   /* -1: none */
    int port; /* 0: none */
} socket_reservation;
#define SOCKET_RESERVATION_INIT                                                                              \
    { -1, 0 }
#define SOCKET_AUTO_RESERVATION DK_CLEANUP(socket_release)
/* Reserves the port, if nobody else has and nobody listens there. */
DK_API bool socket_reserve(dk_context *context, int port, socket_reservation *reservation);
/* Reserves the project's next free port: always the same for a folder, as long as nobody takes it. `avoid`
 * may be NULL. Fails with "no-free-port". */
DK_API bool socket_reserve_free(dk_context *context, const int *avoid, size_t avoid_count,
                                socket_reservation *reservation, dk_error *error);
DK_API void socket_release(socket_reservation *reservation);

/* ── container.c ── a published port's container */
/* True for programs that only pass connections on to a container, and for what can't be seen: then the
 * container engine knows more. */
DK_API bool socket_may_be_container(const socket_process *holder);
/* The running container that publishes the port, from the `containers` interface, as the object described
 * there; NULL when none does or no engine answers. Engines are asked once in the life of the cache, which
 * starts as NULL and is released by the caller. Caller owns the result. */
DK_API json_t *socket_container_of(dk_context *context, json_t **cache, int port);

/* ── taken.c ── */
/* "postgres (pid 123, account alice)", "the container shop-db-1 (service db)", "a process of account x that
 * this account may not look at". `container` may be NULL. Appends. */
DK_API void socket_describe(const socket_listener *listener, const json_t *container, dk_buf *text);
/* Fails with "port-taken": who holds the port, since when, where, and the ways on. `variable` is where the
 * port is set, for the hint; NULL: the URL. Returns false. */
DK_API bool socket_fail_taken(dk_context *context, int port, const char *variable, dk_error *error);

#endif
