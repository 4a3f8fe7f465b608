/* Which mapping is to be made, and what of a range lies in it. */
#include "config.h"

#include <errno.h>

#include "pagetide/act.h"
#include "pagetide/limit.h"
#include "pagetide/mapspec.h"
#include "pagetide/order.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"

#include "remap.h"

bool
act_owns_file(const struct act *act)
{
	const struct target_facts *t = &act->watch->live.target;

	return act->opts.own_file && !act->watch->opts.follow_name &&
	    t->dev == act->opts.own_dev && t->ino == act->opts.own_ino &&
	    t->names == 1;
}

int
remap_order(const struct act *act, const struct map_spec *spec,
    struct order *order, struct strbuf *why)
{
	const struct map_limits limits = {
		.anon = act->opts.anon_bytes > 0,
		.own_file = act_owns_file(act),
		.pages = act->watch->live.target.pages,
		.page_bytes = act->watch->live.target.page_bytes,
	};

	int rc;

	*order = (struct order){ .op = ORDER_MAP,
	    .stamps_max_bytes = limit_stamps_bytes(act) };
	rc = mapspec_resolve(spec, &limits, &order->map_flags,
	    &order->first_page, &order->n_pages, why);
	if (rc == 0 && act->actor.ops->no_offset != NULL &&
	    order->first_page != 0) {
		strbuf_adds(why, act->actor.ops->no_offset);
		rc = -EINVAL;
	}
	return rc;
}

int
act_map_check(const struct act *act, const struct map_spec *spec,
    struct strbuf *why)
{
	struct order order;

	return act->watch->live.target.pages == 0 ? 0 :
	    remap_order(act, spec, &order, why);
}

bool
remap_is_due(const struct act *act)
{
	struct strbuf why = STRBUF_INIT;
	struct order order;
	int rc;

	if (act->watch->live.target.pages <= act->mapping.asked_pages)
		return false;
	rc = remap_order(act, &act->mapping.plan, &order, &why);
	strbuf_done(&why);
	return rc == 0 && order.n_pages > act->mapping.asked.n_pages;
}

int
remap_clip(const struct act *act, uint64_t *first_page, uint64_t *n_pages,
    struct strbuf *why)
{
	const struct order *map = &act->mapping.asked;
	uint64_t from = map->first_page, to = from + map->n_pages;
	uint64_t end = *first_page + *n_pages;
	uint32_t page_bytes = act->watch->live.target.page_bytes;
	char a[UNITS_MAX], b[UNITS_MAX];

	if (act->mapping.seq == 0 && act->watch->live.worker.alive &&
	    act->watch->live.worker.map_pages == 0) {
		strbuf_adds(why, "the worker has nothing mapped: map a part "
		    "of the file (:map from=0 length=1G)");
		return -EINVAL;
	}
	/* There may be one that was never asked for. */
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
