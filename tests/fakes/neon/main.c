/* Options, and a life until SIGTERM. */
#include "fake.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

fake_options fake_options_given = {.key = "", .programs = ""};

static void take(const char *name, const char *value) {
    fake_options *options = &fake_options_given;
    if (strcmp(name, "--port") == 0)
        options->port = atoi(value);
    else if (strcmp(name, "--gateway") == 0)
        options->gateway = atoi(value);
    else if (strcmp(name, "--server") == 0)
        options->server = value;
    else if (strcmp(name, "--key") == 0)
        options->key = value;
    else if (strcmp(name, "--programs") == 0)
        options->programs = value;
}

int main(int count, char **words) {
    sigset_t ending;
    int sign = 0;
    for (int i = 1; i + 1 < count; i += 2)
        take(words[i], words[i + 1]);
    if (!fake_options_given.port || !fake_options_given.server) {
        fprintf(stderr, "usage: neon --port N --gateway N --server CONNINFO --key TEXT --programs DIR\n");
        return 2;
    }
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);
    signal(SIGPIPE, SIG_IGN);
    fake.settings = json_object();
    fake.rules = json_array();
    fake.log = json_array();
    if (!fake_serve_start(fake_options_given.port) ||
        !fake_gateway_start(fake_options_given.gateway, fake_options_given.server))
        return 1;
    puts("ready");
    fflush(stdout);
    sigwait(&ending, &sign);
    return 0; /* threads and memory end with the process */
}
