/* What has to be tidied up before the process ends. */
#ifndef BASE_EXIT_H
#define BASE_EXIT_H

/* Runs what dk_at_exit registered, newest first, each once. Called by exit() itself too. */
void exit_run_all(void);

#endif
