#include "config.h"

#include "pagetide/replayed.h"

#include "pagetide/source.h"

static int
no_step(void *self, uint64_t deadline_ns)
{
	(void)self;
	(void)deadline_ns;
	return 0;
}

static void
nothing(void *self)
{
	(void)self;
}

static int
no_read(void *self, struct sample *out, unsigned *notices)
{
	(void)self;
	(void)out;
	if (notices != NULL)
		*notices = 0;
	return 0;
}

static void
no_look(void *self, uint64_t first_page, uint64_t pages, unsigned shift)
{
	(void)self;
	(void)first_page;
	(void)pages;
	(void)shift;
}

static void
no_want(void *self, unsigned layers)
{
	(void)self;
	(void)layers;
}

static void
no_subject(void *self, const struct subject *subject)
{
	(void)self;
	(void)subject;
}

static int
no_file(void *self)
{
	(void)self;
	return -1;
}

static void
no_window(void *self, uint64_t window_ns)
{
	(void)self;
	(void)window_ns;
}

static const struct source_ops replayed_ops = {
	.name = "recording",
	.step = no_step,
	.begin = nothing,
	.read = no_read,
	.look = no_look,
	.want = no_want,
	.set_subject = no_subject,
	.file = no_file,
	.window = no_window,
	.touch_flags = nothing,
	.close = nothing,
};

void
replayed_open(struct source *out)
{
	*out = (struct source){ &replayed_ops, NULL };
}
