#include "config.h"

#include "follow.h"

#include <stdio.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/source.h"
#include "pagetide/strbuf.h"
#include "pagetide/target.h"
#include "pagetide/text.h"

#define WAIT_NS (4 * NS_PER_MS)

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Could a file refused before be watched now, for all one can see? */
static bool
has_changed(const struct stat *a, const struct stat *b)
{
	return !same_file(a, b) || a->st_size != b->st_size ||
	    a->st_ctim.tv_sec != b->st_ctim.tv_sec ||
	    a->st_ctim.tv_nsec != b->st_ctim.tv_nsec;
}

/* Makes t what new is. Its strings stay where they are: samples point to
 * them. */
static void
take_over(struct target *t, struct target *new)
{
	struct target old;

	storage_forget(t->storage, &t->refresh);
	old = *t;
	*t = *new;
	t->path = old.path;
	t->facts.path = old.path;
	t->facts.filesystem = t->fsname;
	t->follow_name = old.follow_name;
	old.path = new->path;
	*new = old;
	target_close(new);
}

/* Remembers a refusal, "PATH: reason"; is it another one than before? */
static bool
refuse(struct follow *f, const char *path, const struct stat *st,
    const char *refusal)
{
	bool same = f->refused && same_file(&f->st, st);
	struct strbuf safe = STRBUF_INIT;
	char why[sizeof f->why];

	text_safe(&safe, path);
	snprintf(why, sizeof why, "the file at the path now can't be "
	    "watched: %s", refusal + safe.len + strlen(": "));
	strbuf_done(&safe);
	same = same && strcmp(f->why, why) == 0;
	f->refused = true;
	f->st = *st;
	memcpy(f->why, why, sizeof why);
	return !same;
}

/* Makes what was opened at the path, st, the target. SOURCE_ bits. */
static unsigned
take_path(struct follow *f, struct target *t, const struct stat *st)
{
	struct strbuf why = STRBUF_INIT;
	struct target *new = target_take(t->storage, &f->open, &why);
	unsigned notice = 0;

	if (new != NULL) {
		take_over(t, new);
		f->refused = false;
		notice = SOURCE_FOLLOWED;
	} else if (refuse(f, t->path, st, why.s)) {
		notice = SOURCE_REFUSED;
	}
	strbuf_done(&why);
	return notice;
}

/* Is there a file at the path that can be tried? */
static bool
is_to_try(struct follow *f, const struct target *t)
{
	if (t->name_err != 0 || t->name == TARGET_HERE)
		f->refused = false;
	return t->name_err == 0 && t->name == TARGET_ELSEWHERE &&
	    (!f->refused || has_changed(&f->st, &t->name_st));
}

unsigned
follow_path(struct follow *f, struct target *t)
{
	unsigned notice = 0;

	if (!t->follow_name || t->facts.anon)
		return 0;
	target_update(t);
	if (!f->open.busy && is_to_try(f, t)) {
		f->asked = t->name_st;
		target_ask(t->storage, &f->open, t->path);
	}
	if (storage_try(t->storage, &f->open, clock_now_ns() + WAIT_NS))
		notice = take_path(f, t, &f->asked);
	t->facts.refused = f->refused ? f->why : NULL;
	return notice;
}

void
follow_done(struct follow *f, struct target *t)
{
	storage_forget(t->storage, &f->open);
}
