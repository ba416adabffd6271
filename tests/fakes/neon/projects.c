/* Projects, and whose they are. */
#include "fake.h"

#include <string.h>

static json_t *listed(const char *org) {
    json_t *list = json_array();
    for (size_t i = 0; i < fake.project_count; i++)
        if (!org || dk_streq(dk_json_string(fake.projects[i].project, "org_id", NULL), org))
            json_array_append(list, fake.projects[i].project);
    return list;
}

void fake_projects_list(fake_request *request, fake_project *project) {
    (void)project;
    const char *org = fake_query(request, "org_id");
    if (!org && fake_setting("org_required", 0)) {
        fake_fail(request, 400, "", "org_id is required, you can find it on your organization settings page");
        return;
    }
    DK_AUTO_JSON json_t *list = listed(org);
    json_t *answer = fake_page(request, list, "projects", "cursor");
    json_object_set_new(answer, "applications", json_object());
    json_object_set_new(answer, "integrations", json_object());
    fake_answer(request, 200, answer);
}

void fake_projects_get(fake_request *request, fake_project *project) {
    fake_answer(request, 200, json_pack("{s:o}", "project", fake_shown(project->project)));
}

void fake_shared(fake_request *request, fake_project *project) {
    (void)project;
    fake_answer(request, 200, json_pack("{s:[]}", "projects"));
}

static json_t *organisation(const char *id) {
    json_t *one = json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", id, "name", id, "handle", id, "plan",
                            "free_v3", "managed_by", "console");
    fake_set_time(one, "created_at");
    fake_set_time(one, "updated_at");
    return one;
}

void fake_organisations(fake_request *request, fake_project *project) {
    (void)project;
    json_t *list = json_array();
    for (size_t i = 0; i < fake.project_count; i++) {
        const char *id = dk_json_string(fake.projects[i].project, "org_id", "");
        if (!fake_find(list, "id", id))
            json_array_append_new(list, organisation(id));
    }
    fake_answer(request, 200, json_pack("{s:o}", "organizations", list));
}

void fake_user(fake_request *request, fake_project *project) {
    (void)project;
    static const char *const zeros[] = {"active_seconds_limit", "branches_limit", "projects_limit"};
    json_t *user =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:f, s:s, s:[], s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s, "
                  "s:s, s:s, s:s, s:s, s:s, s:s}}",
                  "id", "7f0a1b9c", "email", "dev@example.org", "image", "", "login", "dev", "name", "Dev",
                  "last_name", "Eloper", "max_autoscaling_limit", 8.0, "plan", "free_v3", "auth_accounts",
                  "billing_account", "state", "active", "payment_source", "", "subscription_type", "free_v3",
                  "quota_reset_at_last", "2026-01-01T00:00:00Z", "name", "", "email", "", "address_city", "",
                  "address_country", "", "address_line1", "", "address_line2", "", "address_postal_code", "",
                  "address_state", "", "tax_id", "");
    for (size_t i = 0; i < DK_COUNT(zeros); i++)
        dk_json_set_int(user, zeros[i], 10);
    fake_answer(request, 200, user ? user : json_object());
}
