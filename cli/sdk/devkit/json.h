/* JSON values are jansson's. These helpers only add what every caller would write again. */
#ifndef DEVKIT_JSON_H
#define DEVKIT_JSON_H

#include <devkit/common.h>
#include <devkit/error.h>
#include <jansson.h>

#define DK_AUTO_JSON DK_CLEANUP(dk_json_release)
DK_API void dk_json_release(json_t **value); /* json_decref and NULL */

/* json_object_set_new with a string that may be NULL (JSON null) or not valid UTF-8 (replaced by U+FFFD). */
DK_API void dk_json_set_string(json_t *object, const char *key, const char *text);
DK_API void dk_json_set_int(json_t *object, const char *key, int64_t value);
DK_API void dk_json_set_bool(json_t *object, const char *key, bool value);
/* Member of an object, or the fallback when it is missing or of another type. Borrowed. */
DK_API const char *dk_json_string(const json_t *object, const char *key, const char *fallback);
DK_API int64_t dk_json_int(const json_t *object, const char *key, int64_t fallback);
DK_API bool dk_json_bool(const json_t *object, const char *key, bool fallback);

#endif
