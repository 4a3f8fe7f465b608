/* The worker process, from the app's side. */
#ifndef PAGETIDE_CHILD_H
#define PAGETIDE_CHILD_H

#include <sys/types.h>

struct child;
struct event_base;
struct order;
struct report;
struct strbuf;
struct work_shared;

/* argv[1] of a process that is to be a worker. */
#define CHILD_WORKER_OPTION "--worker-process"

/* What the child tells; both are called from the event loop. */
struct child_ops {
	/* A report has come. Must not call child_stop(). */
	void	(*report)(void *arg, const struct report *);
	/*
	 * It ended without having been asked to; wait_status as of waitpid(2).
	 * All its reports have been given before. The child is still to be
	 * freed with child_stop(), which may be called from here.
	 */
	void	(*died)(void *arg, int wait_status);
	/* The program to run; NULL: this one (/proc/self/exe). */
	const char *exe;
	/* Who it is to be, which only root can choose; 0: who we are. It has
	 * no rights then but those of everybody. */
	uid_t	uid;
};

/*
 * Starts a worker on the file open as file_fd (its own copy of it; the
 * caller keeps his) in a process of its own. ops must live as long as the
 * child. NULL with errno set and one line in why.
 */
struct child *child_start(struct event_base *, const struct child_ops *,
	    void *arg, int file_fd, struct strbuf *why);
/* Never blocks. 0 or -errno: -EAGAIN when the worker has not taken earlier
 * orders, -EPIPE when it is dead. */
int	child_send(struct child *, const struct order *);
/* 0 after its death. */
pid_t	child_pid(const struct child *);
/* Lives until child_stop(), also after the worker's death. */
const struct work_shared *child_shared(const struct child *);
/* The fd of that memory, for a source_worker; the child's. */
int	child_shared_fd(const struct child *);
/* To be called on SIGCHLD: waits for this child's pid only, calls died(). */
void	child_reap(struct child *);
/* Asks the worker to end, kills it after 200 ms, reaps it without calling
 * died(), and frees. */
void	child_stop(struct child *);

/* What main() runs for CHILD_WORKER_OPTION; returns the exit status. */
int	child_worker_main(int argc, char **argv);

#endif
