// The TOML library behind toml.h's C interface. No exceptions, no RTTI: a parse error is a return value.
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif
#include <toml++/toml.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include "config/toml.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

struct converter {
    toml_place bad_place{};
    const char *bad = nullptr;

    bool convert(const toml::node &source, toml_node *target);
    bool convert_table(const toml::table &source, toml_node *target);
    bool convert_list(const toml::array &source, toml_node *target);
    char *text(std::string_view view, toml_place place);
};

toml_place place_of(const toml::source_region &region) {
    return {static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

bool earlier(const toml_node &left, const toml_node &right) {
    if (left.key_place.line != right.key_place.line)
        return left.key_place.line < right.key_place.line;
    return left.key_place.column < right.key_place.column;
}

// TOML allows "\u0000"; C strings don't.
char *converter::text(std::string_view view, toml_place place) {
    if (view.find('\0') != std::string_view::npos && !bad) {
        bad = "a text must not have a NUL character";
        bad_place = place;
    }
    return dk_strndup(view.data(), view.size());
}

bool converter::convert_table(const toml::table &source, toml_node *target) {
    target->type = TOML_TYPE_TABLE;
    target->children = static_cast<toml_node *>(dk_alloc_array(source.size() + 1, sizeof(toml_node)));
    for (auto &&[key, value] : source) {
        toml_node *child = &target->children[target->count++];
        child->key_place = place_of(key.source());
        child->key = text(key.str(), child->key_place);
        if (!convert(value, child))
            return false;
    }
    // The library sorts by name; people expect their own order.
    std::stable_sort(target->children, target->children + target->count, earlier);
    return true;
}

bool converter::convert_list(const toml::array &source, toml_node *target) {
    target->type = TOML_TYPE_LIST;
    target->children = static_cast<toml_node *>(dk_alloc_array(source.size() + 1, sizeof(toml_node)));
    for (auto &&value : source) {
        toml_node *child = &target->children[target->count++];
        child->key_place = place_of(value.source());
        if (!convert(value, child))
            return false;
    }
    return true;
}

bool converter::convert(const toml::node &source, toml_node *target) {
    target->value_place = place_of(source.source());
    if (const auto *table = source.as_table())
        return convert_table(*table, target);
    if (const auto *list = source.as_array())
        return convert_list(*list, target);
    if (const auto *string = source.as_string()) {
        target->type = TOML_TYPE_TEXT;
        target->text = text(string->get(), target->value_place);
    } else if (const auto *integer = source.as_integer()) {
        target->type = TOML_TYPE_INTEGER;
        target->integer = integer->get();
    } else if (const auto *boolean = source.as_boolean()) {
        target->type = TOML_TYPE_BOOL;
        target->boolean = boolean->get();
    } else if (const auto *number = source.as_floating_point()) {
        target->type = TOML_TYPE_FLOAT;
        target->text = dk_format("%.15g", number->get());
    } else {
        target->type = TOML_TYPE_TIME;
    }
    return bad == nullptr;
}

} // namespace

extern "C" bool toml_parse(const char *text, size_t length, toml_node *root, toml_place *place,
                           char **problem) {
    std::memset(root, 0, sizeof *root);
    auto parsed = toml::parse(std::string_view{text, length});
    if (!parsed) {
        const auto &error = parsed.error();
        *place = place_of(error.source());
        auto description = error.description();
        *problem = dk_strndup(description.data(), description.size());
        return false;
    }
    converter work;
    if (work.convert(parsed.table(), root))
        return true;
    *place = work.bad_place;
    *problem = dk_strdup(work.bad);
    toml_release(root);
    return false;
}

extern "C" void toml_release(toml_node *root) {
    for (size_t i = 0; i < root->count; i++)
        toml_release(&root->children[i]);
    std::free(root->children);
    std::free(root->key);
    std::free(root->text);
    std::memset(root, 0, sizeof *root);
}

extern "C" const char *toml_type_name(toml_type type) {
    static const char *const names[] = {"a table", "a list",   "a text",        "a whole number",
                                        "a bool",  "a number", "a date or time"};
    return names[type];
}
