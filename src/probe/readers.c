/* Who is asked in each stage of the scan. */
#include "config.h"

#include "pagetide/target.h"

#include "probe.h"

void
probe_forget_inflight(struct probes *p)
{
	int i;

	for (i = 0; i < AREAS; i++)
		cells_forget(&p->area[i].scan.grid, LAYER_BIT(LAYER_INFLIGHT));
	inflight_reset(&p->inflight);
}

#define TMPFS_MAGIC	0x01021994

void
readers_set(struct probes *p, enum scan_stage stage,
    const struct scan_reader *reader, void *self)
{
	int i;

	if (reader == NULL &&
	    p->area[AREA_OVERVIEW].scan.by.reader[stage] == NULL)
		return;
	for (i = 0; i < AREAS; i++)
		scan_set_reader(&p->area[i].scan, stage, reader, self);
}

/* Why pages in flight can't be known, or NULL; refused: why cachestat does
 * not count. Both interfaces have to tell the truth. */
static const char *
refuse_inflight(const struct probes *p, const char *refused)
{
	if (!p->residency_known)
		return target_remark(p->target);
	if (p->method == METHOD_MINCORE)
		return "in flight needs cachestat too, not --source mincore";
	if (p->target->fstype == TMPFS_MAGIC)
		return "nothing is read into tmpfs: nothing is in flight";
	return refused;
}

void
readers_choose(struct probes *p)
{
	const struct target *t = p->target;
	const char *refused = NULL;

	p->residency_known = t->residency_known;
	if (p->method != METHOD_MINCORE)
		refused = cachestat_probe(t->fd, t->fstype, p->cachestat_why);
	p->inflight_why = refuse_inflight(p, refused);
	probe_forget_inflight(p);
	p->cached_why = refused;
	if (refused == NULL || !t->residency_known)
		p->cached_why = target_remark(t);
	if (!t->residency_known)
		readers_set(p, SCAN_CACHE, NULL, NULL);
	else if (p->method != METHOD_MINCORE && refused == NULL)
		readers_set(p, SCAN_CACHE, &cachestat_reader, &p->cachestat);
	else if (p->method != METHOD_CACHESTAT)
		readers_set(p, SCAN_CACHE, &mincore_reader, &p->mincore);
	else
		readers_set(p, SCAN_CACHE, NULL, NULL);
}

void
readers_check(struct probes *p)
{
	char why[CACHESTAT_WHY_MAX];

	if (p->cachestat.err == 0)
		return;
	p->cachestat.err = 0;
	if (cachestat_probe(p->target->fd, p->target->fstype, why) != NULL)
		readers_choose(p);
}
