#include "config.h"

#include "rangescmd.h"

#include <errno.h>
#include <string.h>

#include "pagetide/exits.h"
#include "pagetide/output.h"
#include "pagetide/rangelist.h"
#include "pagetide/source.h"
#include "pagetide/strbuf.h"

#include "app.h"
#include "batch.h"

/* What is printed at once. */
#define PIECE_BYTES	(64u << 10)

struct printer {
	struct rangelist list;
	struct strbuf	 out;
	struct strbuf	*why;
	bool		 failed;	/* nobody takes it; why says so */
};

/* 0 or -errno with why. */
static int
flush(struct printer *p)
{
	int rc = output_text(p->out.s, p->why);

	strbuf_reset(&p->out);
	p->failed = rc != 0;
	return rc;
}

static int
put(void *arg, uint64_t offset_bytes, uint64_t length_bytes)
{
	struct printer *p = arg;

	rangelist_run(&p->list, &p->out, offset_bytes, length_bytes);
	return p->out.len < PIECE_BYTES ? 0 : flush(p);
}

/* Why not all of it could be told; NULL: it was. */
static const char *
remark_on(const struct app *app, int rc)
{
	if (rc == 0)
		return NULL;
	if (rc == -EOPNOTSUPP)
		return app->watch.live.scan.why != NULL ?
		    app->watch.live.scan.why : "residency is not known";
	return "what is cached could not be read to the end";
}

int
rangescmd_run(struct app *app, struct strbuf *why)
{
	const struct source_ops *ops = app->watch.source.ops;
	struct printer p = { .list.json = app->opts->print == PRINT_LAST,
		.out = STRBUF_INIT, .why = why };
	const char *by = app->watch.live.scan.cached_by, *remark;
	int rc;

	if (by != NULL && app->opts->watch.method != METHOD_CACHESTAT)
		by = "mincore";
	rangelist_begin(&p.list, &p.out, &app->watch.live.target,
	    app->watch.live.wall_ns, by);
	rc = ops->ranges(app->watch.source.self, &by, put, &p);
	remark = remark_on(app, rc);
	if (!p.failed) {
		rangelist_end(&p.list, &p.out, by, remark);
		flush(&p);
	}
	strbuf_done(&p.out);
	if (p.failed)
		return EXIT_FAIL;
	/* Once more: what befell the file meanwhile? */
	act_take(&app->act);
	if (rc != 0) {
		strbuf_adds(why, remark);
		return EXIT_UNKNOWN;
	}
	return batch_verdict(app, why);
}
