/* Which migration tool a project has, what it runs and which files it depends on. */
#include "migrate.h"

#include <kit/layer/layer.h>

#include <stdlib.h>
#include <string.h>

/* Tools known by a file of theirs, with the command that brings a database to the newest migration. */
static const struct {
    const char *file;
    const char *tool;
    const char *hint;
} known_tools[] = {
    {"manage.py", "Django", "[migrate] tool = \"command\", command = \"python manage.py migrate\""},
    {"migrations/alembic.ini", "Flask-Migrate",
     "[migrate] tool = \"command\", command = \"flask db upgrade\""},
    {"prisma/schema.prisma", "Prisma",
     "[migrate] tool = \"command\", command = \"npx prisma migrate deploy\", dir = \"prisma/migrations\""},
    {"knexfile.js", "Knex", "[migrate] tool = \"command\", command = \"npx knex migrate:latest\""},
    {"knexfile.ts", "Knex", "[migrate] tool = \"command\", command = \"npx knex migrate:latest\""},
    {"drizzle.config.ts", "Drizzle",
     "[migrate] tool = \"command\", command = \"npx drizzle-kit migrate\", dir = \"drizzle\""},
    {"flyway.toml", "Flyway", "[migrate] tool = \"command\", command = \"flyway migrate\", dir = \"sql\""},
    {"flyway.conf", "Flyway", "[migrate] tool = \"command\", command = \"flyway migrate\", dir = \"sql\""},
    {"sqitch.plan", "Sqitch",
     "[migrate] tool = \"command\", command = \"sqitch deploy --target $DATABASE_URL\", dir = \"deploy\""},
    {"db/migrate", "Rails",
     "[migrate] tool = \"command\", command = \"bin/rails db:migrate\", dir = \"db/migrate\""},
    {"db/migrations", "dbmate", "[migrate] dir = \"db/migrations\" (devkit reads dbmate's files itself)"},
};

void migrate_tool_release(migrate_tool *tool) {
    free(tool->root);
    free(tool->folder);
    free(tool->shown_folder);
    free(tool->command);
    free(tool->alembic_ini);
    dk_strv_release(&tool->fixed);
    dk_strv_release(&tool->items);
    *tool = (migrate_tool)MIGRATE_TOOL_INIT;
}

static bool has_sql_files(const char *folder) {
    DK_AUTO_STRV dk_strv patterns = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    dk_strv_add(&patterns, "*.sql");
    return dk_is_directory(folder) && dk_glob(folder, &patterns, &paths, NULL) && paths.count > 0;
}

/* alembic.ini in the folder the command runs in, or at the root. Caller frees. */
static char *find_alembic_ini(const char *root, const dk_config *config) {
    DK_AUTOFREE char *cwd = dk_path_absolute(root, *config->migrate.cwd ? config->migrate.cwd : ".");
    char *path = dk_path_join(cwd, "alembic.ini");
    if (dk_file_exists(path))
        return path;
    free(path);
    path = dk_path_join(root, "alembic.ini");
    if (dk_file_exists(path))
        return path;
    free(path);
    return NULL;
}

static bool is_pattern(const char *text) {
    return strpbrk(text, "*?[") != NULL;
}

/* What the command depends on: files it names and plain names among the inputs are fixed, patterns and
 * folders are migration scripts; without inputs, the migrations' folder. */
static bool command_inputs(migrate_tool *tool, const dk_config *config, dk_error *error) {
    if (!layer_command_files(tool->root, config->migrate.cwd, tool->command, &tool->fixed, error))
        return dk_error_prefix(error, "[migrate] command");
    for (size_t i = 0; i < config->migrate.inputs.count; i++) {
        const char *input = config->migrate.inputs.items[i];
        DK_AUTOFREE char *path = dk_path_absolute(tool->root, input);
        bool script = is_pattern(input) || dk_is_directory(path);
        dk_strv_add(script ? &tool->items : &tool->fixed, input);
    }
    if (config->migrate.inputs.count > 0)
        return true;
    if (tool->alembic_ini)
        return migrate_alembic_inputs(tool, error);
    if (dk_is_directory(tool->folder))
        dk_strv_add(&tool->items, tool->shown_folder);
    return true;
}

static bool use_command(migrate_tool *tool, const dk_config *config, const char *name, const char *standard,
                        dk_error *error) {
    const char *command = *config->migrate.command ? config->migrate.command : standard;
    if (!command) {
        dk_fail(error, DK_ERROR_USAGE, "command-missing", "[migrate] tool is \"%s\", but there is no command",
                name);
        return dk_error_hint(error, "set [migrate] command = \"…\" to what applies the project's migrations");
    }
    tool->kind = MIGRATE_COMMAND;
    tool->name = name;
    tool->command = dk_strdup(command);
    if (strstr(command, "alembic"))
        tool->alembic_ini = find_alembic_ini(tool->root, config);
    return command_inputs(tool, config, error);
}

static bool use_sql(migrate_tool *tool, dk_error *error) {
    tool->kind = MIGRATE_SQL;
    tool->name = "sql";
    if (dk_is_directory(tool->folder))
        return true;
    dk_fail(error, DK_ERROR_USAGE, "migrations-missing", "the folder of migrations %s does not exist",
            tool->folder);
    return dk_error_hint(error, "make it (`devkit migrate new NAME` does), or correct [migrate] dir");
}

static bool use_what_is_there(migrate_tool *tool, const dk_config *config, dk_error *error) {
    if (*config->migrate.command)
        return use_command(tool, config, "command", NULL, error);
    if (has_sql_files(tool->folder))
        return use_sql(tool, error);
    DK_AUTOFREE char *alembic = find_alembic_ini(tool->root, config);
    if (alembic)
        return use_command(tool, config, "alembic", "alembic upgrade head", error);
    for (size_t i = 0; i < DK_COUNT(known_tools); i++) {
        DK_AUTOFREE char *path = dk_path_join(tool->root, known_tools[i].file);
        if (!dk_file_exists(path))
            continue;
        dk_fail(error, DK_ERROR_USAGE, "migrate-tool-unknown",
                "%s looks like %s, and devkit has not been told how to apply its migrations",
                known_tools[i].file, known_tools[i].tool);
        return dk_error_hint(error, "in .devkit.toml: %s", known_tools[i].hint);
    }
    tool->kind = MIGRATE_NONE;
    tool->name = "none";
    return true;
}

bool migrate_tool_pick(const char *root, const dk_config *config, migrate_tool *tool, dk_error *error) {
    *tool = (migrate_tool)MIGRATE_TOOL_INIT;
    tool->root = dk_strdup(root);
    tool->folder = dk_path_absolute(root, config->migrate.dir);
    tool->shown_folder = dk_path_relative(root, tool->folder);
    const char *name = config->migrate.tool;
    bool picked;
    if (!*name || dk_streq(name, "auto"))
        picked = use_what_is_there(tool, config, error);
    else if (dk_streq(name, "sql"))
        picked = use_sql(tool, error);
    else if (dk_streq(name, "command"))
        picked = use_command(tool, config, "command", NULL, error);
    else if (dk_streq(name, "alembic"))
        picked = use_command(tool, config, "alembic", "alembic upgrade head", error);
    else {
        picked = dk_fail(error, DK_ERROR_USAGE, "migrate-tool-unknown",
                         "[migrate] tool = \"%s\" is not known", name);
        dk_error_hint(error, "it is \"auto\", \"sql\", \"alembic\" or \"command\" (with [migrate] command)");
    }
    if (!picked)
        migrate_tool_release(tool);
    return picked;
}

bool migrate_tool_get(dk_context *context, migrate_tool *tool, dk_error *error) {
    const char *root = dk_project_root(context, error);
    const dk_config *config = root ? dk_config_get(context, error) : NULL;
    return config && migrate_tool_pick(root, config, tool, error);
}
