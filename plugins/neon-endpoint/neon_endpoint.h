/* Neon's two endpoints of a branch, told apart by the host alone:
 * https://neon.com/docs/connect/connection-pooling. Internal to this folder. */
#ifndef NEON_ENDPOINT_NEON_ENDPOINT_H
#define NEON_ENDPOINT_NEON_ENDPOINT_H

#include <devkit/devkit.h>

/* ── label.c ── */
/* Is it a host of Neon's: "ep-cool-name-123456.eu-central-1.aws.neon.tech", pooled or not? */
bool neon_endpoint_matches(const dk_url *url);
/* The same URL with the first label of its hosts, and nothing else, made direct or pooled. `chosen` starts
 * empty. Error: "not-neon". */
bool neon_endpoint_direct(const dk_url *url, dk_url *chosen, dk_error *error);
bool neon_endpoint_pooled(const dk_url *url, dk_url *chosen, dk_error *error);

#endif
