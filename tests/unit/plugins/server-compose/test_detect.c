/* plugins/server-compose/detect.c */
#include "compose_project.h"

#include <arpa/inet.h>
#include <sys/socket.h>

static void expect(dk_context *context, int expected, const char *reason) {
    int score = -1;
    DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
    assert_true(compose_server_detect(context, &score, &why, NULL));
    assert_int_equal(score, expected);
    assert_says(dk_buf_text(&why), reason);
    fake_free(context);
}

/* Something that listens, and is no PostgreSQL. */
static int listener(int *port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    assert_int_equal(listen(fd, 8), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* A folder with a program called docker, for machines that have none. */
static void installed(const dk_context *context) {
    DK_AUTOFREE char *path = dk_path_join(context->root, "docker");
    assert_true(dk_file_write(path, "#!/bin/sh\n", 10, 0755, NULL));
    assert_int_equal(chmod(path, 0755), 0);
    setenv("PATH", context->root, 1);
}

static dk_context *begin(const char *yaml, const char *url) {
    dk_context *context = compose_context(yaml, url);
    installed(context);
    return context;
}

static void test_by_the_files(void **state) {
    (void)state;
    expect(begin(NULL, URL_NAMED), 100, "the URL's host is service \"db\" in compose.yml");
    expect(begin(NULL, "postgresql://a@db.example.com/x"), 0, "");
    expect(begin(NULL, NULL), 75, "DATABASE_URL is not set");
    expect(begin("services: {app: {build: .}}\n", URL_LOCAL), 0, "no PostgreSQL service");
    expect(begin("services: [\n", URL_LOCAL), 0, "compose.yml:");
    expect(begin("services: {db: {image: postgres, ports: ['1:5432']}}\n", "postgresql://a@localhost:1/x"),
           80, "publishes the URL's port");
    expect(begin("services: {db: {image: postgres, ports: ['2:5432', '1:5432']}}\n",
                 "postgresql://a@localhost:1/x"),
           80, "publishes the URL's port");
    expect(begin("services: {db: {image: postgres, ports: ['2:5432']}}\n", "postgresql://a@localhost:1/x"),
           65, "has the service");
    assert_int_equal(engine.lists, 0); /* no question where nobody listens */
    dk_context *context = begin(NULL, URL_LOCAL);
    write_file(context, ".devkit.toml", "[server.compose]\nservice = \"db\"\n");
    expect(context, 86, "[server.compose] names it");
    context = begin(NULL, URL_LOCAL);
    setenv("PATH", "/nowhere", 1);
    expect(context, 30, "no container engine is installed");
    context = begin(NULL, URL_LOCAL);
    DK_AUTOFREE char *path = dk_path_join(context->root, "compose.yml");
    unlink(path);
    expect(context, 0, "");
}

/* What was asked for by name and is not there is not passed over in silence. */
static void test_a_wrong_configuration(void **state) {
    (void)state;
    static const struct {
        const char *toml, *code;
    } cases[] = {{"[server.compose]\nfile = \"gone.yml\"\n", "compose-missing"},
                 {"[server.compose]\nservice = \"bd\"\n", "compose-service"}};
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
        int score = -1;
        dk_context *context = begin(NULL, URL_LOCAL);
        write_file(context, ".devkit.toml", cases[i].toml);
        assert_false(compose_server_detect(context, &score, &why, &error));
        assert_string_equal(error.code, cases[i].code);
        fake_free(context);
    }
}

static void test_by_what_listens(void **state) {
    (void)state;
    int port = 0;
    int fd = listener(&port);
    DK_AUTOFREE char *url = dk_format("postgresql://a:b@127.0.0.1:%d/x", port);
    DK_AUTOFREE char *yaml = dk_format("services: {db: {image: postgres, ports: ['%d:5432']}}\n", port);
    expect(begin(yaml, url), 65, "has the service"); /* somebody else is there */
    dk_context *context = begin(yaml, url);
    add_container(context, "db", "running", port);
    expect(context, 85, "the container of service \"db\"");
    context = begin("services: {db: {image: postgres, ports: ['5432']}}\n", url);
    add_container(context, "db", "running", port);
    expect(context, 85, "the container of service \"db\"");
    close(fd);
}

int main(void) {
    char *saved = dk_strdup(getenv("PATH"));
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_the_files),
                                       cmocka_unit_test(test_a_wrong_configuration),
                                       cmocka_unit_test(test_by_what_listens)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    setenv("PATH", saved, 1);
    free(saved);
    return failed;
}
