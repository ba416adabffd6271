/* JSON answers, read by path; an answer that is not what it should be is an error that says where. */
#include "http.h"

#include <stdlib.h>
#include <string.h>

#define EXCERPT 80

static bool fail_invalid(dk_error *error, const char *format, ...) DK_PRINTF(2, 3);
static bool fail_invalid(dk_error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    DK_AUTOFREE char *detail = dk_vformat(format, arguments);
    va_end(arguments);
    dk_fail(error, DK_ERROR_FAILED, "http-invalid", "the answer is not what it should be");
    return dk_error_detail(error, "%s", detail);
}

/* What can be shown of a text that is no JSON: one line, no control characters. */
static char *excerpt(const char *text, size_t length) {
    char *shown = dk_strndup(text, length < EXCERPT ? length : EXCERPT);
    for (char *at = shown; *at; at++)
        if ((unsigned char)*at < ' ' || (unsigned char)*at >= 0x7f)
            *at = '.';
    return shown;
}

json_t *http_json_parse(const char *text, size_t length, dk_error *error) {
    json_error_t why;
    json_t *value = json_loadb(text, length, JSON_DECODE_ANY, &why);
    if (value)
        return value;
    DK_AUTOFREE char *shown = excerpt(text, length);
    fail_invalid(error, "line %d, column %d: %s; it begins with \"%s\"", why.line, why.column, why.text,
                 shown);
    return NULL;
}

json_t *http_json(const http_response *response, dk_error *error) {
    return http_json_parse(dk_buf_text(&response->body), response->body.length, error);
}

static const char *type_name(const json_t *value) {
    switch (value ? json_typeof(value) : JSON_NULL) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    default:
        return "nothing";
    }
}

static bool fail_type(dk_error *error, const char *path, size_t length, const char *expected,
                      const json_t *got) {
    const char *shown = length ? path : "the answer";
    return fail_invalid(error, "%.*s: expected %s, got %s", length ? (int)length : 10, shown, expected,
                        type_name(got));
}

/* One step of the path, from `*at` on; `*at` moves behind it. */
static bool step(const char *path, const char **at, const json_t *inside, json_t **value, dk_error *error) {
    size_t before = (size_t)(*at - path);
    if (before && path[before - 1] == '.')
        before--;
    if (**at == '[') {
        if (!json_is_array(inside))
            return fail_type(error, path, before, "an array", inside);
        char *end = NULL;
        *value = json_array_get(inside, strtoul(*at + 1, &end, 10));
        *at = *end ? end + 1 : end;
    } else {
        if (!json_is_object(inside))
            return fail_type(error, path, before, "an object", inside);
        size_t length = strcspn(*at, ".[");
        DK_AUTOFREE char *name = dk_strndup(*at, length);
        *value = json_object_get(inside, name);
        *at += length;
    }
    if (**at == '.')
        (*at)++;
    return true;
}

bool http_json_find(const json_t *document, const char *path, json_t **value, dk_error *error) {
    json_t *found = (json_t *)(uintptr_t)document;
    for (const char *at = path; *at;) {
        if (!found || json_is_null(found)) {
            found = NULL;
            break;
        }
        if (!step(path, &at, found, &found, error))
            return false;
    }
    *value = json_is_null(found) ? NULL : found;
    return true;
}

static bool expect(const char *path, bool right, const char *expected, const json_t *value, dk_error *error) {
    return right || fail_type(error, path, strlen(path), expected, value);
}

bool http_json_string(const json_t *document, const char *path, const char **value, dk_error *error) {
    json_t *found = NULL;
    if (!http_json_find(document, path, &found, error) ||
        !expect(path, json_is_string(found), "a string", found, error))
        return false;
    *value = json_string_value(found);
    return true;
}

bool http_json_string_optional(const json_t *document, const char *path, const char **value,
                               dk_error *error) {
    json_t *found = NULL;
    if (!http_json_find(document, path, &found, error))
        return false;
    return !found || http_json_string(document, path, value, error);
}

bool http_json_integer(const json_t *document, const char *path, int64_t *value, dk_error *error) {
    json_t *found = NULL;
    if (!http_json_find(document, path, &found, error) ||
        !expect(path, json_is_integer(found), "a whole number", found, error))
        return false;
    *value = json_integer_value(found);
    return true;
}

bool http_json_boolean(const json_t *document, const char *path, bool *value, dk_error *error) {
    json_t *found = NULL;
    if (!http_json_find(document, path, &found, error) ||
        !expect(path, json_is_boolean(found), "true or false", found, error))
        return false;
    *value = json_is_true(found);
    return true;
}

bool http_json_array(const json_t *document, const char *path, json_t **value, dk_error *error) {
    json_t *found = NULL;
    if (!http_json_find(document, path, &found, error) ||
        !expect(path, json_is_array(found), "an array", found, error))
        return false;
    *value = found;
    return true;
}

bool http_json_object(const json_t *document, const char *path, json_t **value, dk_error *error) {
    json_t *found = NULL;
    if (!http_json_find(document, path, &found, error) ||
        !expect(path, json_is_object(found), "an object", found, error))
        return false;
    *value = found;
    return true;
}
