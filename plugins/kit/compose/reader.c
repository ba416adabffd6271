/* A document and what its values are read with. */
#include "document.h"

#include <stdlib.h>

static void start(compose_reader *reader, compose_document *document, const char *path) {
    reader->document = document;
    reader->folder = dk_path_dirname(path);
    reader->services = compose_member(compose_root(document), "services");
}

bool compose_reader_open(compose_reader *reader, compose_document *document, const char *path,
                         dk_error *error) {
    if (!compose_document_open(document, path, reader->project->folder, error)) {
        compose_document_release(document);
        return false;
    }
    start(reader, document, path);
    return true;
}

bool compose_reader_parse(compose_reader *reader, compose_document *document, const dk_buf *text,
                          const char *path, const char *shown, dk_error *error) {
    if (!compose_document_parse(document, text, path, shown, error)) {
        compose_document_release(document);
        return false;
    }
    start(reader, document, path);
    return true;
}

void compose_reader_close(compose_reader *reader) {
    compose_document_release(reader->document);
    free(reader->folder);
    reader->folder = NULL;
}

char *compose_value(compose_reader *reader, compose_node node, compose_service *service) {
    const char *text = compose_scalar(node);
    if (!text)
        return NULL;
    DK_AUTO_BUF dk_buf expanded = DK_BUF_INIT;
    DK_AUTOFREE char *problem = NULL;
    if (!compose_expand(text, reader->lookup, reader->data, &expanded, &problem) && service &&
        !service->problem) {
        DK_AUTOFREE char *place = compose_place(node);
        service->problem = dk_format("%s: %s", place, problem);
    }
    return dk_buf_detach(&expanded);
}
