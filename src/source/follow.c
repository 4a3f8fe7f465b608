#include "config.h"

#include "follow.h"

#include <stdio.h>
#include <string.h>

#include "pagetide/source.h"
#include "pagetide/strbuf.h"
#include "pagetide/target.h"
#include "pagetide/text.h"

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
	struct target old = *t;

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

/* Opens what the path leads to now, st. SOURCE_ bits. */
static unsigned
try_path(struct follow *f, struct target *t, const struct stat *st)
{
	struct strbuf why = STRBUF_INIT;
	struct target *new = target_open(t->path, &why);
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

unsigned
follow_path(struct follow *f, struct target *t)
{
	struct stat st;
	unsigned notice = 0;

	if (!t->follow_name || t->facts.anon)
		return 0;
	if (stat(t->path, &st) != 0 ||
	    (st.st_dev == t->facts.dev && st.st_ino == t->facts.ino))
		f->refused = false;
	else if (!f->refused || has_changed(&f->st, &st))
		notice = try_path(f, t, &st);
	t->facts.refused = f->refused ? f->why : NULL;
	return notice;
}
