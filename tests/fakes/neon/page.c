/* Lists in pages. */
#include "fake.h"

#include <stdlib.h>
#include <string.h>

static size_t number(const char *text, size_t standard) {
    return text ? (size_t)strtoul(text, NULL, 10) : standard;
}

json_t *fake_page(const fake_request *request, json_t *list, const char *member, const char *cursor_key) {
    size_t from = number(fake_query(request, "cursor"), 0), count = json_array_size(list);
    size_t most = (size_t)fake_setting("page_size", 100), size = number(fake_query(request, "limit"), most);
    json_t *part = json_array();
    json_t *answer = json_pack("{s:o}", member, part);
    size = size < most ? size : most;
    for (size_t i = from; i < count && i < from + size; i++)
        json_array_append_new(part, fake_shown(json_array_get(list, i)));
    if (from + size < count) {
        DK_AUTOFREE char *next = dk_format("%zu", from + size);
        json_object_set_new(answer, "pagination", json_pack("{s:s}", cursor_key, next));
    }
    return answer;
}
