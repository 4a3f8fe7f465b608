/* Signals: which of them end a session, and which do nothing. */
#ifndef PAGETIDE_SIGNALS_H
#define PAGETIDE_SIGNALS_H

#include <stdbool.h>

struct event_base;
struct signals;

/* As libevent calls it. */
typedef void signals_fn(int sig, short what, void *arg);

/*
 * What holds in every mode, before anything is opened: past the limit on file
 * sizes (RLIMIT_FSIZE) a write fails with EFBIG and can be told, where SIGXFSZ
 * would end us without a word; SIGUSR1 and SIGUSR2 do nothing. A worker
 * starts with the defaults again.
 */
void	signals_early(void);

/*
 * From now on signals that end us where no loop hears them give the
 * terminal back, and close descriptors 0 to 2: a process that hangs in storage has them too (storage.h), and
 * who reads what we print would wait for it.
 */
void	signals_unheard(void);

/*
 * Has the loop hear of all signals that would end a session, so that it gives
 * the terminal back first, and of SIGCHLD, SIGWINCH, SIGTSTP and SIGCONT. A
 * limit on CPU time (RLIMIT_CPU) is lowered by a second where it would come
 * as SIGKILL at once, which nobody hears of. The crash signals are those of
 * tty/crash.c. all: also those that were ignored when we began, as nohup and
 * a shell's & have it; else these go on to do nothing.
 */
struct signals *signals_open(struct event_base *, bool all, signals_fn *,
	    void *arg);
/* NULL is allowed. */
void	signals_close(struct signals *);

/*
 * Stops this process as Ctrl-Z does, and returns when it was continued. False
 * at once where the system does not stop it: in a group of processes that no
 * shell looks after (as with ssh -t COMMAND, or a terminal's only command)
 * nobody could continue it.
 */
bool	signals_stop(void);

#endif
