/* One run of a command, in which a call may fail. */
#ifndef FAULTRUN_H
#define FAULTRUN_H

#include <stdbool.h>
#include <stdint.h>

enum { COUNTS_MAX = 128 };

struct call_count {
	char		name[24];
	uint64_t	n;
};

struct run {
	int		 status;	/* of waitpid() */
	bool		 hung;		/* and was killed */
	bool		 sent_term;	/* it took long, and was to end */
	bool		 hit;		/* the call was made, and failed */
	uint64_t	 hit_arg;	/* its first argument */
	int		 left;		/* processes that went on */
	struct call_count counts[COUNTS_MAX];
	unsigned	 n_counts;
	char		*out, *err;	/* what it wrote, with a NUL */
};

struct run_how {
	const char	*dir;		/* for files of the runs */
	const char	*input;		/* standard input, or NULL */
	unsigned	 limit_s;	/* later it hangs */
	unsigned	 term_ms;	/* then it is sent TERM, and has a
					   while to end; 0: never */
	char		**argv;
};

/* spec: as failnth's -f, NULL: nothing fails. The result is freed by
 * run_done(). */
void	run_command(const struct run_how *, const char *spec, struct run *);
void	run_done(struct run *);
/* All of a file, with a NUL; "" if there is none. The caller frees it. */
char	*read_whole(const char *path);

#endif
