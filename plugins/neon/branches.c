/* The branches of a project, all pages of them. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>

static bool add_page(void *data, const json_t *page, dk_error *error) {
    neon_branches *branches = data;
    const json_t *annotations = json_object_get(page, "annotations");
    (void)error;
    json_array_extend(branches->list, json_object_get(page, "branches"));
    if (json_is_object(annotations))
        json_object_update(branches->annotations, (json_t *)(uintptr_t)annotations);
    return true;
}

bool neon_branches_read(neon_client *client, const char *project, const char *search, neon_branches *branches,
                        dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    *branches = (neon_branches){.list = json_array(), .annotations = json_object()};
    neon_path(&path, "/projects/%/branches?limit=100&sort_by=created_at&sort_order=asc", project);
    if (search)
        neon_path(&path, "&search=%", search);
    return neon_pages(client, dk_buf_text(&path), "branches", "next", "list the branches", add_page, branches,
                      error);
}

void neon_branches_release(neon_branches *branches) {
    dk_json_release(&branches->list);
    dk_json_release(&branches->annotations);
}

static const json_t *find_by(const neon_branches *branches, const char *key, const char *word) {
    for (size_t i = 0; i < json_array_size(branches->list); i++) {
        const json_t *branch = json_array_get(branches->list, i);
        if (dk_streq(dk_json_string(branch, key, NULL), word))
            return branch;
    }
    return NULL;
}

static bool fail_missing(const neon_branches *branches, const char *word, dk_error *error) {
    size_t count = json_array_size(branches->list);
    const char **names = dk_alloc_array(count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = dk_json_string(json_array_get(branches->list, i), "name", "");
    const char *near = dk_nearest(word, names, count);
    dk_fail(error, DK_ERROR_FAILED, "neon-branch-missing", "the project has no branch \"%s\"", word);
    if (near)
        dk_error_hint(error, "did you mean \"%s\"?", near);
    else
        dk_error_hint(error, "`devkit neon branches` shows them all");
    free(names);
    return false;
}

const json_t *neon_branch_find(const neon_branches *branches, const char *word, dk_error *error) {
    const json_t *branch = find_by(branches, "id", word);
    if (!branch)
        branch = find_by(branches, "name", word);
    if (!branch)
        fail_missing(branches, word, error);
    return branch;
}

const json_t *neon_branch_default(const neon_branches *branches) {
    for (size_t i = 0; i < json_array_size(branches->list); i++) {
        const json_t *branch = json_array_get(branches->list, i);
        if (dk_json_bool(branch, "default", false))
            return branch;
    }
    return NULL;
}

const char *neon_branch_mark(const neon_branches *branches, const json_t *branch, const char *key) {
    const json_t *annotation = json_object_get(branches->annotations, dk_json_string(branch, "id", ""));
    return dk_json_string(json_object_get(annotation, "value"), key, NULL);
}

void neon_branch_children(const neon_branches *branches, const json_t *branch, dk_strv *names) {
    const char *id = dk_json_string(branch, "id", "");
    for (size_t i = 0; i < json_array_size(branches->list); i++) {
        const json_t *other = json_array_get(branches->list, i);
        if (strcmp(dk_json_string(other, "parent_id", ""), id) == 0)
            dk_strv_add(names, dk_json_string(other, "name", ""));
    }
}

const char *neon_branch_name(const neon_branches *branches, const char *id) {
    const json_t *branch = find_by(branches, "id", id);
    return branch ? dk_json_string(branch, "name", id) : id;
}
