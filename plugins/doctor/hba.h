/* Which line of pg_hba.conf a login meets. */
#ifndef DOCTOR_HBA_H
#define DOCTOR_HBA_H

#include <devkit/devkit.h>

typedef struct hba_login {
    const char *database, *role;
    const char *address; /* of the client, as the server sees it; NULL: through a unix socket */
    bool encrypted;
} hba_login;

typedef struct hba_line {
    int number; /* from 1 */
    char *text; /* caller frees */
    bool rejects;
} hba_line;

/* The first line of the file's text that the login matches, as the server would take it; false: none. Groups
 * (+role), regular expressions, host names and included files are not looked into. */
bool hba_find(const char *text, const hba_login *login, hba_line *found);

#endif
