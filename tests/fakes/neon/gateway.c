/* What Neon's proxy does: reads a client's first message, finds the endpoint it names in options=endpoint=ID,
 * and lets it through to that branch's database. A suspended compute is woken first ("wake_ms").
 * https://www.postgresql.org/docs/current/protocol-message-formats.html (StartupMessage) */
#include "fake.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PROTOCOL_3 196608
#define CANCEL 80877102
#define MESSAGE_MAX 10000

static int server_port;

static bool read_all(int fd, char *data, size_t length) {
    for (ssize_t got = 0; length; data += got, length -= (size_t)got)
        if ((got = read(fd, data, length)) <= 0)
            return false;
    return true;
}

static bool write_all(int fd, const char *data, size_t length) {
    for (ssize_t sent = 0; length; data += sent, length -= (size_t)sent)
        if ((sent = send(fd, data, length, MSG_NOSIGNAL)) <= 0)
            return false;
    return true;
}

static uint32_t number_at(const char *data) {
    uint32_t value;
    memcpy(&value, data, sizeof value);
    return ntohl(value);
}

static void add_number(dk_buf *text, uint32_t value) {
    uint32_t network = htonl(value);
    dk_buf_append(text, &network, sizeof network);
}

/* Over TCP, where passwords are asked for. */
static int connect_server(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server_port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static void refuse(int client, const char *message) {
    DK_AUTO_BUF dk_buf body = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf whole = DK_BUF_INIT;
    const char *const fields[] = {"SFATAL", "VFATAL", "C08P01"};
    for (size_t i = 0; i < DK_COUNT(fields); i++)
        dk_buf_append(&body, fields[i], strlen(fields[i]) + 1);
    dk_buf_addf(&body, "M%s", message);
    dk_buf_append(&body, "\0", 2);
    dk_buf_add_char(&whole, 'E');
    add_number(&whole, (uint32_t)body.length + 4);
    dk_buf_append(&whole, dk_buf_text(&body), body.length);
    write_all(client, dk_buf_text(&whole), whole.length);
}

/* The database that is meant, on the server: of the branch that the endpoint belongs to; those that every
 * server has (postgres) are themselves. Caller frees; NULL: no such endpoint. Waits for a compute that
 * sleeps. */
static char *find_database(const char *label, size_t length, const char *database) {
    const size_t mark = strlen("-pooler");
    if (length > mark && strncmp(label + length - mark, "-pooler", mark) == 0)
        length -= mark;
    DK_AUTOFREE char *id = dk_strndup(label, length);
    char *found = NULL;
    int64_t wake = 0;
    pthread_mutex_lock(&fake.lock);
    for (size_t i = 0; i < fake.project_count && !found; i++) {
        const fake_project *project = &fake.projects[i];
        json_t *endpoint = fake_find(project->endpoints, "id", id);
        if (!endpoint)
            continue;
        const char *branch = dk_json_string(endpoint, "branch_id", "");
        found =
            dk_streq(database, project->database) ? fake_database_name(project, branch) : dk_strdup(database);
        if (strcmp(dk_json_string(endpoint, "current_state", ""), "idle") == 0)
            wake = fake_setting("wake_ms", 0);
        dk_json_set_string(endpoint, "current_state", "active");
    }
    pthread_mutex_unlock(&fake.lock);
    if (wake)
        usleep((useconds_t)(wake * 1000));
    return found;
}

/* The message with the database's name on the server and without the option; false: no such endpoint. */
static bool rewrite(const char *message, size_t length, dk_buf *rewritten) {
    DK_AUTO_BUF dk_buf body = DK_BUF_INIT;
    const char *database = "", *options = "", *end = message + length;
    add_number(&body, PROTOCOL_3);
    for (const char *name = message + 4; name < end && *name;) {
        const char *value = name + strlen(name) + 1;
        if (strcmp(name, "database") == 0)
            database = value;
        else if (strcmp(name, "options") == 0)
            options = value;
        else {
            dk_buf_append(&body, name, strlen(name) + 1);
            dk_buf_append(&body, value, strlen(value) + 1);
        }
        name = value + strlen(value) + 1;
    }
    const char *label = strstr(options, "endpoint=");
    label = label ? label + strlen("endpoint=") : "";
    DK_AUTOFREE char *whole = find_database(label, strcspn(label, " "), database);
    if (!whole)
        return false;
    dk_buf_append(&body, "database", sizeof "database");
    dk_buf_append(&body, whole, strlen(whole) + 1);
    dk_buf_append(&body, "", 1);
    add_number(rewritten, (uint32_t)body.length + 4);
    dk_buf_append(rewritten, dk_buf_text(&body), body.length);
    return true;
}

static void pump(int client, int server) {
    struct pollfd ends[] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
    char block[16384];
    while (poll(ends, 2, -1) > 0)
        for (int i = 0; i < 2; i++) {
            ssize_t got = ends[i].revents ? read(ends[i].fd, block, sizeof block) : 1;
            if (got <= 0 || (ends[i].revents && !write_all(ends[!i].fd, block, (size_t)got)))
                return;
        }
}

static void serve(int client) {
    char message[MESSAGE_MAX];
    DK_AUTO_BUF dk_buf rewritten = DK_BUF_INIT;
    for (;;) {
        if (!read_all(client, message, 4))
            return;
        size_t length = number_at(message) - 4;
        if (length < 4 || length > sizeof message - 1 || !read_all(client, message, length))
            return;
        message[length] = 0;
        uint32_t code = number_at(message);
        if (code == PROTOCOL_3 && !rewrite(message, length, &rewritten)) {
            refuse(client, "Endpoint ID is not specified, or no such endpoint exists");
            return;
        }
        if (code == PROTOCOL_3)
            break;
        if (code == CANCEL || !write_all(client, "N", 1)) /* no TLS, no GSSAPI */
            return;
    }
    int server = connect_server();
    if (server < 0)
        return;
    if (write_all(server, dk_buf_text(&rewritten), rewritten.length))
        pump(client, server);
    close(server);
}

static void *serve_client(void *data) {
    int client = (int)(intptr_t)data;
    serve(client);
    close(client);
    return NULL;
}

static void *accept_clients(void *data) {
    int listener = (int)(intptr_t)data;
    for (int client; (client = accept(listener, NULL, NULL)) >= 0;) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve_client, (void *)(intptr_t)client) == 0)
            pthread_detach(thread);
        else
            close(client);
    }
    return NULL;
}

static int port_of(const char *conninfo) {
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    int port = 0;
    for (PQconninfoOption *option = options; option && option->keyword; option++)
        if (strcmp(option->keyword, "port") == 0 && option->val)
            port = atoi(option->val);
    PQconninfoFree(options);
    return port;
}

bool fake_gateway_start(int port, const char *server) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    pthread_t thread;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    server_port = port_of(server);
    if (!server_port || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 64) != 0) {
        fprintf(stderr, "fake neon: the gateway can't listen on %d\n", port);
        return false;
    }
    return pthread_create(&thread, NULL, accept_clients, (void *)(intptr_t)listener) == 0;
}
