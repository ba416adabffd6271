/* devkit plugin list, devkit plugin index: what is installed, and the index that is made of it. */
#include "core/commands.h"
#include "run_command.h"

static const dk_interface cloud_server = {
    .kind = "server", .name = "cloud", .version = DK_SERVER_VERSION, .size = sizeof(dk_server_interface)};
static const dk_interface *const cloud_interfaces[] = {&cloud_server};
static const dk_plugin cloud_plugin = {
    DK_PLUGIN_HEAD,      .name = "cloud", .version = "7", .summary = "Clouds", .interfaces = cloud_interfaces,
    .interface_count = 1};

static dk_context *two_plugins(void) {
    static const dk_plugin *const plugins[] = {&sample_plugin, &cloud_plugin};
    return fake_context(plugins, 2, "");
}

/* devkit's own plugin folder is found once a process. */
static char plugin_folder[] = "/tmp/devkit-unit-XXXXXX";
static int make_plugin_folder(void **state) {
    (void)state;
    return mkdtemp(plugin_folder) && setenv("DEVKIT_PLUGIN_DIR", plugin_folder, 1) == 0 ? 0 : -1;
}
static int remove_plugin_folder(void **state) {
    (void)state;
    return dk_remove_tree(plugin_folder, NULL) ? 0 : -1;
}

static void lists_plugins_and_programs(void **state) {
    (void)state;
    dk_context *context = two_plugins();
    DK_AUTOFREE char *program = make_program(context, "hello");
    assert_true(run_values(context, &commands_plugin_list, NULL, false, NULL));
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    dk_strv_split(&lines, caught_out.text, '\n');
    static const char *const starts[] = {"plugin ", "weather ", "cloud ", "hello "};
    assert_true(lines.count >= DK_COUNT(starts));
    for (size_t i = 0; i < DK_COUNT(starts); i++)
        assert_true(dk_starts_with(lines.items[i], starts[i]));
    assert_true(dk_ends_with(lines.items[2], " Clouds"));
    assert_true(dk_ends_with(lines.items[3], program));
    fake_free(context);
}

static void describes_them_for_programs(void **state) {
    (void)state;
    dk_context *context = two_plugins();
    DK_AUTOFREE char *program = make_program(context, "hello");
    context->plugins.items[1].third_party = true;
    assert_true(run_values(context, &commands_plugin_list, NULL, true, NULL));
    assert_string_equal(caught_out.text, "");
    const json_t *result = dk_result(context);
    assert_string_equal(dk_json_string(result, "folder", ""), plugin_folder);
    const json_t *plugins = json_object_get(result, "plugins");
    assert_int_equal(json_array_size(plugins), 2);
    const json_t *weather = json_array_get(plugins, 0), *cloud = json_array_get(plugins, 1);
    assert_false(dk_json_bool(weather, "third_party", true));
    assert_true(dk_json_bool(cloud, "third_party", false));
    const json_t *commands = json_object_get(weather, "commands");
    assert_int_equal(json_array_size(commands), DK_COUNT(sample_commands));
    assert_string_equal(json_string_value(json_array_get(commands, 1)), "rain stop");
    assert_string_equal(dk_json_string(cloud, "version", ""), "7");
    const json_t *server = json_array_get(json_object_get(cloud, "interfaces"), 0);
    assert_string_equal(dk_json_string(server, "kind", ""), "server");
    assert_string_equal(dk_json_string(server, "name", ""), "cloud");
    assert_int_equal(dk_json_int(server, "version", -1), DK_SERVER_VERSION);
    const json_t *found = json_array_get(json_object_get(result, "programs"), 0);
    assert_string_equal(dk_json_string(found, "name", ""), "hello");
    assert_string_equal(dk_json_string(found, "file", ""), program);
    fake_free(context);
}

static bool index_into(dk_context *context, const char *folder, bool json, dk_error *error) {
    DK_AUTOFREE char *values = empty_values(&commands_plugin_index);
    memcpy(values + commands_plugin_index.options[0].offset, &folder, sizeof(folder));
    return run_values(context, &commands_plugin_index, values, json, error);
}

static void prints_the_index(void **state) {
    (void)state;
    dk_context *context = two_plugins();
    assert_true(index_into(context, NULL, false, NULL));
    DK_AUTO_JSON json_t *printed = json_loads(caught_out.text, 0, NULL);
    assert_int_equal(dk_json_int(printed, "format", -1), INDEX_FORMAT);
    /* What the folder holds, not what the running devkit knows. */
    assert_int_equal(json_array_size(json_object_get(printed, "plugins")), 0);
    assert_true(json_is_array(json_object_get(printed, "plugins")));
    assert_true(json_equal(printed, dk_result(context)));
    fake_free(context);
}

static void writes_the_index(void **state) {
    (void)state;
    dk_context *context = two_plugins();
    assert_true(index_into(context, context->root, true, NULL));
    assert_int_equal(dk_json_int(dk_result(context), "count", -1), 0);
    DK_AUTOFREE char *path = dk_path_join(context->root, INDEX_FILE);
    DK_AUTO_JSON json_t *written = json_load_file(path, 0, NULL);
    assert_int_equal(dk_json_int(written, "format", -1), INDEX_FORMAT);
    assert_true(index_into(context, context->root, false, NULL));
    assert_string_equal(caught_out.text, "");
    must_have(caught_err.text, path);
    fake_free(context);
}

static void a_file_that_is_no_plugin_fails_both(void **state) {
    (void)state;
    dk_context *context = two_plugins();
    DK_AUTOFREE char *own = dk_path_join(plugin_folder, "broken.so");
    DK_AUTOFREE char *other = dk_path_join(context->root, "broken.so");
    DK_AUTOFREE char *index = dk_path_join(context->root, INDEX_FILE);
    assert_true(dk_file_write(own, "text", 4, 0644, NULL) && dk_file_write(other, "text", 4, 0644, NULL));
    DK_AUTO_ERROR dk_error printing = DK_ERROR_INIT;
    DK_AUTO_ERROR dk_error writing = DK_ERROR_INIT;
    assert_false(index_into(context, NULL, false, &printing));
    assert_string_equal(printing.code, "plugin-unusable");
    assert_string_equal(caught_out.text, "");
    assert_false(index_into(context, context->root, true, &writing));
    assert_string_equal(writing.code, "plugin-unusable");
    must_have(writing.message, other);
    assert_null(json_object_get(dk_result(context), "count"));
    assert_false(dk_file_exists(index));
    unlink(own);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_plugins_and_programs),
        cmocka_unit_test(describes_them_for_programs),
        cmocka_unit_test(prints_the_index),
        cmocka_unit_test(writes_the_index),
        cmocka_unit_test(a_file_that_is_no_plugin_fails_both),
    };
    return cmocka_run_group_tests(tests, make_plugin_folder, remove_plugin_folder);
}
