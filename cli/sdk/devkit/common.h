/* Compiler attributes and allocation shared by every header of the SDK.
 *
 * The SDK (cli/sdk/devkit) is the ground floor of the house: declarations only, depending on libc and
 * jansson. cli implements what it declares; plugins may include nothing else of cli. */
#ifndef DEVKIT_COMMON_H
#define DEVKIT_COMMON_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define DK_EXTERN extern "C"
#else
#define DK_EXTERN extern
#endif

/* Exported by the executable to its plugins (see --dynamic-list in the Makefile). */
#define DK_API DK_EXTERN __attribute__((visibility("default")))
#define DK_PRINTF(string, first) __attribute__((format(printf, string, first)))
#define DK_UNUSED __attribute__((unused))
#define DK_MUST_CHECK __attribute__((warn_unused_result))
/* Runs `function(&variable)` when the variable leaves its scope. */
#define DK_CLEANUP(function) __attribute__((cleanup(function)))

#define DK_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Allocation never returns NULL: without memory there is nothing sensible left to do, and because every
 * step of devkit survives a kill, stopping is safe. Freed with free(). */
DK_API void *dk_alloc(size_t size); /* zeroed */
DK_API void *dk_realloc(void *pointer, size_t size);
DK_API void *dk_alloc_array(size_t count, size_t size); /* zeroed, overflow checked */
DK_API void *dk_realloc_array(void *pointer, size_t count, size_t size);
DK_API char *dk_strdup(const char *text); /* NULL stays NULL */
DK_API char *dk_strndup(const char *text, size_t length);
DK_API char *dk_format(const char *format, ...) DK_PRINTF(1, 2); /* caller frees */
DK_API char *dk_vformat(const char *format, va_list arguments) DK_PRINTF(1, 0);

/* For DK_CLEANUP on `char *` and other heap pointers; accepts a pointer to NULL. */
DK_API void dk_free_pointer(void *pointer_to_pointer);
#define DK_AUTOFREE DK_CLEANUP(dk_free_pointer)

#endif
