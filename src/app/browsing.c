#include "config.h"

#include "browsing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/browse.h"
#include "pagetide/exits.h"
#include "pagetide/processes.h"
#include "pagetide/proclist.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"

#include "found.h"
#include "opts.h"
#include "proccmd.h"
#include "watching.h"

/* What goes from one thing that is watched to the next. */
struct browsing {
	struct opts	*opts;
	struct storage	*storage;
	struct browse	*browse;
	struct script	**script;
	int		*sig;
	bool		 listed;	/* there was a list to go back to */
	bool		 opened;	/* what is wanted now was there */
	struct strbuf	 wrong;		/* to be said there */
};

/* One process is meant: what of it. */
static int
begin_with(const struct opts *o, pid_t pid, struct browse_want *want,
    struct strbuf *why)
{
	struct found found = { 0 };
	struct maplist l;
	int status = proccmd_look(pid, o->mapping, false, &found, &l, why);

	*want = (struct browse_want){ .what = BROWSE_LIST,
		.kind = BROWSE_MAPPINGS, .pid = pid,
		.start_ticks = l.process.start_ticks };
	/* What was just started has not mapped it yet: it comes into the
	 * list. */
	if (status == EXIT_OK && o->mapping != NULL && l.n == 0 &&
	    o->command == NULL)
		status = proccmd_nothing(&l, o->mapping, why);
	if (status == EXIT_OK && o->mapping != NULL && l.n == 1) {
		want->what = BROWSE_TARGET;
		want->addr = l.mapping->piece->start;
	}
	free(l.mapping);
	found_done(&found);
	return status;
}

/* What is to be seen first. */
static int
begin(const struct opts *o, struct browse_want *want, struct strbuf *why)
{
	struct processes all;
	int status = EXIT_OK;

	*want = (struct browse_want){ .what = BROWSE_LIST,
		.kind = BROWSE_PROCESSES };
	if (o->path == NULL)
		return status;
	status = proccmd_find(o, &all, why);
	if (status == EXIT_OK && all.n == 1)
		status = begin_with(o, all.process->pid, want, why);
	processes_free(&all);
	return status;
}

/* The mapping that begins at, or has, the address. */
static int
choose(const struct browse_want *want, const struct maplist *l,
    struct found *found, struct strbuf *why)
{
	const struct mapping_pieces *m;

	for (m = l->mapping; m < l->mapping + l->n; m++)
		if (want->addr >= m->piece->start &&
		    want->addr < m->piece[m->n - 1].end)
			found->mapping = *m;
	if (found->mapping.n > 0)
		return EXIT_OK;
	strbuf_addf(why, "process %d has nothing mapped there any more",
	    (int)want->pid);
	return EXIT_TARGET;
}

/* Finds what is wanted of a process. */
static int
find(const struct browse_want *want, struct found *found, struct strbuf *why)
{
	struct maplist l;
	int status = proccmd_look(want->pid, NULL, false, found, &l, why);

	if (status == EXIT_OK && want->start_ticks != 0 &&
	    l.process.start_ticks != want->start_ticks) {
		strbuf_addf(why, "process %d has ended; another one has its "
		    "number now", (int)want->pid);
		status = EXIT_TARGET;
	}
	if (status == EXIT_OK && want->what == BROWSE_TARGET)
		status = choose(want, &l, found, why);
	free(l.mapping);
	return status;
}

static int
watch(struct browsing *b, struct found *found, struct strbuf *why)
{
	struct strbuf wrong = b->wrong;
	struct watching with = { b->storage, found, b->browse,
		wrong.len > 0 ? wrong.s : NULL, false };
	int status;

	strbuf_init(&b->wrong);
	status = watching_run(b->opts, &with, b->script, b->sig, why);
	b->opened = with.opened;
	strbuf_done(&wrong);
	return status;
}

/* A list: of the processes, or of all that one has mapped. */
static int
list(struct browsing *b, const struct browse_want *want, struct strbuf *why)
{
	struct found found = { 0 };
	int status = want->kind == BROWSE_MAPPINGS ?
	    find(want, &found, why) : EXIT_OK;
	int rc = status != EXIT_OK ? 0 : browse_open(b->browse, want->kind,
	    want->pid, want->start_ticks);

	if (rc != 0) {
		strbuf_addf(why, "no process can be started to read the list: "
		    "%s", strerror(-rc));
		status = EXIT_FAIL;
	}
	if (status == EXIT_OK) {
		b->listed = true;
		status = watch(b, &found, why);
	}
	browse_close(b->browse);
	found_done(&found);
	return status;
}

static int
open_target(struct browsing *b, const struct browse_want *want,
    struct strbuf *why)
{
	struct found found = { 0 };
	int status = find(want, &found, why);

	if (status == EXIT_OK) {
		if (!opts_given(b->opts, "view"))
			b->opts->ui.view = found_view(&found);
		browse_of(b->browse, want->pid, want->start_ticks);
		status = watch(b, &found, why);
	}
	found_done(&found);
	return status;
}

/* What could not be opened from a list leads back to it, with a line. */
static bool
goes_back(struct browsing *b, struct browse_want *want, struct strbuf *why)
{
	if (!b->listed || b->opened || *b->sig != 0 ||
	    b->opts->mode == MODE_HEADLESS)
		return false;
	strbuf_reset(&b->wrong);
	strbuf_adds(&b->wrong, why->s);
	strbuf_reset(why);
	want->kind = want->what == BROWSE_TARGET ? BROWSE_MAPPINGS :
	    BROWSE_PROCESSES;
	want->what = BROWSE_LIST;
	if (want->kind == BROWSE_PROCESSES)
		b->listed = false;
	return true;
}

static int
run(struct browsing *b, struct browse_want *want, struct strbuf *why)
{
	struct browse_want next = *want;
	int status = EXIT_OK;

	while (next.what != BROWSE_STAY) {
		*want = next;
		b->opened = false;
		status = want->what == BROWSE_LIST ? list(b, want, why) :
		    open_target(b, want, why);
		next = browse_wanted(b->browse);
		if (status != EXIT_OK && next.what == BROWSE_STAY &&
		    goes_back(b, want, why))
			next = *want;
	}
	return status;
}

int
browsing_run(struct opts *o, struct storage *storage, struct script **script,
    int *sig, struct strbuf *why)
{
	struct browsing b = { .opts = o, .storage = storage, .script = script,
		.sig = sig };
	struct browse_want want;
	int status = begin(o, &want, why);

	if (status != EXIT_OK)
		return status;
	strbuf_init(&b.wrong);
	b.browse = browse_new(want.kind == BROWSE_PROCESSES ? o->path : NULL);
	if (want.what == BROWSE_LIST && o->mapping != NULL)
		browse_filter_first(b.browse, o->mapping);
	status = run(&b, &want, why);
	tty_close();
	browse_free(b.browse);
	strbuf_done(&b.wrong);
	return status;
}
