/* plugins/kit/compose/reader.c */
#include "model.h"

#include <kit/compose/document.h>

static void test_values(void **state) {
    (void)state;
    layer_project files;
    compose_project project = COMPOSE_PROJECT_INIT;
    compose_document document = {0};
    compose_service service = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&files);
    project_write(&files, "dev/c.yml",
                  "services: {a: '${PORT}', b: [x], c: , d: '${NONE:?why}', e: '${GONE?}'}\n");
    project.folder = files.root;
    DK_AUTOFREE char *path = dk_path_join(files.root, "dev/c.yml");
    compose_reader reader = {.project = &project, .lookup = model_lookup};
    assert_true(compose_reader_open(&reader, &document, path, &error));
    assert_string_equal(dk_path_basename(reader.folder), "dev");
    DK_AUTOFREE char *plain = compose_value(&reader, compose_member(reader.services, "a"), &service);
    assert_string_equal(plain, "5433");
    assert_null(compose_value(&reader, compose_member(reader.services, "b"), &service));
    assert_null(compose_value(&reader, compose_member(reader.services, "c"), &service));
    assert_null(service.problem);
    free(compose_value(&reader, compose_member(reader.services, "d"), &service));
    free(compose_value(&reader, compose_member(reader.services, "e"), &service)); /* the first one counts */
    assert_string_equal(service.problem, "dev/c.yml:1:42: NONE is not set: why");
    free(compose_value(&reader, compose_member(reader.services, "d"), NULL));
    compose_service_release(&service);
    compose_reader_close(&reader);
    assert_false(compose_reader_open(&reader, &document, "/nowhere/c.yml", &error));
    project_close(&files);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
