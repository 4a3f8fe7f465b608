#include "config.h"

#include "cost.h"

#include "pagetide/clock.h"
#include "pagetide/sample.h"
#include "pagetide/watch.h"

/* The first is short, so that something can be said soon. */
#define COST_FIRST_NS	NS_PER_S
#define COST_WINDOW_NS	(10 * NS_PER_S)
#define RATE_WINDOW_NS	(5 * NS_PER_S)

/* The least of the bounds 1, 2, 5, 10, 20 ... that holds v. */
static uint64_t
bound_of(uint64_t v)
{
	static const unsigned step[] = { 1, 2, 5 };
	uint64_t decade = 1;
	unsigned i = 0;

	while (decade * step[i] < v) {
		if (++i == 3) {
			i = 0;
			decade *= 10;
		}
	}
	return decade * step[i];
}

void
watch_tick(struct watch *w)
{
	struct cost *c = &w->cost;
	uint64_t now_ns = w->live.t_ns, elapsed_ns;

	if (c->rate_ns == 0)
		c->rate_ns = now_ns;
	else
		c->rate_samples++;
	elapsed_ns = now_ns - c->rate_ns;
	if (elapsed_ns < (c->shown.rate_hz == 0 ? NS_PER_S : RATE_WINDOW_NS))
		return;
	c->shown.rate_hz = (unsigned)((c->rate_samples * NS_PER_S + elapsed_ns / 2) /
	    elapsed_ns);
	c->rate_ns = now_ns;
	c->rate_samples = 0;
}

void
cost_feed(struct cost *c, const struct sample *s)
{
	uint64_t cpu_ns = clock_cpu_ns(), elapsed_ns;

	if (c->window_ns == 0) {
		c->window_ns = s->t_ns;
		c->window_cpu_ns = cpu_ns;
	}
	if (s->scan.duration_ns > c->window_scan_ns)
		c->window_scan_ns = s->scan.duration_ns;
	elapsed_ns = s->t_ns - c->window_ns;
	if (elapsed_ns < (c->shown.cpu_pct == 0 ? COST_FIRST_NS :
	    COST_WINDOW_NS))
		return;
	/* A fixed clock has no meaning beside real CPU time. */
	if (!clock_is_fixed()) {
		c->shown.cpu_pct = (unsigned)bound_of((cpu_ns - c->window_cpu_ns) *
		    100 / elapsed_ns + 1);
		c->shown.scan_ns = bound_of(c->window_scan_ns);
	}
	c->window_ns = s->t_ns;
	c->window_cpu_ns = cpu_ns;
	c->window_scan_ns = 0;
}
