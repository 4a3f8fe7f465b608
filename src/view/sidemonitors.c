#include "config.h"

#include "sidemonitors.h"

#include <inttypes.h>
#include <stdio.h>

#include "pagetide/clock.h"
#include "pagetide/ring.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"

#define FIGURES		2
#define KIB		1024

/* How a monitor counts: from when it began, or a second; vmstat in KiB. */
enum unit { UNIT_TOTAL, UNIT_RATE, UNIT_KIB_RATE };

/*
 * What to type in another window, and what stands there in the same words.
 * pidstat reads fields 10 and 12 of /proc/PID/stat, sar -B pgfault and
 * pgmajfault of /proc/vmstat, as we do; perf counts the faults themselves.
 */
static const struct monitor {
	const char	*command, *after_pid;	/* NULL: it takes no PID */
	const char	*of, *of_process;	/* the same of another process;
						   NULL: the same */
	enum unit	 unit;
	struct { const char *name; enum counter counter; } figure[FIGURES];
} monitor_table[] = {
	{ "pidstat -r", " 1", "the worker", "the process", UNIT_RATE,
	    { { "minflt/s", COUNTER_MINOR }, { "majflt/s", COUNTER_MAJOR } } },
	{ "perf stat -e minor-faults,major-faults", "",
	    "the worker, since its start",
	    "the process, since it is watched", UNIT_TOTAL,
	    { { "minor-faults", COUNTER_MINOR },
	    { "major-faults", COUNTER_MAJOR } } },
	{ "sar -B 1", NULL, "the system", NULL, UNIT_RATE,
	    { { "fault/s", COUNTER_SYS_FAULTS },
	    { "majflt/s", COUNTER_SYS_MAJOR } } },
	{ "vmstat 1", NULL, "the system; the worker alone has",
	    "the system; the process alone has", UNIT_KIB_RATE,
	    { { "bi", COUNTER_READ_BYTES }, { NULL, 0 } } },
};

static void
total_text(char buf[UNITS_MAX], const struct sample *s, enum counter counter)
{
	uint64_t n;

	if (sample_since(s, &s->counters, counter, &n))
		snprintf(buf, UNITS_MAX, "%" PRIu64, n);
	else
		snprintf(buf, UNITS_MAX, "?");
}

static void
rate_text(char buf[UNITS_MAX], const struct scene *s, enum counter counter,
    uint64_t to_ns, double unit)
{
	uint64_t from_ns = to_ns > NS_PER_S ? to_ns - NS_PER_S : 0;
	double per_s;

	if (to_ns > 0 &&
	    ring_rate_over(s->ring, counter, from_ns, to_ns, &per_s))
		snprintf(buf, UNITS_MAX, "%.0f", per_s / unit);
	else
		snprintf(buf, UNITS_MAX, "?");
}

static void
draw_figures(struct panel *p, const struct scene *s, const struct monitor *m,
    uint64_t to_ns)
{
	char text[UNITS_MAX];
	struct line l;

	panel_start(p, &l, "");
	for (int i = 0; i < FIGURES && m->figure[i].name != NULL; i++) {
		enum counter counter = m->figure[i].counter;

		if (m->unit == UNIT_TOTAL)
			total_text(text, s->sample, counter);
		else
			rate_text(text, s, counter, to_ns,
			    m->unit == UNIT_KIB_RATE ? KIB : 1);
		line_add(&l, ROLE_DIM, "   %s ", m->figure[i].name);
		line_join(&l, ROLE_STRONG, "%s", text);
	}
}

/* The command, that of perf in two lines, and whose numbers these are. */
static void
draw_monitor(struct panel *p, const struct scene *s, const struct monitor *m,
    uint64_t to_ns)
{
	const struct worker_facts *w = &s->sample->worker;
	long pid = (long)(w->process != 0 ? w->process : w->pid);
	struct line l;

	panel_start(p, &l, "");
	line_add(&l, ROLE_TEXT, " %s", m->command);
	if (m->after_pid != NULL && m->unit == UNIT_TOTAL)
		panel_start(p, &l, "");
	if (m->after_pid != NULL)
		line_add(&l, ROLE_TEXT, "%s -p %ld%s",
		    m->unit == UNIT_TOTAL ? "  " : "", pid, m->after_pid);
	panel_start(p, &l, "");
	line_add(&l, ROLE_DIM, "   %s:", w->process != 0 &&
	    m->of_process != NULL ? m->of_process : m->of);
	draw_figures(p, s, m, to_ns);
}

/* A simulated worker is seen by nobody; without one the system remains. */
static bool
sees(const struct monitor *m, const struct worker_facts *w)
{
	if (w->process != 0)
		return true;
	if (w->alive)
		return w->pid > 0;
	return m->after_pid == NULL && m->unit == UNIT_RATE;
}

void
sidemonitors_draw(struct panel *p, const struct scene *s, uint64_t to_ns)
{
	const struct worker_facts *w = &s->sample->worker;
	struct line l;

	panel_section(p, &l, "MONITORS");
	line_add(&l, ROLE_DIM, "%s", w->alive && w->pid == 0 ?
	    "see no simulated worker" : "type it in another window");
	for (unsigned i = 0;
	    i < sizeof monitor_table / sizeof monitor_table[0]; i++)
		if (sees(&monitor_table[i], w))
			draw_monitor(p, s, &monitor_table[i], to_ns);
}
