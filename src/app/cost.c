#include "config.h"

#include "cost.h"

#include "pagetide/clock.h"
#include "pagetide/sample.h"

#include "app.h"

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
cost_tick(struct cost *c, uint64_t now_ns)
{
	uint64_t elapsed_ns;

	if (c->rate_ns == 0)
		c->rate_ns = now_ns;
	else
		c->rate_samples++;
	elapsed_ns = now_ns - c->rate_ns;
	if (elapsed_ns < (c->rate_hz == 0 ? NS_PER_S : RATE_WINDOW_NS))
		return;
	c->rate_hz = (unsigned)((c->rate_samples * NS_PER_S + elapsed_ns / 2) /
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
	if (elapsed_ns < COST_WINDOW_NS)
		return;
	/* A fixed clock has no meaning beside real CPU time. */
	if (!clock_is_fixed()) {
		c->cpu_pct = (unsigned)bound_of((cpu_ns - c->window_cpu_ns) *
		    100 / elapsed_ns + 1);
		c->scan_ns = bound_of(c->window_scan_ns);
	}
	c->window_ns = s->t_ns;
	c->window_cpu_ns = cpu_ns;
	c->window_scan_ns = 0;
}
