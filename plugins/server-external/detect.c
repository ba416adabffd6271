/* Is the URL's server somebody else's? */
#include "external.h"

#define SCORE_REMOTE 90 /* a service of the compose file may be called so */
#define SCORE_ANSWERS                                                                                        \
    70 /* it takes the URL's login: more than a new local cluster, less than one that exists */
#define SCORE_LISTENS 20 /* something is there; whoever wants the address will say who */
#define TIMEOUT_MS 1000

bool external_detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (!database)
        return false;
    *score = 0;
    if (!database->url)
        return true;
    if (!dk_url_is_local(database->url)) {
        *score = SCORE_REMOTE;
        dk_buf_addf(why, "the URL's host is %s", dk_url_host_name(database->url));
        return true;
    }
    DK_AUTO_ERROR dk_error cause = DK_ERROR_INIT;
    PG_AUTO_CONNECTION pg_connection *connection = external_connect(database->url, TIMEOUT_MS, &cause);
    if (connection || dk_error_is(&cause, "database-missing")) {
        *score = SCORE_ANSWERS;
        dk_buf_add(why, "a server that is not devkit's takes the URL's login");
    } else if (!dk_error_is(&cause, "not-listening")) {
        *score = SCORE_LISTENS;
        dk_buf_add(why, "something listens at the URL's address");
    }
    return true;
}
