/* Which call is whose. */
#include "fake.h"

#include <stdlib.h>
#include <string.h>

#define P "/projects/*"
#define B P "/branches/*"

static const fake_route routes[] = {
    {"GET", "/projects", fake_projects_list, false},
    {"GET", "/projects/shared", fake_shared, false},
    {"GET", "/users/me", fake_user, false},
    {"GET", "/users/me/organizations", fake_organisations, false},
    {"GET", P, fake_projects_get, false},
    {"GET", P "/branches", fake_branches_list, false},
    {"POST", P "/branches", fake_branches_create, true},
    {"GET", P "/branches/count", fake_branches_count, false},
    {"GET", B, fake_branches_get, false},
    {"PATCH", B, fake_branches_patch, true},
    {"DELETE", B, fake_branches_delete, true},
    {"POST", B "/restore", fake_branches_restore, true},
    {"POST", B "/set_as_default", fake_branches_default, true},
    {"GET", B "/endpoints", fake_endpoints_of_branch, false},
    {"GET", B "/databases", fake_branches_databases, false},
    {"GET", B "/roles", fake_branches_roles, false},
    {"GET", B "/roles/*", fake_branches_role, false},
    {"GET", B "/roles/*/reveal_password", fake_branches_password, false},
    {"GET", B "/compare_schema", fake_branches_compare, false},
    {"GET", B "/schema", fake_branches_schema, false},
    {"GET", P "/endpoints", fake_endpoints_list, false},
    {"POST", P "/endpoints", fake_endpoints_create, true},
    {"GET", P "/endpoints/*", fake_endpoints_get, false},
    {"POST", P "/endpoints/*/start", fake_endpoints_start, true},
    {"POST", P "/endpoints/*/suspend", fake_endpoints_suspend, true},
    {"GET", P "/connection_uri", fake_connection_uri, false},
    {"GET", P "/operations", fake_operations_list, false},
    {"GET", P "/operations/*", fake_operations_get, false},
};

/* Appends the words that '*' stood for. */
static bool matches(const char *pattern, const char *path, dk_strv *words) {
    while (*pattern && *path) {
        if (*pattern == '*') {
            size_t length = strcspn(path, "/");
            dk_strv_add_owned(words, dk_strndup(path, length));
            path += length;
            pattern++;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return !*pattern && !*path;
}

static const fake_route *find(const fake_request *request, dk_strv *words) {
    for (size_t i = 0; i < DK_COUNT(routes); i++) {
        dk_strv_release(words);
        if (strcmp(routes[i].method, request->method) == 0 &&
            matches(routes[i].pattern, request->path, words))
            return &routes[i];
    }
    return NULL;
}

static bool is_locked(fake_request *request, fake_project *project) {
    if (!fake_operations_running(project, NULL))
        return false;
    fake_fail(request, 423, "",
              "project already has running conflicting operations, scheduling of new ones is prohibited");
    return true;
}

void fake_route_request(fake_request *request) {
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    const fake_route *route = find(request, &words);
    for (size_t i = 0; i < words.count && i < DK_COUNT(request->words); i++)
        request->words[i] = words.items[i];
    fake_project *project = words.count ? fake_project_find(words.items[0]) : NULL;
    if (!route)
        fake_fail(request, 404, "", "this fake does not know the call");
    else if (words.count && !project)
        fake_fail(request, 404, "", "project not found");
    else {
        if (project)
            fake_operations_refresh(project);
        if (!route->changes || !is_locked(request, project))
            route->handler(request, project);
    }
}
