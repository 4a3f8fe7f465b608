#include "config.h"

#include "refused.h"

#include <errno.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/order.h"
#include "pagetide/reasons.h"
#include "pagetide/refusal.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"


/* May it be that there are too many mappings? */
static bool
is_about_maps(int32_t err)
{
	return err == ENOMEM || err == EAGAIN;
}

void
refused_facts(const struct act *act, const struct order *order,
    const struct report *report, struct refusal_facts *f)
{
	pid_t worker = actor_pid(&act->actor);
	const struct sample *s = &act->watch->live;
	unsigned differ;

	*f = (struct refusal_facts){
		.known = REFUSAL_END,
		.asked_bytes = order->n_pages * s->target.page_bytes,
		.map_flags = order->op == ORDER_MAP ? order->map_flags :
		    s->worker.map_flags,
		.beyond = order->first_page + order->n_pages > s->target.pages,
	};
	f->hugetlb = s->target.filesystem != NULL &&
	    strcmp(s->target.filesystem, "hugetlbfs") == 0;
	if (sample_vmflags(s, order->first_page, order->n_pages, &f->vmflags,
	    &differ) && differ == 0)
		f->known |= REFUSAL_VMFLAGS;
	if (worker != 0)
		reasons_read(worker, is_about_maps(report->err[0]), f);
}

void
refused_map(const struct act *act, const struct report *report,
    struct strbuf *out)
{
	struct refusal_facts facts;
	struct refusal why;
	int err = report->err[0];

	refused_facts(act, &act->mapping.asked, report, &facts);
	refusal_find(&why, REFUSAL_MAP, 0, err, &facts);
	strbuf_addf(out, "%s: %s%s%s", strerrorname_np(err), why.detail,
	    why.detail[0] != '\0' ? ": " : "", why.why);
}
