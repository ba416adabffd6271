/* Answers that every command needs: a project with two branches. */
#ifndef TESTS_NEON_ANSWERS_H
#define TESTS_NEON_ANSWERS_H

#include "neon_project.h"

#define USUAL                                                                                                \
    {"GET", "/projects?limit=400", 200, PROJECTS, NULL, 0, 0},                                               \
        {"GET", "/projects/p-1/endpoints", 200, BOTH_ENDPOINTS, NULL, 0, 0}, {                               \
        "GET", "/projects/p-1/branches?", 200, BRANCHES, NULL, 0, 0                                          \
    }

#endif
