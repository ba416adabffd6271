/* Small helpers over jansson. */
#include "base/utf8.h"
#include <devkit/json.h>
#include <stdlib.h>

void dk_json_release(json_t **value) {
    json_decref(*value);
    *value = NULL;
}

void dk_json_set_string(json_t *object, const char *key, const char *text) {
    json_t *value = NULL;
    if (text == NULL) {
        value = json_null();
    } else if ((value = json_string(text)) == NULL) {
        DK_AUTOFREE char *valid = utf8_repair(text);
        value = json_string(valid);
    }
    json_object_set_new(object, key, value);
}

void dk_json_set_int(json_t *object, const char *key, int64_t value) {
    json_object_set_new(object, key, json_integer(value));
}

void dk_json_set_bool(json_t *object, const char *key, bool value) {
    json_object_set_new(object, key, json_boolean(value));
}

const char *dk_json_string(const json_t *object, const char *key, const char *fallback) {
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? json_string_value(value) : fallback;
}

int64_t dk_json_int(const json_t *object, const char *key, int64_t fallback) {
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : fallback;
}

bool dk_json_bool(const json_t *object, const char *key, bool fallback) {
    const json_t *value = json_object_get(object, key);
    return json_is_boolean(value) ? json_is_true(value) : fallback;
}
