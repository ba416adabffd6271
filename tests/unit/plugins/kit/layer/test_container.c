/* plugins/kit/layer/container.c */
#include "../../layer_project.h"

#include <kit/layer/layer.h>

static const struct {
    const char *command;
    const char *passed; /* NULL: left as it is */
} cases[] = {
    {"docker compose exec backend alembic upgrade head",
     "docker compose exec -T -e DATABASE_URL backend alembic upgrade head"},
    {"docker compose -f dev.yml exec -T backend alembic upgrade head",
     "docker compose -f dev.yml exec -e DATABASE_URL -T backend alembic upgrade head"},
    {"docker exec app_1 ./migrate", "docker exec -e DATABASE_URL app_1 ./migrate"},
    {"/usr/bin/docker exec app_1 ./migrate", "/usr/bin/docker exec -e DATABASE_URL app_1 ./migrate"},
    {"docker run --rm flyway/flyway migrate", "docker run -e DATABASE_URL --rm flyway/flyway migrate"},
    {"podman exec app ./migrate", "podman exec -e DATABASE_URL app ./migrate"},
    {"docker exec -e DATABASE_URL app ./migrate", NULL},
    {"docker exec -eDATABASE_URL app ./migrate", NULL},
    {"docker exec --env DATABASE_URL=x app ./migrate", NULL},
    {"docker exec --env=DATABASE_URL app ./migrate", NULL},
    {"docker exec -e DATABASE_URL_2 app ./migrate",
     "docker exec -e DATABASE_URL -e DATABASE_URL_2 app ./migrate"},
    {"docker-compose exec backend alembic upgrade head", NULL},
    {"alembic upgrade head", NULL},
    {"sh exec", NULL},
    {"docker", NULL},
};

static void test_passes_the_variable_on(void **state) {
    (void)state;
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
        dk_strv_split(&words, cases[i].command, ' ');
        assert_int_equal(layer_container_is(&words),
                         cases[i].passed != NULL || dk_starts_with(cases[i].command, "docker exec") ||
                             dk_starts_with(cases[i].command, "docker-compose exec"));
        assert_int_equal(layer_container_pass(&words, "DATABASE_URL"), cases[i].passed != NULL);
        assert_list(&words, cases[i].passed ? cases[i].passed : cases[i].command);
    }
}

static const struct {
    const char *command;
    bool hides;
} others[] = {
    {"cd backend && docker compose exec backend alembic upgrade head", true},
    {"docker exec app ./migrate | tee log", true},
    {"LOG=1 /usr/bin/docker compose run --rm tools ./migrate", true},
    {"cd backend && docker compose exec -e DATABASE_URL backend alembic upgrade head", false},
    {"docker exec -e \"DATABASE_URL=$DATABASE_URL\" app ./migrate", false},
    {"docker compose up -d --wait && alembic upgrade head", false},
    {"docker-compose exec backend alembic upgrade head", true},
    {"docker-compose exec -e DATABASE_URL backend alembic upgrade head", false},
    {"docker compose exec backend alembic upgrade head", false}, /* passed on */
    {"alembic upgrade head", false},
    {"cd backend && alembic upgrade head", false},
};

static void test_knows_where_it_can_not_pass_it_on(void **state) {
    (void)state;
    for (size_t i = 0; i < DK_COUNT(others); i++) {
        DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
        assert_true(dk_process_command_line(&process, others[i].command, NULL));
        if (layer_container_hides(&process.arguments, "DATABASE_URL") != others[i].hides)
            fail_msg("%s", others[i].command);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_passes_the_variable_on),
                                       cmocka_unit_test(test_knows_where_it_can_not_pass_it_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
