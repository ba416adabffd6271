/* Lists of owned strings, NULL-terminated so that they can be handed to exec. */
#include <devkit/buf.h>
#include <stdlib.h>
#include <string.h>

void dk_strv_add_owned(dk_strv *list, char *text) {
    if (list->count + 2 > list->capacity) {
        list->capacity = list->capacity < 8 ? 8 : list->capacity * 2;
        list->items = dk_realloc_array(list->items, list->capacity, sizeof *list->items);
    }
    list->items[list->count++] = text;
    list->items[list->count] = NULL;
}

void dk_strv_add(dk_strv *list, const char *text) {
    dk_strv_add_owned(list, dk_strdup(text));
}

void dk_strv_addf(dk_strv *list, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    dk_strv_add_owned(list, dk_vformat(format, arguments));
    va_end(arguments);
}

void dk_strv_add_all(dk_strv *list, const dk_strv *source) {
    size_t count = source->count; /* the list may be its own source */
    for (size_t i = 0; i < count; i++)
        dk_strv_add(list, source->items[i]);
}

bool dk_strv_contains(const dk_strv *list, const char *text) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

static int compare_bytes(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

void dk_strv_sort(dk_strv *list) {
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, compare_bytes);
}

char *dk_strv_join(const dk_strv *list, const char *separator) {
    dk_buf joined = DK_BUF_INIT;
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            dk_buf_add(&joined, separator);
        dk_buf_add(&joined, list->items[i]);
    }
    return dk_buf_detach(&joined);
}

void dk_strv_split(dk_strv *list, const char *text, char separator) {
    for (;;) {
        const char *end = strchr(text, separator);
        if (end == NULL || separator == '\0')
            break;
        dk_strv_add_owned(list, dk_strndup(text, (size_t)(end - text)));
        text = end + 1;
    }
    dk_strv_add(list, text);
}

void dk_strv_release(dk_strv *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    list->items = NULL;
    list->count = list->capacity = 0;
}
