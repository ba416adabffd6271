/* recipe.c: keys of layers, and where a build begins. */
#include "lab.h"

static engine_recipe recipe;

static void make(engine_session *session) {
    engine_recipe_release(&recipe);
    lab_must(engine_recipe_make(session, &session->config->reset.layers, &recipe, &lab.error));
}

/* What changes the first layer changes both keys, what changes the second only its own. */
static void keys(void **state) {
    (void)state;
    engine_session *session = lab_open();
    make(session);
    assert_int_equal(recipe.count, 2);
    assert_string_equal(recipe.key, recipe.layers[1].key);
    assert_string_equal(recipe.layers[0].below, session->server_key);
    assert_string_equal(recipe.layers[1].below, recipe.layers[0].key);
    DK_AUTOFREE char *first = dk_strdup(recipe.layers[0].key);
    DK_AUTOFREE char *second = dk_strdup(recipe.layers[1].key);
    lab.seed.fixed = "2";
    make(session);
    assert_string_equal(recipe.layers[0].key, first);
    assert_string_not_equal(recipe.layers[1].key, second);
    lab.seed.fixed = "1";
    lab.migrate.items[0] = "001";
    make(session);
    assert_string_not_equal(recipe.layers[0].key, first);
    assert_string_not_equal(recipe.layers[1].key, second);
    lab.migrate.items[0] = NULL;
    make(session);
    assert_string_equal(recipe.layers[1].key, second);
    lab.migrate.flags = DK_LAYER_SKIP;
    make(session);
    assert_int_equal(recipe.count, 1);
    assert_string_equal(recipe.layers[0].name, "seed");
    assert_string_not_equal(recipe.key, second);
    engine_recipe_release(&recipe);
    dk_strv unknown = DK_STRV_INIT;
    dk_strv_add(&unknown, "nonsense");
    assert_false(engine_recipe_make(session, &unknown, &recipe, &lab.error));
    assert_int_equal(lab.error.error_class, DK_ERROR_USAGE);
    dk_strv_release(&unknown);
    engine_recipe_release(&recipe);
}

static void keep(const engine_layer *layer) {
    DK_AUTOFREE char *items = dk_strv_join(&layer->items, "");
    DK_AUTO_JSON json_t *note =
        json_pack("{s:i,s:s,s:s,s:s,s:s,s:s}", "devkit", 1, "layer", layer->name, "key", layer->key, "below",
                  layer->below, "fixed", layer->fixed, "items", items);
    char *text = json_dumps(note, 0);
    char suffix[9];
    snprintf(suffix, sizeof suffix, "%.8s", layer->key);
    lab_make(ENGINE_TEMPLATE, suffix, text);
    free(text);
}

static void expect_start(engine_session *session, bool found, size_t first, bool incremental) {
    engine_start start;
    engine_recipe_start(session, &recipe, false, &start);
    assert_int_equal(start.start != NULL, found);
    assert_int_equal(start.first, first);
    assert_int_equal(start.incremental, incremental);
    engine_recipe_start(session, &recipe, true, &start);
    assert_null(start.start);
    assert_int_equal(start.first, 0);
}

static void the_highest_layer_there_is(void **state) {
    (void)state;
    engine_session *session = lab_open();
    make(session);
    expect_start(session, false, 0, false);
    keep(&recipe.layers[0]);
    session = lab_open();
    expect_start(session, true, 1, false);
    keep(&recipe.layers[1]);
    session = lab_open();
    expect_start(session, true, 2, false);
    engine_recipe_release(&recipe);
}

static void an_older_result_of_the_same_layer(void **state) {
    (void)state;
    static const struct {
        const char *today[4];
        unsigned flags;
        bool found;
    } rows[] = {
        {{"1", "2", "3"}, DK_LAYER_INCREMENTAL | DK_LAYER_ORDERED, true},
        {{"1", "2", "3"}, DK_LAYER_INCREMENTAL, true},
        {{"1", "0", "2"}, DK_LAYER_INCREMENTAL | DK_LAYER_ORDERED, false}, /* in between */
        {{"1", "0", "2"}, DK_LAYER_INCREMENTAL, true},
        {{"1"}, DK_LAYER_INCREMENTAL | DK_LAYER_ORDERED, false}, /* one is gone */
        {{"1", "x", "3"}, DK_LAYER_INCREMENTAL, false},          /* one was edited */
        {{"1", "2", "3"}, 0, false},
    };
    lab.migrate.items[0] = "1";
    lab.migrate.items[1] = "2";
    engine_session *session = lab_open();
    make(session);
    keep(&recipe.layers[0]);
    session = lab_open();
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        memcpy(lab.migrate.items, rows[i].today, sizeof rows[i].today);
        lab.migrate.flags = rows[i].flags;
        make(session);
        expect_start(session, rows[i].found, 0, rows[i].found);
    }
    lab.migrate.flags = DK_LAYER_INCREMENTAL;
    memcpy(lab.migrate.items, rows[0].today, sizeof rows[0].today);
    lab.migrate.fixed = "another tool";
    make(session);
    expect_start(session, false, 0, false);
    engine_recipe_release(&recipe);
}

static const char *days_ago(int days) {
    static char text[24];
    dk_format_time(dk_unix_time() - days * 24 * 3600, text);
    return text;
}

static void templates_that_are_not_believed(void **state) {
    (void)state;
    lab_configure("[reset]\nmax_age = \"3d\"\n");
    engine_session *session = lab_open();
    engine_database database = {.connection_limit = -1};
    assert_false(engine_template_valid(session, &database)); /* no note */
    database.note = json_pack("{s:s}", "created_at", days_ago(2));
    assert_true(engine_template_valid(session, &database));
    dk_json_set_string(database.note, "created_at", days_ago(4));
    assert_false(engine_template_valid(session, &database));
    dk_json_set_string(database.note, "created_at", "yesterday");
    assert_false(engine_template_valid(session, &database));
    dk_json_set_string(database.note, "created_at", days_ago(0));
    database.connection_limit = -2;
    assert_false(engine_template_valid(session, &database));
    database.connection_limit = -1;
    database.other_collation = true;
    assert_false(engine_template_valid(session, &database));
    database.other_collation = false;
    json_object_set_new(database.note, "roles", json_pack("[s]", "app"));
    assert_true(engine_template_valid(session, &database));
    json_array_append_new(json_object_get(database.note, "roles"), json_string("no such role"));
    assert_false(engine_template_valid(session, &database));
    json_object_del(database.note, "roles");
    dk_json_set_bool(database.note, "unlogged", true);
    assert_false(engine_template_valid(session, &database));
    dk_json_set_string(database.note, "started_at", session->started_at);
    assert_true(engine_template_valid(session, &database));
    json_decref(database.note);
}

static void a_spare_is_of_todays_template(void **state) {
    (void)state;
    lab_make(ENGINE_SPARE, "k", "{\"devkit\":1,\"key\":\"k\",\"template\":1}");
    assert_non_null(engine_spare_find(lab_open(), "k")); /* its template went; it is as good as it was */
    lab_make(ENGINE_TEMPLATE, "k", "{\"devkit\":1,\"key\":\"k\"}");
    assert_null(engine_spare_find(lab_open(), "k"));
    DK_AUTOFREE char *sql =
        dk_format("COMMENT ON DATABASE %s IS '{\"devkit\":1,\"key\":\"k\",\"template\":%u}'",
                  lab.names.items[0], engine_catalog_find(&lab.session, ENGINE_TEMPLATE, "k")->oid);
    run_sql(lab.admin, sql);
    assert_non_null(engine_spare_find(lab_open(), "k"));
    assert_null(engine_spare_find(&lab.session, "other"));
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(keys),
    LAB_TEST(the_highest_layer_there_is),
    LAB_TEST(an_older_result_of_the_same_layer),
    LAB_TEST(templates_that_are_not_believed),
    LAB_TEST(a_spare_is_of_todays_template),
};
LAB_MAIN(tests)
