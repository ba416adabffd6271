/* Changing one value of a .env file and nothing else. */
#include "config/dotenv.h"

#include <ctype.h>
#include <string.h>

static bool is_name(const char *name) {
    if (!(*name == '_' || ((unsigned char)*name < 128 && isalpha((unsigned char)*name))))
        return false;
    for (; *name; name++)
        if (!((unsigned char)*name < 128 && (isalnum((unsigned char)*name) || strchr("_.-", *name))))
            return false;
    return true;
}

/* Unquoted, these would end the value, be expanded, or be taken for a quote. A "#" is harmless behind
 * anything but white space, as in a URL, and first in the value. */
static bool fits_plain(const char *value) {
    if (!*value)
        return true;
    if (strpbrk(value, "\r\n$") || strchr(" \t'\"#", *value) || strchr(" \t", value[strlen(value) - 1]))
        return false;
    for (const char *hash = strchr(value, '#'); hash; hash = strchr(hash + 1, '#'))
        if (strchr(" \t", hash[-1]))
            return false;
    return true;
}

static void write_double(const char *value, dk_buf *text) {
    dk_buf_add_char(text, '"');
    for (; *value; value++) {
        static const char special[] = "\n\t\r\"\\$", letters[] = "ntr\"\\$";
        const char *found = strchr(special, *value);
        if (found)
            dk_buf_addf(text, "\\%c", letters[found - special]);
        else
            dk_buf_add_char(text, *value);
    }
    dk_buf_add_char(text, '"');
}

/* In the style the value had, or else in the plainest one that can hold it. */
static void write_value(const char *value, char quote, dk_buf *text) {
    bool single = !strpbrk(value, "'\r\n");
    if (quote == '\'' && single) {
        dk_buf_addf(text, "'%s'", value);
    } else if (!quote && fits_plain(value)) {
        dk_buf_add(text, value);
    } else if (!quote && single && strchr(value, '$')) {
        dk_buf_addf(text, "'%s'", value);
    } else {
        write_double(value, text);
    }
}

static void append_line(const char *text, size_t length, const char *name, const char *value,
                        dk_buf *rewritten) {
    bool crlf = length >= 2 && memmem(text, length, "\r\n", 2) != NULL;
    const char *line_end = crlf ? "\r\n" : "\n";
    if (length && text[length - 1] != '\n')
        dk_buf_add(rewritten, text[length - 1] == '\r' ? "\n" : line_end);
    dk_buf_addf(rewritten, "%s=", name);
    write_value(value, 0, rewritten);
    dk_buf_add(rewritten, line_end);
}

bool dotenv_rewrite(const char *text, size_t length, const char *file, const char *name, const char *value,
                    dk_buf *rewritten, dk_error *error) {
    if (!is_name(name))
        return dk_fail(error, DK_ERROR_USAGE, "dotenv-invalid", "%s: \"%s\" can't be a variable's name", file,
                       name);
    DOTENV_AUTO dotenv_file parsed = DOTENV_INIT;
    if (!dotenv_parse(text, length, file, NULL, NULL, &parsed, error))
        return false;
    const dotenv_entry *entry = dotenv_find(&parsed, name);
    if (!entry) {
        dk_buf_append(rewritten, text, length);
        append_line(text, length, name, value, rewritten);
        return true;
    }
    dk_buf_append(rewritten, text, entry->value_start);
    write_value(value, entry->quote, rewritten);
    /* An empty value may stand directly before its comment. */
    if (entry->value_end < length && text[entry->value_end] == '#')
        dk_buf_add_char(rewritten, ' ');
    dk_buf_append(rewritten, text + entry->value_end, length - entry->value_end);
    return true;
}
