/* The files a command names, so that a change of one of them is a change of the layer. */
#include <kit/layer/layer.h>

#include <stdlib.h>
#include <string.h>

/* Adds the file `word` names, seen from `folder`, when it is a file of the project. */
static void add_file(const char *root, const char *folder, const char *word, dk_strv *files) {
    if (!*word)
        return;
    DK_AUTOFREE char *path = dk_path_absolute(folder, word);
    DK_AUTOFREE char *relative = dk_path_relative(root, path);
    if (relative[0] == '/' || !dk_file_exists(path) || dk_is_directory(path))
        return;
    if (!dk_strv_contains(files, relative))
        dk_strv_add(files, relative);
}

/* "-m tools.seed" names tools/seed.py, or tools/seed/__main__.py. */
static void add_module(const char *root, const char *folder, const char *module, dk_strv *files) {
    DK_AUTOFREE char *path = dk_strdup(module);
    for (char *dot = path; (dot = strchr(dot, '.'));)
        *dot = '/';
    DK_AUTOFREE char *file = dk_format("%s.py", path);
    DK_AUTOFREE char *package = dk_format("%s/__main__.py", path);
    add_file(root, folder, file, files);
    add_file(root, folder, package, files);
}

bool layer_is_shell(const dk_strv *arguments) {
    return arguments->count == 3 && dk_streq(arguments->items[0], "/bin/sh") &&
           dk_streq(arguments->items[1], "-c");
}

void layer_shell_words(const char *text, dk_strv *words) {
    while (*text) {
        size_t length = strcspn(text, " \t\n\"'`;|&<>()$");
        if (length > 0)
            dk_strv_add_owned(words, dk_strndup(text, length));
        text += length;
        text += strspn(text, " \t\n\"'`;|&<>()$");
    }
}

bool layer_command_files(const char *root, const char *cwd, const char *text, dk_strv *files,
                         dk_error *error) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    if (!dk_process_command_line(&process, text, error))
        return false;
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    const dk_strv *given = &process.arguments;
    if (layer_is_shell(given))
        layer_shell_words(given->items[2], &words);
    else
        dk_strv_add_all(&words, given);
    DK_AUTOFREE char *folder = dk_path_absolute(root, cwd && *cwd ? cwd : ".");
    for (size_t i = 0; i < words.count; i++) {
        const char *word = words.items[i];
        const char *value = strchr(word, '=');
        /* A bare program name is looked up in PATH, not in the folder. */
        if (i > 0 || strchr(word, '/'))
            add_file(root, folder, word, files);
        if (value)
            add_file(root, folder, value + 1, files);
        if (i > 0 && dk_streq(words.items[i - 1], "-m"))
            add_module(root, folder, word, files);
    }
    return true;
}
