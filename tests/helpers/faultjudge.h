/* Is what a run said right, and nothing left behind? */
#ifndef FAULTJUDGE_H
#define FAULTJUDGE_H

#include <stdbool.h>
#include <stddef.h>

/* The output of runs in which nothing failed: what differs among them may
 * differ, everything else has to be the same, or unknown. */
enum { BASELINES_MAX = 8 };

struct baseline {
	bool	 json;
	char	*outs[BASELINES_MAX];
	size_t	 n;
};

/* One more, instead of the last one if there are that many. Owns it. */
void		 baseline_add(struct baseline *, char *out);

/* NULL: right; else what is wrong with it, in static memory. */
const char	*judge_output(const struct baseline *, const char *out);
/* NULL if it is one clear line of pagetide. */
const char	*judge_error(const char *err);
/* What is in the folders, recursively, and the files' contents and times, as
 * text to compare. The caller frees it. */
char		*picture_of(char **dirs, char **files);

#endif
