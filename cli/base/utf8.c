/* Checking, repairing and measuring UTF-8. */
#include "base/utf8.h"
#include <devkit/buf.h>
#include <string.h>

static unsigned decode(const char *text, size_t length) {
    const unsigned char *bytes = (const unsigned char *)text;
    switch (length) {
    case 1:
        return bytes[0];
    case 2:
        return (bytes[0] & 0x1fu) << 6 | (bytes[1] & 0x3fu);
    case 3:
        return (bytes[0] & 0x0fu) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3fu);
    default:
        return (bytes[0] & 0x07u) << 18 | (bytes[1] & 0x3fu) << 12 | (bytes[2] & 0x3fu) << 6 |
               (bytes[3] & 0x3fu);
    }
}

size_t utf8_length(const char *text, size_t left) {
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (left == 0)
        return 0;
    unsigned char first = (unsigned char)text[0];
    if (first < 0x80)
        return 1;
    size_t length = first >= 0xf0 && first < 0xf5   ? 4
                    : first >= 0xe0 && first < 0xf0 ? 3
                    : first >= 0xc2 && first < 0xe0 ? 2
                                                    : 0;
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
    unsigned character = decode(text, length);
    bool surrogate = character >= 0xd800 && character <= 0xdfff;
    return character < least[length] || surrogate || character > 0x10ffff ? 0 : length;
}

char *utf8_repair(const char *text) {
    dk_buf repaired = DK_BUF_INIT;
    size_t left = strlen(text);
    while (left > 0) {
        size_t length = utf8_length(text, left);
        if (length == 0)
            dk_buf_add(&repaired, "\xef\xbf\xbd");
        else
            dk_buf_append(&repaired, text, length);
        size_t step = length == 0 ? 1 : length;
        text += step;
        left -= step;
    }
    return dk_buf_detach(&repaired);
}

typedef struct range {
    unsigned first;
    unsigned last;
    size_t width;
} range;

/* Not all of Unicode: what turns up in names of people, tables and files. */
static const range odd_widths[] = {
    {0x0300, 0x036f, 0},   {0x200b, 0x200f, 0}, {0xfe00, 0xfe0f, 0},   {0x1100, 0x115f, 2},
    {0x2e80, 0xa4cf, 2},   {0xac00, 0xd7a3, 2}, {0xf900, 0xfaff, 2},   {0xfe30, 0xfe6f, 2},
    {0xff00, 0xff60, 2},   {0xffe0, 0xffe6, 2}, {0x1f300, 0x1f64f, 2}, {0x1f900, 0x1f9ff, 2},
    {0x20000, 0x3fffd, 2},
};

size_t utf8_width(const char *text) {
    size_t width = 0;
    size_t left = strlen(text);
    while (left > 0) {
        size_t length = utf8_length(text, left);
        size_t columns = 1;
        if (length > 1) {
            unsigned character = decode(text, length);
            for (size_t i = 0; i < DK_COUNT(odd_widths); i++)
                if (character >= odd_widths[i].first && character <= odd_widths[i].last)
                    columns = odd_widths[i].width;
        }
        width += columns;
        size_t step = length == 0 ? 1 : length;
        text += step;
        left -= step;
    }
    return width;
}
