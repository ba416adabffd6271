/* A YAML document, as the rest of the kit walks it: nodes by value, merge keys resolved, places known. */
#ifndef KIT_COMPOSE_DOCUMENT_H
#define KIT_COMPOSE_DOCUMENT_H

#include <kit/compose/compose.h>
#include <yaml.h>

typedef struct compose_document {
    yaml_document_t yaml;
    bool loaded;
    char *path;   /* absolute */
    char *shown;  /* for messages */
    long visits;  /* left: a file of aliases of aliases must not keep us for hours */
    bool tangled; /* mappings are merged too deep, or too often */
} compose_document;

typedef struct compose_node {
    compose_document *document;
    const yaml_node_t *node; /* NULL: there is none */
} compose_node;

/* `folder` is where messages see the path from. What was opened is to be released, also after an error. */
bool compose_document_open(compose_document *document, const char *path, const char *folder, dk_error *error);
/* The same of a text; `shown` is what messages call it. */
bool compose_document_parse(compose_document *document, const dk_buf *text, const char *path,
                            const char *shown, dk_error *error);
void compose_document_release(compose_document *document);
compose_node compose_root(compose_document *document);

bool compose_is_map(compose_node node);
bool compose_is_list(compose_node node);
bool compose_is_null(compose_node node); /* absent, or written as null */
bool compose_has_tag(compose_node node, const char *tag);
const char *compose_scalar(compose_node node); /* NULL when it is none, or null */

/* Member of a mapping, its own or one that << brings in. */
compose_node compose_member(compose_node map, const char *key);
/* All members, what << brings in first, so that a later call of the same key is the one that counts. Stops
 * where `each` is false. */
typedef bool compose_each(void *data, compose_node key, compose_node value, dk_error *error);
bool compose_members(compose_node map, compose_each *each, void *data, dk_error *error);
size_t compose_length(compose_node list);
compose_node compose_item(compose_node list, size_t index);

/* "FILE:LINE:COLUMN"; caller frees. */
char *compose_place(compose_node node);
/* Code "compose-invalid", the place first; returns false. */
bool compose_fail(compose_node node, dk_error *error, const char *format, ...) DK_PRINTF(3, 4);

/* ── reader.c ── */
typedef struct compose_reader {
    compose_project *project;
    compose_document *document;
    char *folder; /* of the file: what its paths are relative to */
    compose_lookup *lookup;
    void *data;
    compose_node services; /* of this file, for `extends` */
    int depth;             /* of `extends` and `include` */
} compose_reader;
#define COMPOSE_DEPTH 8
/* Opens the file for a reader whose project, lookup and data are set; false: there is nothing to close. */
bool compose_reader_open(compose_reader *reader, compose_document *document, const char *path,
                         dk_error *error);
bool compose_reader_parse(compose_reader *reader, compose_document *document, const dk_buf *text,
                          const char *path, const char *shown, dk_error *error);
void compose_reader_close(compose_reader *reader);
/* The scalar with its variables replaced; NULL when it is none. A variable that is required and not set
 * becomes the service's problem (`service` may be NULL). Caller frees. */
char *compose_value(compose_reader *reader, compose_node node, compose_service *service);

/* ── service.c ── */
/* Puts what the node itself says over what the service has. */
bool compose_service_read(compose_reader *reader, compose_node node, compose_service *service,
                          dk_error *error);
void compose_service_release(compose_service *service);
void compose_service_set(compose_service *service, const char *name, const char *value);

/* ── extends.c ── */
/* The same with what the node extends below it. */
bool compose_service_whole(compose_reader *reader, compose_node node, compose_service *service,
                           dk_error *error);

/* ── load.c ── */
/* As compose_load, of a text that stands for the file at `path`. */
bool compose_load_text(compose_project *project, const dk_buf *text, const char *path, const char *shown,
                       compose_lookup *lookup, void *data, dk_error *error);

#endif
