/* A project for the unit tests of plugin doctor: its files, and a server that is as the test says. */
#ifndef TESTS_DOCTOR_PROJECT_H
#define TESTS_DOCTOR_PROJECT_H

#include "../one_server.h"

#include <doctor/command.h>
#include <doctor/doctor.h>

/* Nobody listens on port 1. */
#define NO_SERVER "DATABASE_URL=postgresql://me:secret@127.0.0.1:1/app\n"

static struct {
    dk_server_state state;
    bool owned;
    const char *provider; /* NULL: "fake" */
    const char *data_dir;
    const char *version;
    const char *problem;
    bool refuses; /* the URL is one that it can't serve */
    int ups, downs;
} fake;

static bool fake_status(dk_context *context, dk_server_status *status, dk_error *error) {
    (void)context;
    if (fake.refuses)
        return dk_fail(error, DK_ERROR_USAGE, "role-reserved", "nobody may be called so");
    status->state = fake.state;
    status->provider = dk_strdup(fake.provider ? fake.provider : "fake");
    status->owned = fake.owned;
    status->data_dir = dk_strdup(fake.data_dir);
    status->version = dk_strdup(fake.version);
    status->problem = dk_strdup(fake.problem);
    status->hint = dk_strdup("look after it");
    return true;
}

static bool fake_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
                    dk_error *error) {
    (void)context, (void)timeout_ms, (void)status, (void)error;
    fake.ups++;
    *changed = true;
    return true;
}

static bool fake_down(dk_context *context, bool *changed, dk_error *error) {
    (void)context, (void)error;
    fake.downs++;
    *changed = true;
    return true;
}

static bool fake_admin(dk_context *context, dk_conninfo *conninfo, bool *superuser, dk_error *error) {
    (void)context, (void)conninfo, (void)superuser;
    return dk_fail(error, DK_ERROR_FAILED, "not-listening", "it does not run");
}

static const dk_server_interface fake_server = {
    .head = DK_INTERFACE("server", "fake", DK_SERVER_VERSION, dk_server_interface),
    .detect = one_detect,
    .status = fake_status,
    .up = fake_up,
    .down = fake_down,
    .admin = fake_admin,
};
static const dk_interface *const fake_interfaces[] = {&fake_server.head};
ONE_PLUGIN(fake_plugin, fake_interfaces);

DK_API const dk_plugin *devkit_plugin_doctor(void);

/* A project with that configuration and .env (NULL: none). `more` is one plugin beside doctor and the server,
 * or NULL. */
static SILENT dk_context *doctor_project(const char *config, const char *env, const dk_plugin *more) {
    const dk_plugin *plugins[] = {devkit_plugin_doctor(), &fake_plugin, more};
    memset(&fake, 0, sizeof fake);
    return one_project(plugins, more ? 3 : 2, config, env);
}

/* Runs the check here; what it says has to have the status, and the text in message, why or fix. */
static SILENT void expect(dk_context *context, const dk_check_interface *check, dk_check_status status,
                          const char *text) {
    dk_check_result result = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_true(check->run(context, &result, &error));
    DK_AUTOFREE char *said = dk_format("%s: %s\n%s\n%s", doctor_status_name(result.status), result.message,
                                       result.why ? result.why : "", result.fix ? result.fix : "");
    if (result.status != status || !strstr(said, text))
        fail_msg("%s should be %s with \"%s\", but is\n%s", check->head.name, doctor_status_name(status),
                 text, said);
    if (status == DK_CHECK_FAIL || status == DK_CHECK_WARN)
        assert_true(result.why && result.fix); /* why it matters, and the command */
    assert_true(!result.fixable || check->fix);
    doctor_result_release(&result);
}

#endif
