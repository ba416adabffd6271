/* Env files, as compose reads them: NAME=value a line, "…" and '…', comments, variables. */
#include <kit/compose/compose.h>

#include <string.h>

#define FILE_LIMIT ((size_t)1 << 20)
#define BLANKS " \t\r"

/* In double quotes a backslash escapes, also the '$' of a variable; in single quotes nothing does. Gives what
 * follows the quote. */
static const char *read_quoted(const char *text, dk_buf *value) {
    char quote = *text++;
    for (; *text && *text != quote; text++) {
        if (quote == '"' && *text == '\\' && text[1]) {
            text++;
            dk_buf_add_char(value, *text == 'n' ? '\n' : *text == 't' ? '\t' : *text == 'r' ? '\r' : *text);
            if (*text == '$')
                dk_buf_add_char(value, '$');
        } else {
            dk_buf_add_char(value, *text);
        }
    }
    return *text ? text + 1 : text;
}

static const char *read_plain(const char *text, dk_buf *value) {
    size_t length = strcspn(text, "\n");
    for (size_t i = 0; i < length; i++)
        if (text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) {
            length = i;
            break;
        }
    dk_buf_append(value, text, length);
    dk_buf_trim_end(value);
    return text + length;
}

/* A '$' that is no variable (of a password, say) stays what it is. */
static void expand(const compose_env_reader *reader, dk_buf *value) {
    DK_AUTO_BUF dk_buf expanded = DK_BUF_INIT;
    if (!compose_expand(dk_buf_text(value), reader->lookup, reader->data, &expanded, NULL))
        return;
    dk_buf_truncate(value, 0);
    dk_buf_append(value, dk_buf_text(&expanded), expanded.length);
}

/* One line that has a name; a line without '=' sets nothing. */
static const char *read_line(const char *text, const compose_env_reader *reader) {
    if (dk_starts_with(text, "export "))
        text += strlen("export ");
    text += strspn(text, BLANKS);
    size_t length = strcspn(text, "=\n");
    const char *after = text + length;
    if (*after != '=')
        return after;
    DK_AUTO_BUF dk_buf name = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf value = DK_BUF_INIT;
    dk_buf_append(&name, text, length);
    dk_buf_trim_end(&name);
    after++;
    after += strspn(after, BLANKS);
    bool literal = *after == '\'';
    after = literal || *after == '"' ? read_quoted(after, &value) : read_plain(after, &value);
    if (!literal)
        expand(reader, &value);
    if (name.length)
        reader->set(reader->data, dk_buf_text(&name), dk_buf_text(&value));
    return after;
}

bool compose_env_file(const char *path, const compose_env_reader *reader, dk_error *error) {
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    if (!dk_file_read(path, FILE_LIMIT, &content, error))
        return false;
    const char *text = dk_buf_text(&content);
    if (dk_starts_with(text, "\xef\xbb\xbf"))
        text += 3;
    while (*text) {
        text += strspn(text, BLANKS "\n");
        if (*text && *text != '#')
            text = read_line(text, reader);
        text += strcspn(text, "\n");
    }
    return true;
}
