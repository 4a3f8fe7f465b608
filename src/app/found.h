/* -p with -m: the mapping of another process that is watched. */
#ifndef PAGETIDE_FOUND_H
#define PAGETIDE_FOUND_H

#include <sys/types.h>

#include "pagetide/foreign.h"
#include "pagetide/process.h"
#include "pagetide/scene.h"

struct app;
struct strbuf;
struct target;

struct found {
	pid_t		pid;		/* 0: none was looked at */
	struct vmas	all;		/* that it has mapped */
	struct mapping_pieces mapping;	/* of these; n 0: none was found, or
					   all of the process is watched, as
					   its mappings are listed */
	struct foreign	foreign;	/* begun if there is a pid, opened by
					   found_target() */
};

void	found_done(struct found *);
/* The view to begin with: both layers, if there may be both. */
enum view_kind found_view(const struct found *);

/*
 * What is watched of app->found: the file that is mapped, if it can be opened
 * and is that one beyond doubt; else what is mapped, by its page tables alone.
 * NULL with errno and one line in why.
 */
struct target *found_target(struct app *, struct strbuf *why);
/* The source is to read its page tables. */
void	found_watch(struct app *);

#endif
