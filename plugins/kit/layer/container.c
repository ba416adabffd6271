/* Commands that run inside a container: which programs they are, and how each hands a variable on. */
#include <kit/layer/layer.h>

#include <string.h>

/* One container program: below which of its words "-e NAME" takes the value from the environment. With
 * docker-compose 1.x it does not: it wants NAME=value, and a value would show the password in `ps`. */
typedef struct container_command {
    const char *program;
    const char *word;
    bool takes_name;
} container_command;

static const container_command container_commands[] = {
    {"docker", "exec", true},         {"docker", "run", true},   {"podman", "exec", true},
    {"podman", "run", true},          {"nerdctl", "exec", true}, {"docker-compose", "exec", false},
    {"docker-compose", "run", false},
};

/* Which word after the first (a program) is "exec" or "run"; 0: none, or no container program. */
static size_t find_word(const dk_strv *arguments, const container_command **found) {
    const char *program = arguments->count > 0 ? dk_path_basename(arguments->items[0]) : "";
    for (size_t at = 1; at < arguments->count; at++)
        for (size_t row = 0; row < DK_COUNT(container_commands); row++) {
            *found = &container_commands[row];
            if (dk_streq(program, (*found)->program) && dk_streq(arguments->items[at], (*found)->word))
                return at;
        }
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
    const container_command *found = NULL;
    return find_word(arguments, &found) != 0;
}

bool layer_container_hides(const dk_strv *arguments, const char *variable) {
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    const container_command *found = NULL;
    if (!layer_is_shell(arguments)) {
        size_t word = find_word(arguments, &found);
        return word > 0 && !found->takes_name && !passes_already(arguments, word + 1, variable);
    }
    layer_shell_words(arguments->items[2], &words);
    for (size_t at = 0; at < words.count; at++) {
        dk_strv rest = {.items = words.items + at, .count = words.count - at};
        size_t word = find_word(&rest, &found);
        if (word > 0)
            return !passes_already(&rest, word + 1, variable);
    }
    return false;
}

bool layer_container_pass(dk_strv *arguments, const char *variable) {
    const container_command *found = NULL;
    size_t word = find_word(arguments, &found);
    if (word == 0 || !found->takes_name || passes_already(arguments, word + 1, variable))
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
