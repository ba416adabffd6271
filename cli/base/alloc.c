/* Allocation that never returns NULL. Running out of memory ends the process: every step of devkit survives a
 * kill, so stopping is safer than running code that has never been tried. */
#include <devkit/common.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *checked(void *pointer) {
    static const char message[] = "devkit: out of memory\n";
    if (pointer == NULL) {
        ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
        (void)written;
        abort();
    }
    return pointer;
}

static size_t array_size(size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        checked(NULL);
    return total;
}

void *dk_alloc(size_t size) {
    return checked(calloc(1, size == 0 ? 1 : size));
}

void *dk_realloc(void *pointer, size_t size) {
    return checked(realloc(pointer, size == 0 ? 1 : size));
}

void *dk_alloc_array(size_t count, size_t size) {
    return dk_alloc(array_size(count, size));
}

void *dk_realloc_array(void *pointer, size_t count, size_t size) {
    return dk_realloc(pointer, array_size(count, size));
}

char *dk_strdup(const char *text) {
    return text == NULL ? NULL : checked(strdup(text));
}

char *dk_strndup(const char *text, size_t length) {
    return text == NULL ? NULL : checked(strndup(text, length));
}

char *dk_vformat(const char *format, va_list arguments) {
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    return checked(text);
}

char *dk_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = dk_vformat(format, arguments);
    va_end(arguments);
    return text;
}

void dk_free_pointer(void *pointer_to_pointer) {
    void *pointer;
    memcpy(&pointer, pointer_to_pointer, sizeof pointer);
    free(pointer);
    pointer = NULL;
    memcpy(pointer_to_pointer, &pointer, sizeof pointer);
}
