#include "config.h"

#include "found.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pagetide/maps.h"
#include "pagetide/strbuf.h"
#include "pagetide/subject.h"
#include "pagetide/target.h"
#include "pagetide/xalloc.h"

#include "app.h"
#include "stall.h"

void
found_done(struct found *f)
{
	if (f->pid != 0)
		foreign_close(&f->foreign);
	maps_free(&f->all);
	*f = (struct found){ 0 };
}

enum view_kind
found_view(const struct found *f)
{
	return vma_is_anonymous(f->mapping.piece) ? VIEW_MAPPED : VIEW_BOTH;
}

/* Where a symbolic link of /proc leads. */
static const char *
link_of(char *buf, size_t size, const char *who, const char *what)
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%s/%s", who, what);
	n = readlink(path, buf, size - 1);
	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

/* Do paths lead there where they lead us? */
static bool
has_our_root(pid_t pid)
{
	char who[16], root[8], mnt[64], ours[64];

	snprintf(who, sizeof who, "%d", (int)pid);
	return strcmp(link_of(root, sizeof root, who, "root"), "/") == 0 &&
	    link_of(mnt, sizeof mnt, who, "ns/mnt")[0] != '\0' &&
	    strcmp(mnt, link_of(ours, sizeof ours, "self", "ns/mnt")) == 0;
}

/* A name as maps has it, as it is. */
static void
add_name(struct strbuf *path, const char *name)
{
	for (; *name != '\0'; name++) {
		if (strncmp(name, "\\012", 4) == 0) {
			strbuf_addc(path, '\n');
			name += 3;
		} else {
			strbuf_addc(path, *name);
		}
	}
}

/* Is it the file that is mapped there? By what the kernel's maps say of a
 * mapping of our own, which is not always what stat says. */
static bool
is_file_of(const struct target *t, const struct vma *v)
{
	size_t bytes = t->facts.page_bytes;
	void *page = mmap(NULL, bytes, PROT_NONE, MAP_SHARED | MAP_NORESERVE,
	    t->fd, 0);
	struct vma own;
	bool same;

	if (page == MAP_FAILED)
		return false;
	same = foreign_own((uintptr_t)page, &own) == 0 &&
	    own.dev_major == v->dev_major && own.dev_minor == v->dev_minor &&
	    own.ino == v->ino;
	munmap(page, bytes);
	return same;
}

/* The file at the path, if it is the one; NULL: it is not, or with ECANCELED
 * the user does not want to wait. */
static struct target *
open_path(struct app *app, const char *path)
{
	const struct vma *v = app->found->mapping.piece;
	struct strbuf unsaid = STRBUF_INIT;
	struct storage_job job;
	struct target *t;

	target_ask(app->watch.storage, &job, path);
	if (!stall_wait(app, &job)) {
		storage_forget(app->watch.storage, &job);
		app->ui.quit = true;
		errno = ECANCELED;
		return NULL;
	}
	t = target_take(app->watch.storage, &job, &unsaid);
	strbuf_done(&unsaid);
	errno = ENOENT;
	if (t == NULL || is_file_of(t, v))
		return t;
	target_close(t);
	return NULL;
}

/* By its name. */
static struct target *
open_named(struct app *app)
{
	const struct vma *v = app->found->mapping.piece;
	bool ours = has_our_root(app->found->pid);
	struct strbuf path = STRBUF_INIT;
	struct target *t = NULL;

	if (!ours)
		strbuf_addf(&path, "/proc/%d/root", (int)app->found->pid);
	add_name(&path, v->name);
	errno = ENOENT;
	if (v->name[0] == '/')
		t = open_path(app, path.s);
	if (t != NULL)
		target_call(t, v->name, !ours);
	strbuf_done(&path);
	return t;
}

/* By the mapping, which takes rights; a name may lead nowhere any more. */
static struct target *
open_mapped(struct app *app)
{
	const struct vma *v = app->found->mapping.piece;
	struct target *t;
	char path[96];

	snprintf(path, sizeof path, "/proc/%d/map_files/%" PRIx64 "-%" PRIx64,
	    (int)app->found->pid, v->start, v->end);
	t = open_path(app, path);
	if (t != NULL)
		target_call(t, v->name, true);
	return t;
}

/* By the page tables alone. */
static struct target *
open_bare(const struct found *f, struct strbuf *why)
{
	const struct vma *v = f->mapping.piece;
	struct target *t = target_anon(f->mapping.piece[f->mapping.n - 1].end -
	    v->start, why);

	if (t == NULL)
		return NULL;
	target_call(t, v->name[0] != '\0' ? v->name : "anon", false);
	if (vma_is_anonymous(v))
		return t;
	t->facts.filesystem = "a file out of reach";
	t->facts.refused = "what is cached is not known: the file can't be "
	    "opened, or is not surely the one; root may, and who has "
	    "CAP_CHECKPOINT_RESTORE";
	return t;
}

struct target *
found_target(struct app *app, struct strbuf *why)
{
	struct found *f = app->found;
	struct target *t = NULL;
	int err;

	if (f->mapping.n == 0)
		return target_anon(0, why);
	if (!vma_is_anonymous(f->mapping.piece)) {
		t = open_named(app);
		if (t == NULL && errno != ECANCELED)
			t = open_mapped(app);
		if (t == NULL && errno == ECANCELED)
			return NULL;
	}
	err = foreign_open(&f->foreign, &f->mapping, t != NULL, why);
	if (err == 0)
		return t != NULL ? t : open_bare(f, why);
	if (t != NULL)
		target_close(t);
	errno = err == -ESRCH || err == -ENOENT ? ENOENT : -err;
	return NULL;
}

void
found_watch(struct app *app)
{
	const struct subject subject = { .pid = app->found->pid,
		.foreign = &app->found->foreign };
	const struct source *source = &app->watch.source;

	if (subject.pid != 0)
		source->ops->set_subject(source->self, &subject);
}
