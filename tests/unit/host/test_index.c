/* The index from files, from third parties' files, and what happens when they are missing or wrong. */
#include "host/index.h"

#include <devkit/devkit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char folder[64], user[96];

static int set_up(void **state) {
    (void)state;
    strcpy(folder, "/tmp/devkit-unit-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(user, sizeof(user), "%s/user", folder);
    return dk_mkdirs(user, 0755, NULL) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    return dk_remove_tree(folder, NULL) ? 0 : -1;
}

static void write_file(const char *place, const char *name, const char *text) {
    DK_AUTOFREE char *path = dk_path_join(place, name);
    assert_true(dk_file_write(path, text, strlen(text), 0644, NULL));
}

#define CLOUD                                                                                                \
    "{\"name\":\"cloud\",\"version\":\"2\",\"file\":\"cloud.so\",\"commands\":[{\"name\":\"rain\"}],"        \
    "\"interfaces\":[{\"kind\":\"server\",\"name\":\"cloud\",\"version\":1}],\"events\":[\"post-up\"]}"
#define DOCUMENT(version, entries) "{\"format\":1,\"devkit\":\"" version "\",\"plugins\":[" entries "]}"

static void reads_an_index(void **state) {
    (void)state;
    write_file(folder, INDEX_FILE, DOCUMENT(DEVKIT_VERSION, CLOUD));
    index_plugins index = INDEX_INIT;
    index_load(&index, folder, user);
    assert_int_equal(index.count, 1);
    const index_plugin *cloud = &index.items[0];
    assert_string_equal(cloud->commands[0].name, "rain");
    assert_string_equal(cloud->interfaces[0].kind, "server");
    assert_int_equal(cloud->interfaces[0].version, 1);
    assert_string_equal(cloud->events[0], "post-up");
    assert_true(dk_starts_with(cloud->file, folder) && dk_ends_with(cloud->file, "/cloud.so"));
    assert_int_equal(index.problems.count, 0);
    index_release(&index);
}

#define LINES(length, line)                                                                                  \
    "{\"format\":1,\"devkit\":\"" DEVKIT_VERSION "\",\"plugins\":[{\"name\":\"cloud\",\"version\":\"2\","    \
    "\"file\":\"cloud.so\",\"commands\":[{\"name\":\"rain\"}],\"tables\":" length "}]}\n" line "\n"

static void completes_a_command_when_it_is_asked_for(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    write_file(folder, INDEX_FILE, LINES("33", "[{\"name\":\"rain\",\"summary\":\"Wet\"}]"));
    index_plugins index = INDEX_INIT;
    index_load(&index, folder, NULL);
    assert_int_equal(index.count, 1);
    const dk_command *rain = &index.items[0].commands[0];
    assert_string_equal(rain->name, "rain");
    assert_string_equal(rain->summary, "");
    assert_true(index_complete(&index.items[0], &error));
    assert_string_equal(rain->summary, "Wet");
    assert_true(index_complete(&index.items[0], &error)); /* once is enough */
    index_release(&index);
}

static void refuses_a_line_of_something_else(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    write_file(folder, INDEX_FILE, LINES("4", "[{}]"));
    index_plugins index = INDEX_INIT;
    index_load(&index, folder, NULL);
    assert_false(index_complete(&index.items[0], &error));
    assert_string_equal(error.code, "index-invalid");
    index_release(&index);
    write_file(folder, INDEX_FILE, LINES("2", "[]"));
    index_load(&index, folder, NULL);
    assert_false(index_complete(&index.items[0], &error));
    assert_non_null(strstr(error.hint, "devkit plugin index --write"));
    index_release(&index);
}

/* An empty file named cloud.so can't be opened: it shows that the index was not believed. */
static void not_believed(const char *text) {
    write_file(folder, INDEX_FILE, text);
    write_file(folder, "cloud.so", "");
    index_plugins index = INDEX_INIT;
    index_load(&index, folder, NULL);
    assert_int_equal(index.count, 0);
    assert_int_equal(index.problems.count, 1);
    assert_non_null(strstr(index.problems.items[0], "cloud.so"));
    index_release(&index);
}

static void opens_plugins_when_the_index_is_not_of_this_devkit(void **state) {
    (void)state;
    not_believed(DOCUMENT("0.0.0-other", CLOUD));
    not_believed("{\"format\":2,\"devkit\":\"" DEVKIT_VERSION "\",\"plugins\":[]}");
    not_believed("{\"format\":1,");
    not_believed(LINES("5", "[{}]")); /* longer than what is there */
    not_believed("");
}

static void leaves_out_entries_without_a_plain_file(void **state) {
    (void)state;
    write_file(folder, INDEX_FILE,
               DOCUMENT(DEVKIT_VERSION,
                        "{\"name\":\"x\"},{\"file\":\"x.so\"},{\"name\":\"x\",\"file\":\"../x.so\"},"
                        "{\"name\":\"y\",\"file\":\"y.so\",\"commands\":[{}]}," CLOUD));
    index_plugins index = INDEX_INIT;
    index_load(&index, folder, NULL);
    assert_int_equal(index.count, 1);
    assert_int_equal(index.problems.count, 4);
    index_release(&index);
}

static void takes_third_parties_from_the_file_beside_them(void **state) {
    (void)state;
    write_file(user, "cloud.so", "");
    write_file(user, "cloud.json", DOCUMENT("0.0.0-other", CLOUD));
    index_plugins index = INDEX_INIT;
    index_load(&index, folder, user);
    assert_int_equal(index.count, 1);
    assert_true(index.items[0].third_party);
    index_release(&index);
}

static void prefers_its_own_plugin_of_a_name(void **state) {
    (void)state;
    write_file(folder, INDEX_FILE, DOCUMENT(DEVKIT_VERSION, CLOUD));
    write_file(user, "cloud.so", "");
    write_file(user, "cloud.json", DOCUMENT(DEVKIT_VERSION, CLOUD));
    index_plugins index = INDEX_INIT;
    index_load(&index, folder, user);
    assert_int_equal(index.count, 1);
    assert_false(index.items[0].third_party);
    assert_int_equal(index.problems.count, 1);
    index_release(&index);
}

static void is_empty_without_folders(void **state) {
    (void)state;
    index_plugins index = INDEX_INIT;
    index_load(&index, "/nowhere/at/all", NULL);
    assert_int_equal(index.count, 0);
    assert_int_equal(index.problems.count, 0);
    index_release(&index);
}

static void describes_a_plugin(void **state) {
    (void)state;
    static const dk_command commands[] = {{.name = "rain", .summary = "Rain"}};
    static const dk_interface server = {"server", "cloud", 1, sizeof(server)};
    static const dk_interface *const interfaces[] = {&server};
    static const char *const events[] = {"post-up"};
    const dk_plugin plugin = {DK_PLUGIN_HEAD,           .name = "cloud",      .version = "2",
                              .summary = "Rain",        .commands = commands, .command_count = 1,
                              .interfaces = interfaces, .interface_count = 1, .events = events,
                              .event_count = 1};
    DK_AUTO_JSON json_t *entry = index_describe(&plugin, "cloud.so");
    DK_AUTOFREE char *text = json_dumps(entry, JSON_COMPACT);
    assert_string_equal(text,
                        "{\"name\":\"cloud\",\"version\":\"2\",\"summary\":\"Rain\",\"file\":\"cloud.so\","
                        "\"commands\":[{\"name\":\"rain\",\"summary\":\"Rain\"}],\"interfaces\":[{\"kind\":"
                        "\"server\",\"name\":\"cloud\",\"version\":1}],\"events\":[\"post-up\"]}");
}

static void fails_to_build_with_an_unusable_plugin(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    size_t count;
    write_file(folder, "libdevkit-x.so", "");
    assert_true(index_write(folder, &count, &error));
    assert_int_equal(count, 0);
    write_file(folder, "cloud.so", "");
    assert_false(index_write(folder, &count, &error));
    assert_string_equal(error.code, "plugin-unusable");
}

static void tells_when_the_plugin_is_another_one(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    const index_plugin own = {.name = "cloud", .file = (char *)"/p/cloud.so"};
    assert_false(index_fail_stale(&own, &error, "the command \"%s\"", "rain"));
    assert_string_equal(error.code, "index-stale");
    assert_non_null(strstr(error.message, "the command \"rain\""));
    assert_non_null(strstr(error.hint, "devkit plugin index --write /p"));
    const index_plugin foreign = {.name = "cloud", .file = (char *)"/p/cloud.so", .third_party = true};
    assert_false(index_fail_stale(&foreign, &error, "it"));
    assert_non_null(strstr(error.hint, "install the plugin cloud"));
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(reads_an_index),
        TEST(completes_a_command_when_it_is_asked_for),
        TEST(refuses_a_line_of_something_else),
        TEST(opens_plugins_when_the_index_is_not_of_this_devkit),
        TEST(leaves_out_entries_without_a_plain_file),
        TEST(takes_third_parties_from_the_file_beside_them),
        TEST(prefers_its_own_plugin_of_a_name),
        TEST(is_empty_without_folders),
        TEST(describes_a_plugin),
        TEST(fails_to_build_with_an_unusable_plugin),
        TEST(tells_when_the_plugin_is_another_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
