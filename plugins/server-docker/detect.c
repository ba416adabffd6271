/* How well a container fits the project. No engine is asked: what `up` left in the state folder tells. */
#include "docker.h"

#define SCORE_OWN 92 /* this project has a container */
#define SCORE_CONFIGURED 85

bool docker_detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    DOCKER_AUTO_PROJECT docker_project project = {0};
    *score = 0;
    if (!docker_project_open(context, &project, error))
        return false;
    if (project.url && !dk_url_is_local(project.url)) {
        dk_buf_addf(why, "the URL's host is %s", dk_url_host_name(project.url));
        return true;
    }
    DK_AUTOFREE char *mark = docker_state_file(&project, "docker.admin");
    const char *origin = dk_config_origin(context, "server.docker.image");
    if (dk_file_exists(mark)) {
        *score = SCORE_OWN;
        dk_buf_addf(why, "this project has the container %s", project.name);
    } else if (!dk_streq(origin, "default")) {
        *score = SCORE_CONFIGURED;
        dk_buf_addf(why, "[server.docker] is configured, %s", origin);
    } else {
        dk_buf_add(why, "no container was made for this project");
    }
    return true;
}
