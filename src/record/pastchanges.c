#include "config.h"

#include "pagetide/pastchanges.h"

#include "pagetide/changes.h"
#include "pagetide/history.h"
#include "pagetide/notice.h"
#include "pagetide/viewport.h"

/* What is fed to the changes of a moment. */
struct feed {
	const struct viewport *vp;
	struct changes	*changes;
	struct cells	 shown;
	uint64_t	 pages;		/* of the target, last */
};

/* The cells that the viewport has now, as they were then. */
static void
feed(void *arg, const struct snapshot *s)
{
	struct feed *f = arg;
	const struct viewport *vp = f->vp;

	if (s->sample.target.pages != f->pages ||
	    (s->notices & SOURCE_FOLLOWED) != 0) {
		changes_free(f->changes);
		f->changes = changes_new();
	}
	f->pages = s->sample.target.pages;
	if (s->acted.busy_ns != 0)
		changes_busy(f->changes, s->acted.busy_ns);
	cells_reshape(&f->shown, vp->first_page, viewport_shown_pages(vp),
	    vp->shift);
	sample_project(&s->sample, &f->shown);
	changes_feed(f->changes, &f->shown, true, s->sample.t_ns);
}

struct changes *
pastchanges(const struct history *h, const struct viewport *vp, uint64_t t_ns,
    uint64_t fade_ns)
{
	struct feed f = { .vp = vp };
	size_t from = 0, to;

	if (!history_find(h, t_ns, &to))
		return NULL;
	f.changes = changes_new();
	cells_init(&f.shown);
	/* From before all that may be seen to fade. */
	if (t_ns > fade_ns)
		history_find(h, t_ns - fade_ns, &from);
	history_each(h, from, to + 1, feed, &f);
	cells_done(&f.shown);
	return f.changes;
}
