#include "config.h"

#include "remap.h"

#include <errno.h>
#include <sys/stat.h>

#include "pagetide/mapspec.h"
#include "pagetide/order.h"
#include "pagetide/units.h"

#include "app.h"
#include "limit.h"

/* Did we make the file, and has it no name but the one we gave it? Then it
 * may be written through a shared mapping. */
static bool
is_own_file(const struct app *app)
{
	struct stat st;

	return app->opts->own_file && !app->opts->follow_name &&
	    fstat(app->source.ops->file(app->source.self), &st) == 0 &&
	    S_ISREG(st.st_mode) && st.st_nlink == 1;
}

int
remap_order(const struct app *app, const struct map_spec *spec,
    struct order *order, struct strbuf *why)
{
	const struct map_limits limits = {
		.anon = app->opts->anon_bytes > 0,
		.own_file = is_own_file(app),
		.pages = app->live.target.pages,
		.page_bytes = app->live.target.page_bytes,
	};

	int rc;

	*order = (struct order){ .op = ORDER_MAP,
	    .stamps_max_bytes = limit_stamps_bytes(app) };
	rc = mapspec_resolve(spec, &limits, &order->map_flags,
	    &order->first_page, &order->n_pages, why);
	if (rc == 0 && app->fake != NULL && order->first_page != 0) {
		strbuf_adds(why, "the simulated file (--fake) can be mapped "
		    "from its start on only");
		rc = -EINVAL;
	}
	return rc;
}

bool
remap_is_due(const struct app *app)
{
	struct strbuf why = STRBUF_INIT;
	struct order order;
	int rc;

	if (app->live.target.pages <= app->mapped_pages_asked)
		return false;
	rc = remap_order(app, &app->map_spec, &order, &why);
	strbuf_done(&why);
	return rc == 0 && order.n_pages > app->map_asked.n_pages;
}

int
remap_clip(const struct app *app, uint64_t *first_page, uint64_t *n_pages,
    struct strbuf *why)
{
	const struct order *map = &app->map_asked;
	uint64_t from = map->first_page, to = from + map->n_pages;
	uint64_t end = *first_page + *n_pages;
	uint32_t page_bytes = app->live.target.page_bytes;
	char a[UNITS_MAX], b[UNITS_MAX];

	/* The fake has a mapping before it was asked for one. */
	if (map->n_pages == 0)
		return 0;
	if (*first_page >= to || end <= from) {
		strbuf_addf(why, "only %s..%s is mapped",
		    units_offset(a, from * page_bytes),
		    units_offset(b, to * page_bytes));
		return -EINVAL;
	}
	if (*first_page < from)
		*first_page = from;
	if (end > to)
		end = to;
	*n_pages = end - *first_page;
	return 0;
}
