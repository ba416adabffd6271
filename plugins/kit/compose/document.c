/* Walking a YAML document. */
#include "document.h"

#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)4 << 20)
#define VISITS 2000000
#define MERGE_DEPTH 16

static bool fail_parse(const yaml_parser_t *parser, const char *shown, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "compose-invalid", "%s:%zu:%zu: %s", shown, parser->problem_mark.line + 1,
            parser->problem_mark.column + 1, parser->problem ? parser->problem : "not valid YAML");
    if (parser->context)
        dk_error_detail(error, "%s that begins in line %zu", parser->context, parser->context_mark.line + 1);
    return dk_error_hint(error, "correct the compose file; it is YAML");
}

bool compose_document_parse(compose_document *document, const dk_buf *text, const char *path,
                            const char *shown, dk_error *error) {
    *document = (compose_document){.visits = VISITS};
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return dk_fail(error, DK_ERROR_FAILED, "out-of-memory", "no memory to read %s", shown);
    yaml_parser_set_input_string(&parser, (const unsigned char *)dk_buf_text(text), text->length);
    document->path = dk_strdup(path);
    document->shown = dk_strdup(shown);
    document->loaded = yaml_parser_load(&parser, &document->yaml);
    if (!document->loaded)
        fail_parse(&parser, document->shown, error);
    yaml_parser_delete(&parser);
    return document->loaded;
}

bool compose_document_open(compose_document *document, const char *path, const char *folder,
                           dk_error *error) {
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    DK_AUTOFREE char *shown = dk_path_relative(folder, path);
    *document = (compose_document){0};
    return dk_file_read(path, FILE_LIMIT, &content, error) &&
           compose_document_parse(document, &content, path, shown, error);
}

void compose_document_release(compose_document *document) {
    if (document->loaded)
        yaml_document_delete(&document->yaml);
    free(document->path);
    free(document->shown);
    *document = (compose_document){0};
}

compose_node compose_root(compose_document *document) {
    return (compose_node){document, yaml_document_get_root_node(&document->yaml)};
}

static compose_node node_at(compose_document *document, int index) {
    return (compose_node){document, yaml_document_get_node(&document->yaml, index)};
}

bool compose_is_map(compose_node node) {
    return node.node && node.node->type == YAML_MAPPING_NODE;
}

bool compose_is_list(compose_node node) {
    return node.node && node.node->type == YAML_SEQUENCE_NODE;
}

static bool is_scalar(compose_node node) {
    return node.node && node.node->type == YAML_SCALAR_NODE;
}

static const char *text_of(compose_node node) {
    return (const char *)node.node->data.scalar.value;
}

bool compose_is_null(compose_node node) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    if (!node.node)
        return true;
    if (!is_scalar(node) || node.node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return false;
    for (size_t i = 0; i < DK_COUNT(nulls); i++)
        if (dk_streq(text_of(node), nulls[i]))
            return true;
    return false;
}

bool compose_has_tag(compose_node node, const char *tag) {
    return node.node && dk_streq((const char *)node.node->tag, tag);
}

const char *compose_scalar(compose_node node) {
    return is_scalar(node) && !compose_is_null(node) ? text_of(node) : NULL;
}

/* ── members ── */
static bool is_merge(compose_node key) {
    return is_scalar(key) && key.node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           dk_streq(text_of(key), "<<");
}

/* Goes through << first: one mapping, or a list of which the first one wins. */
static bool walk(compose_node map, int depth, compose_each *each, void *data, dk_error *error) {
    if (!compose_is_map(map))
        return true;
    if (depth > MERGE_DEPTH || map.document->visits <= 0) {
        map.document->tangled = true;
        return compose_fail(map, error, "too many mappings are merged into one another");
    }
    const yaml_node_pair_t *pairs = map.node->data.mapping.pairs.start;
    const yaml_node_pair_t *top = map.node->data.mapping.pairs.top;
    for (const yaml_node_pair_t *pair = pairs; pair < top; pair++) {
        if (!is_merge(node_at(map.document, pair->key)))
            continue;
        compose_node merged = node_at(map.document, pair->value);
        for (size_t i = compose_length(merged); i > 0; i--)
            if (!walk(compose_item(merged, i - 1), depth + 1, each, data, error))
                return false;
        if (!walk(merged, depth + 1, each, data, error))
            return false;
    }
    for (const yaml_node_pair_t *pair = pairs; pair < top; pair++) {
        compose_node key = node_at(map.document, pair->key);
        map.document->visits--;
        if (!is_merge(key) && !each(data, key, node_at(map.document, pair->value), error))
            return false;
    }
    return true;
}

bool compose_members(compose_node map, compose_each *each, void *data, dk_error *error) {
    return walk(map, 0, each, data, error);
}

typedef struct search {
    const char *key;
    compose_node found;
} search;

static bool match(void *data, compose_node key, compose_node value, dk_error *error DK_UNUSED) {
    search *wanted = data;
    if (is_scalar(key) && dk_streq(text_of(key), wanted->key))
        wanted->found = value;
    return true;
}

compose_node compose_member(compose_node map, const char *key) {
    search wanted = {.key = key, .found = {map.document, NULL}};
    compose_members(map, match, &wanted, NULL);
    return wanted.found;
}

size_t compose_length(compose_node list) {
    return compose_is_list(list)
               ? (size_t)(list.node->data.sequence.items.top - list.node->data.sequence.items.start)
               : 0;
}

compose_node compose_item(compose_node list, size_t index) {
    return node_at(list.document, list.node->data.sequence.items.start[index]);
}

/* ── places ── */
char *compose_place(compose_node node) {
    return node.node ? dk_format("%s:%zu:%zu", node.document->shown, node.node->start_mark.line + 1,
                                 node.node->start_mark.column + 1)
                     : dk_strdup(node.document->shown);
}

bool compose_fail(compose_node node, dk_error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    DK_AUTOFREE char *text = dk_vformat(format, arguments);
    va_end(arguments);
    DK_AUTOFREE char *place = compose_place(node);
    dk_fail(error, DK_ERROR_USAGE, "compose-invalid", "%s: %s", place, text);
    return dk_error_hint(error, "correct the compose file; `%s config` shows how it is read",
                         compose_program_name());
}
