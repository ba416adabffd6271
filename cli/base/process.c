/* What to run: arguments, environment, command lines, descriptions. */
#include "base/process.h"
#include "base/words.h"
#include <ctype.h>
#include <devkit/system.h>
#include <stdlib.h>
#include <string.h>

void dk_process_add(dk_process *process, const char *argument) {
    dk_strv_add(&process->arguments, argument);
}

void dk_process_addf(dk_process *process, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    dk_strv_add_owned(&process->arguments, dk_vformat(format, arguments));
    va_end(arguments);
}

void dk_process_env(dk_process *process, const char *name, const char *value) {
    if (value == NULL)
        dk_strv_add(&process->environment, name);
    else
        dk_strv_addf(&process->environment, "%s=%s", name, value);
}

bool dk_process_command_line(dk_process *process, const char *text, dk_error *error) {
    text += strspn(text, " \t\r\n");
    DK_AUTO_BUF dk_buf trimmed = DK_BUF_INIT;
    dk_buf_add(&trimmed, text);
    dk_buf_trim_end(&trimmed);
    if (trimmed.length == 0)
        return dk_fail(error, DK_ERROR_USAGE, "command-invalid", "the command is empty");
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    switch (words_split(trimmed.data, &words)) {
    case WORDS_UNTERMINATED:
        dk_fail(error, DK_ERROR_USAGE, "command-invalid", "the command is incomplete: %s", trimmed.data);
        return dk_error_hint(error, "close its quotes");
    case WORDS_NEED_SHELL:
        dk_process_add(process, "/bin/sh");
        dk_process_add(process, "-c");
        dk_process_add(process, trimmed.data);
        return true;
    case WORDS_PLAIN:
        break;
    }
    dk_strv_add_all(&process->arguments, &words);
    return true;
}

char *dk_process_describe(const dk_process *process) {
    dk_buf text = DK_BUF_INIT;
    for (size_t i = 0; i < process->arguments.count; i++) {
        /* Masked before it is quoted, since quoting may tear a secret apart. */
        DK_AUTOFREE char *masked = dk_secret_mask(process->arguments.items[i]);
        DK_AUTOFREE char *quoted = words_quote(masked);
        if (i > 0)
            dk_buf_add_char(&text, ' ');
        dk_buf_add(&text, quoted);
    }
    DK_AUTOFREE char *whole = dk_buf_detach(&text);
    return dk_secret_mask(whole);
}

char *process_short_name(const dk_process *process) {
    enum { LONGEST = 100 };
    const dk_strv *arguments = &process->arguments;
    bool is_shell = arguments->count == 3 && strcmp(arguments->items[0], "/bin/sh") == 0;
    char *text = is_shell ? dk_secret_mask(arguments->items[2]) : dk_process_describe(process);
    if (strlen(text) > LONGEST || strchr(text, '\n') != NULL) {
        size_t length = strcspn(text, "\n");
        length = length > LONGEST ? LONGEST : length;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
        char *shorter = dk_format("%.*s …", (int)length, text);
        free(text);
        text = shorter;
    }
    return text;
}

void dk_process_release(dk_process *process) {
    dk_strv_release(&process->arguments);
    dk_strv_release(&process->environment);
    dk_buf_release(&process->output);
    dk_buf_release(&process->errors);
}
