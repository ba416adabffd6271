/* Growing byte buffers. Growth doubles, and stops at the buffer's limit. */
#include <ctype.h>
#include <devkit/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for `more` bytes and a NUL; returns how many of them fit below the limit. */
static size_t reserve(dk_buf *buf, size_t more) {
    size_t limit = buf->limit == 0 ? DK_BUF_DEFAULT_LIMIT : buf->limit;
    size_t left = buf->length < limit ? limit - buf->length : 0;
    if (more > left) {
        more = left;
        buf->overflowed = true;
    }
    size_t needed = buf->length + more + 1;
    if (needed > buf->capacity) {
        size_t capacity = buf->capacity < 64 ? 64 : buf->capacity * 2;
        if (capacity < needed)
            capacity = needed;
        buf->data = dk_realloc(buf->data, capacity);
        buf->capacity = capacity;
        buf->data[buf->length] = '\0';
    }
    return more;
}

void dk_buf_append(dk_buf *buf, const void *data, size_t length) {
    size_t fits = reserve(buf, length);
    if (fits > 0)
        memcpy(buf->data + buf->length, data, fits);
    buf->length += fits;
    buf->data[buf->length] = '\0';
}

void dk_buf_add(dk_buf *buf, const char *text) {
    dk_buf_append(buf, text, strlen(text));
}

void dk_buf_add_char(dk_buf *buf, char character) {
    dk_buf_append(buf, &character, 1);
}

void dk_buf_addf(dk_buf *buf, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    dk_buf_vaddf(buf, format, arguments);
    va_end(arguments);
}

void dk_buf_vaddf(dk_buf *buf, const char *format, va_list arguments) {
    char small[256];
    va_list again;
    va_copy(again, arguments);
    /* The analyzer loses sight of a va_list that was handed over. */
    int length = vsnprintf(small, sizeof small, format, arguments); /* NOLINT(clang-analyzer-valist.*) */
    if (length >= 0 && (size_t)length < sizeof small) {
        dk_buf_append(buf, small, (size_t)length);
    } else {
        DK_AUTOFREE char *text = dk_vformat(format, again);
        dk_buf_add(buf, text);
    }
    va_end(again);
}

void dk_buf_truncate(dk_buf *buf, size_t length) {
    if (length >= buf->length)
        return;
    buf->length = length;
    buf->data[length] = '\0';
}

void dk_buf_trim_end(dk_buf *buf) {
    size_t length = buf->length;
    while (length > 0 && isspace((unsigned char)buf->data[length - 1]))
        length--;
    dk_buf_truncate(buf, length);
}

const char *dk_buf_text(const dk_buf *buf) {
    return buf->data == NULL ? "" : buf->data;
}

char *dk_buf_detach(dk_buf *buf) {
    char *text = buf->data == NULL ? dk_strdup("") : buf->data;
    buf->data = NULL;
    buf->length = buf->capacity = 0;
    buf->overflowed = false;
    return text;
}

void dk_buf_release(dk_buf *buf) {
    free(buf->data);
    buf->data = NULL;
    buf->length = buf->capacity = 0;
    buf->overflowed = false;
}
