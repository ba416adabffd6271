/* plugins/server-docker/endpoint.c */
#include "../../skip.h"
#include "docker_project.h"

#include <errno.h>

static void expect_tcp(const char *text, const char *tls, const char *base, const char *host) {
    docker_endpoint endpoint;
    assert_true(docker_endpoint_parse(text, "DOCKER_HOST", tls, &endpoint, NULL));
    assert_string_equal(endpoint.base, base);
    assert_string_equal(endpoint.host, host);
    assert_null(endpoint.unix_socket);
    docker_endpoint_release(&endpoint);
}

static void test_addresses(void **state) {
    (void)state;
    docker_endpoint endpoint;
    assert_true(docker_endpoint_parse("unix:///run/docker.sock", "DOCKER_HOST", NULL, &endpoint, NULL));
    assert_string_equal(endpoint.unix_socket, "/run/docker.sock");
    assert_null(endpoint.host);
    docker_endpoint_release(&endpoint);
    expect_tcp("tcp://10.0.0.1:2375", NULL, "http://10.0.0.1:2375", "10.0.0.1");
    expect_tcp("tcp://docker", NULL, "http://docker:2375", "docker");
    expect_tcp("tcp://docker/", "/none", "https://docker:2376", "docker");
    expect_tcp("tcp://[::1]:2375", NULL, "http://[::1]:2375", "::1");
    static const char *const wrong[] = {"unix://relative", "ssh://me@host", "npipe:////./pipe/docker",
                                        "tcp://", "nonsense"};
    for (size_t i = 0; i < DK_COUNT(wrong); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        assert_false(docker_endpoint_parse(wrong[i], "DOCKER_HOST", NULL, &endpoint, &error));
        assert_true(dk_error_is(&error, "docker-host-invalid"));
        assert_int_equal(error.error_class, DK_ERROR_USAGE);
        assert_non_null(strstr(error.message, wrong[i]));
        docker_endpoint_release(&endpoint);
    }
}

static void test_certificates(void **state) {
    (void)state;
    docker_test test;
    docker_endpoint endpoint;
    test_open(&test, "", NULL);
    project_write(&test.folder, "ca.pem", "x");
    assert_true(docker_endpoint_parse("tcp://h:1", "x", test.folder.root, &endpoint, NULL));
    assert_true(dk_ends_with(endpoint.ca_file, "/ca.pem"));
    assert_null(endpoint.key_file);
    docker_endpoint_release(&endpoint);
    test_close(&test);
}

/* As the docker program has it: ~/.docker, unless DOCKER_CERT_PATH names another folder. */
static void test_tls_of_the_environment(void **state) {
    (void)state;
    docker_test test;
    docker_endpoint endpoint;
    test_open(&test, "", NULL); /* DOCKER_CONFIG is the test's folder */
    project_write(&test.folder, "ca.pem", "x");
    project_write(&test.folder, "other/cert.pem", "x");
    setenv("DOCKER_HOST", "tcp://127.0.0.1:1", 1);
    assert_true(docker_endpoint_find(NULL, &endpoint, NULL));
    assert_string_equal(endpoint.base, "http://127.0.0.1:1");
    docker_endpoint_release(&endpoint);
    static const char *const variables[] = {"DOCKER_TLS_VERIFY", "DOCKER_TLS"};
    for (size_t i = 0; i < DK_COUNT(variables); i++) {
        setenv(variables[i], "1", 1);
        assert_true(docker_endpoint_find(NULL, &endpoint, NULL));
        assert_string_equal(endpoint.base, "https://127.0.0.1:1");
        assert_true(dk_ends_with(endpoint.ca_file, "/ca.pem"));
        docker_endpoint_release(&endpoint);
        unsetenv(variables[i]);
    }
    DK_AUTOFREE char *other = dk_path_join(test.folder.root, "other");
    setenv("DOCKER_TLS_VERIFY", "1", 1);
    setenv("DOCKER_CERT_PATH", other, 1);
    assert_true(docker_endpoint_find(NULL, &endpoint, NULL));
    assert_null(endpoint.ca_file);
    assert_true(dk_ends_with(endpoint.certificate_file, "/other/cert.pem"));
    docker_endpoint_release(&endpoint);
    test_close(&test);
}

static void expect_find(const char *host, const char *code, const char *hint) {
    docker_endpoint endpoint;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    setenv("DOCKER_HOST", host, 1);
    assert_false(docker_endpoint_find(NULL, &endpoint, &error));
    assert_string_equal(error.code, code);
    assert_non_null(strstr(error.hint, hint));
    docker_endpoint_release(&endpoint);
}

static void test_nobody_there(void **state) {
    (void)state;
    docker_test test;
    fake_place place;
    test_open(&test, "", NULL);
    expect_find("unix:///tmp/devkit-no-such.sock", "docker-unreachable", "start");
    fake_place_open(&place);
    DK_AUTOFREE char *host = dk_format("unix://%s", place.path);
    assert_int_equal(docker_socket_try(place.path), 0);
    close(place.fd);
    place.fd = -1;
    assert_int_equal(docker_socket_try(place.path), ECONNREFUSED);
    expect_find(host, "docker-unreachable", "start");
    fake_place_close(&place);
    char longest[300];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    assert_int_equal(docker_socket_try(longest), ENAMETOOLONG);
    test_close(&test);
}

/* An engine that hangs takes no further connection some time: that is said, and not waited for. */
static void test_an_engine_with_a_queue(void **state) {
    (void)state;
    docker_test test;
    fake_place place;
    int waiting[64], count = 0, failure = 0;
    test_open(&test, "", NULL);
    fake_place_open(&place);
    assert_int_equal(listen(place.fd, 1), 0);
    while (count < 64 && !failure) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        memcpy(address.sun_path, place.path, strlen(place.path) + 1);
        waiting[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        failure = connect(waiting[count++], (const struct sockaddr *)&address, sizeof address);
    }
    assert_int_equal(failure, -1);
    assert_int_equal(docker_socket_try(place.path), EAGAIN);
    DK_AUTOFREE char *host = dk_format("unix://%s", place.path);
    expect_find(host, "docker-timeout", "docker ps");
    while (count)
        close(waiting[--count]);
    fake_place_close(&place);
    test_close(&test);
}

static void test_closed_to_us(void **state) {
    (void)state;
    docker_test test;
    fake_place place;
    if (geteuid() == 0)
        skip_because("needs an ordinary user");
    test_open(&test, "", NULL);
    fake_place_open(&place);
    assert_int_equal(chmod(place.path, 0), 0);
    DK_AUTOFREE char *host = dk_format("unix://%s", place.path);
    expect_find(host, "docker-permission", "docker");
    fake_place_close(&place);
    test_close(&test);
}

/* Rootless Docker and Podman are where the user's own runtime folder is. */
static void test_known_sockets(void **state) {
    (void)state;
    docker_test test;
    docker_endpoint endpoint;
    test_open(&test, "", NULL);
    unsetenv("DOCKER_HOST");
    DK_AUTOFREE char *runtime = dk_strdup(getenv("XDG_RUNTIME_DIR"));
    fake_place place;
    fake_place_open(&place);
    setenv("XDG_RUNTIME_DIR", place.folder, 1);
    DK_AUTOFREE char *path = dk_format("%s/docker.sock", place.folder);
    assert_int_equal(rename(place.path, path), 0);
    assert_true(docker_endpoint_find(NULL, &endpoint, NULL));
    bool machines_own = docker_socket_try("/var/run/docker.sock") == 0; /* it comes first */
    assert_string_equal(endpoint.unix_socket, machines_own ? "/var/run/docker.sock" : path);
    docker_endpoint_release(&endpoint);
    unlink(path);
    fake_place_close(&place);
    if (runtime)
        setenv("XDG_RUNTIME_DIR", runtime, 1);
    else
        unsetenv("XDG_RUNTIME_DIR");
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses),
                                       cmocka_unit_test(test_certificates),
                                       cmocka_unit_test(test_tls_of_the_environment),
                                       cmocka_unit_test(test_nobody_there),
                                       cmocka_unit_test(test_an_engine_with_a_queue),
                                       cmocka_unit_test(test_closed_to_us),
                                       cmocka_unit_test(test_known_sockets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
