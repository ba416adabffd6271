/* A scratch project with a local cluster's paths, for the unit tests of server-local. No server runs; where
 * one is wanted, a shell script stands in for `postgres`. */
#ifndef TESTS_LOCAL_PROJECT_H
#define TESTS_LOCAL_PROJECT_H

#include "../layer_project.h"

#include <server-local/local.h>
#include <stdio.h>

typedef struct local_project {
    layer_project project;
    local_cluster cluster;
} local_project;

static inline void local_project_open(local_project *local, const char *toml, const char *url) {
    unsetenv("DATABASE_URL");
    project_open(&local->project);
    assert_int_equal(chmod(local->project.root, 0755), 0); /* for the server's account */
    if (url) {
        DK_AUTOFREE char *line = dk_format("DATABASE_URL=%s\n", url);
        project_write(&local->project, ".env", line);
    }
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!local_cluster_open(project_context(&local->project, toml), &local->cluster, &error))
        fail_msg("%s", error.message);
}

static inline void local_project_close(local_project *local) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_remove_tree(local->cluster.socket_dir, &error);
    local_cluster_release(&local->cluster);
    project_close(&local->project);
}

/* A file in the data folder, as the cluster's account would have it. */
static inline void local_project_data(local_project *local, const char *name, const char *text) {
    DK_AUTOFREE char *path = dk_path_join(local->cluster.data_dir, name);
    DK_AUTOFREE char *folder = dk_path_dirname(path);
    assert_true(dk_mkdirs(folder, 0755, NULL));
    assert_true(dk_file_write(path, text, strlen(text), 0644, NULL));
}

/* A folder whose `program` is this shell script; caller frees the path. */
static inline char *local_project_program(local_project *local, const char *program, const char *script) {
    DK_AUTOFREE char *relative = dk_format("bin/%s", program);
    project_write(&local->project, relative, script);
    DK_AUTOFREE char *path = dk_path_join(local->project.root, relative);
    assert_int_equal(chmod(path, 0755), 0);
    return dk_path_join(local->project.root, "bin");
}

#define LOCAL_URL "postgresql://app:secret@127.0.0.1:25432/tasks"

#endif
