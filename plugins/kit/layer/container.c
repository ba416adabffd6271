/* Commands that run inside a container: which programs they are, and how each hands a variable on. */
#include <kit/layer/layer.h>

#include <string.h>

/* One container program: below which of its words "-e NAME" takes the value from the environment.
 * docker-compose 1.x is not here: its -e wants NAME=value, and a value would show the password in `ps`. */
static const struct {
    const char *program;
    const char *word;
} container_commands[] = {
    {"docker", "exec"}, {"docker", "run"}, {"podman", "exec"}, {"podman", "run"}, {"nerdctl", "exec"},
};

static size_t find_word(const dk_strv *arguments, const char *program) {
    for (size_t at = 1; at < arguments->count; at++)
        for (size_t row = 0; row < DK_COUNT(container_commands); row++)
            if (dk_streq(program, container_commands[row].program) &&
                dk_streq(arguments->items[at], container_commands[row].word))
                return at;
    return 0;
}

/* "-e NAME", "-e NAME=value", "-eNAME", "--env NAME", "--env=NAME=…": does the user pass it on already? */
static bool passes_already(const dk_strv *arguments, size_t from, const char *variable) {
    size_t length = strlen(variable);
    for (size_t at = from; at < arguments->count && arguments->items[at]; at++) {
        const char *word = arguments->items[at];
        const char *name = NULL;
        if ((dk_streq(word, "-e") || dk_streq(word, "--env")) && at + 1 < arguments->count)
            name = arguments->items[at + 1];
        else if (dk_starts_with(word, "--env="))
            name = word + strlen("--env=");
        else if (strncmp(word, "-e", 2) == 0 && word[2])
            name = word + 2;
        if (name && strncmp(name, variable, length) == 0 && (name[length] == '\0' || name[length] == '='))
            return true;
    }
    return false;
}

bool layer_container_is(const dk_strv *arguments) {
    return arguments->count > 1 && find_word(arguments, dk_path_basename(arguments->items[0])) != 0;
}

bool layer_container_pass(dk_strv *arguments, const char *variable) {
    if (arguments->count < 2)
        return false;
    size_t word = find_word(arguments, dk_path_basename(arguments->items[0]));
    if (word == 0 || passes_already(arguments, word + 1, variable))
        return false;
    /* Compose gives the program a terminal unless told otherwise, and there is none here. */
    bool compose = false;
    bool has_no_terminal = false;
    for (size_t at = 1; at < arguments->count; at++) {
        compose = compose || (at < word && dk_streq(arguments->items[at], "compose"));
        has_no_terminal = has_no_terminal || (at > word && dk_streq(arguments->items[at], "-T"));
    }
    dk_strv passed = DK_STRV_INIT;
    for (size_t at = 0; at < arguments->count; at++) {
        dk_strv_add(&passed, arguments->items[at]);
        if (at != word)
            continue;
        if (compose && !has_no_terminal)
            dk_strv_add(&passed, "-T");
        dk_strv_add(&passed, "-e");
        dk_strv_add(&passed, variable);
    }
    dk_strv_release(arguments);
    *arguments = passed;
    return true;
}
