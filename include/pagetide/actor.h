/*
 * Who acts on a target: our worker, or the simulated one. Orders go to it,
 * and what it reports comes by callback; how it does that is its own affair.
 */
#ifndef PAGETIDE_ACTOR_H
#define PAGETIDE_ACTOR_H

#include <stdbool.h>
#include <sys/types.h>

struct order;
struct pollfd;
struct report;
struct strbuf;
struct subject;

/* Most descriptors that one waits for. */
#define ACTOR_FDS	1

/* What an actor reports; called from within its ready(), reap() or send(): an
 * order may have been answered when send() returns. */
struct actor_listener {
	/* A report has come. Must not call stop(). */
	void	(*report)(void *arg, const struct report *);
	/*
	 * It ended without having been asked to; wait_status as of waitpid(2).
	 * All its reports have been given before, and its subject is still to
	 * be read. stop() is still to be called, and may be from here.
	 */
	void	(*died)(void *arg, int wait_status);
};

struct actor_ops {
	const char *name;
	/* What it can't do, as one line that says so; NULL: it can. */
	const char *no_limit;		/* memory that is limited */
	const char *no_offset;		/* a mapping from amidst the file */
	const char *no_second;		/* beside another on the same target */
	bool	mapped;			/* it begins with all mapped, shared */
	unsigned can;			/* DIAGNOSIS_CAN_ bits that need no
					   asking the kernel */
	/* Begins, on the file open as fd file (it takes a copy of its own); not
	 * while it is on. 0, or -errno with one line in why. */
	int	(*start)(void *self, int file, struct strbuf *why);
	/*
	 * Begins as a copy of another of its kind, which is on and gets the
	 * ORDER_FORK; not while this one is on. It is no process yet: when the
	 * other has answered, forked() is to be called with the pid it
	 * reports, or stop(). 0, or -errno as send(). NULL where no_second.
	 */
	int	(*fork)(void *self, void *of, const struct order *);
	void	(*forked)(void *self, pid_t);
	/* Never blocks. 0 or -errno: -ESRCH when it is not on, -EPIPE when it
	 * is dead, -EAGAIN when it has not taken earlier orders. */
	int	(*send)(void *self, const struct order *);
	/* What it waits for now: up to ACTOR_FDS are filled in; how many. NULL:
	 * for the source, ready() is to be called after each begin() of it. */
	int	(*fds)(const void *self, struct pollfd *);
	/* One of them may be ready: takes one report, if one is there. Never
	 * blocks. */
	void	(*ready)(void *self);
	/* To be called on SIGCHLD: waits for its own processes only. */
	void	(*reap)(void *self);
	/* Whose page tables its acts are on, valid until stop(); NULL: it is
	 * not on. pid is 0 where there is no process, or after its death, the
	 * rest is as it was. */
	const struct subject *(*subject)(const void *self);
	/* It ends, without died(). NULL: it is always on. */
	void	(*stop)(void *self);
	void	(*close)(void *self);
};

struct actor {
	const struct actor_ops *ops;
	void	*self;
};

/* Has it begun, and not been stopped? */
bool	actor_is_on(const struct actor *);
/* Its process; 0: it has none now. */
pid_t	actor_pid(const struct actor *);

#endif
