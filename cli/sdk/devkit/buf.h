/* Growing byte buffers and string lists. */
#ifndef DEVKIT_BUF_H
#define DEVKIT_BUF_H

#include <devkit/common.h>

/* A buffer that always keeps a NUL after its content. Growth beyond `limit` (0: DK_BUF_DEFAULT_LIMIT) sets
 * `overflowed` and drops the rest, so that a hostile input can't take all memory; readers of untrusted
 * input check it. */
typedef struct dk_buf {
    char *data; /* never NULL after the first append; use dk_buf_text for reading */
    size_t length;
    size_t capacity;
    size_t limit;
    bool overflowed;
    void *reserved[2];
} dk_buf;

#define DK_BUF_INIT                                                                                          \
    { 0 }
#define DK_BUF_DEFAULT_LIMIT ((size_t)256 * 1024 * 1024)
#define DK_AUTO_BUF DK_CLEANUP(dk_buf_release)

DK_API void dk_buf_append(dk_buf *buf, const void *data, size_t length);
DK_API void dk_buf_add(dk_buf *buf, const char *text);
DK_API void dk_buf_add_char(dk_buf *buf, char character);
DK_API void dk_buf_addf(dk_buf *buf, const char *format, ...) DK_PRINTF(2, 3);
DK_API void dk_buf_vaddf(dk_buf *buf, const char *format, va_list arguments) DK_PRINTF(2, 0);
DK_API void dk_buf_truncate(dk_buf *buf, size_t length);
DK_API void dk_buf_trim_end(dk_buf *buf);          /* white space at the end */
DK_API const char *dk_buf_text(const dk_buf *buf); /* "" when empty */
DK_API char *dk_buf_detach(dk_buf *buf);           /* caller frees; "" when empty; buf is empty again */
DK_API void dk_buf_release(dk_buf *buf);

/* A list of owned strings; `items` is NULL-terminated whenever it is not NULL. */
typedef struct dk_strv {
    char **items;
    size_t count;
    size_t capacity;
} dk_strv;

#define DK_STRV_INIT                                                                                         \
    { 0 }
#define DK_AUTO_STRV DK_CLEANUP(dk_strv_release)

DK_API void dk_strv_add(dk_strv *list, const char *text); /* copies */
DK_API void dk_strv_add_owned(dk_strv *list, char *text); /* takes over */
DK_API void dk_strv_addf(dk_strv *list, const char *format, ...) DK_PRINTF(2, 3);
DK_API void dk_strv_add_all(dk_strv *list, const dk_strv *source);
DK_API bool dk_strv_contains(const dk_strv *list, const char *text);
DK_API void dk_strv_sort(dk_strv *list);                                    /* by byte */
DK_API char *dk_strv_join(const dk_strv *list, const char *separator);      /* caller frees */
DK_API void dk_strv_split(dk_strv *list, const char *text, char separator); /* appends the pieces */
DK_API void dk_strv_release(dk_strv *list);

/* Small text helpers that everybody needs. */
DK_API bool dk_starts_with(const char *text, const char *prefix);
DK_API bool dk_ends_with(const char *text, const char *suffix);
DK_API bool dk_streq(const char *left, const char *right); /* NULL equals only NULL */
/* Compares runs of digits as numbers: "2_x" < "10_x". For sorting migrations and seeds. */
DK_API int dk_natural_compare(const char *left, const char *right);
/* The candidate nearest to `word` by edit distance, or NULL when none is near enough to be meant. */
DK_API const char *dk_nearest(const char *word, const char *const *candidates, size_t count);
/* The same, else the first of which it is a part ("password" of "password-rejected"). */
DK_API const char *dk_nearest_part(const char *word, const char *const *candidates, size_t count);
DK_API bool dk_parse_int64(const char *text, int64_t *value); /* the whole text, base 10 */
DK_API bool dk_parse_size(const char *text, int64_t *bytes);  /* "20GB", "512 MiB", "1000" (powers of 1024) */
DK_API bool dk_parse_duration(const char *text, int64_t *milliseconds); /* "90s", "5m", "2h", "7d", "250ms" */
/* Both write at most DK_FORMATTED bytes. */
#define DK_FORMATTED 24
DK_API void dk_format_size(int64_t bytes, char *text);            /* "1.2 GB" */
DK_API void dk_format_duration(int64_t milliseconds, char *text); /* "9 ms", "1.4 s", "2 min 3 s" */

#endif
