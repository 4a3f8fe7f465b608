/*
 * What is measured of one target: a grid of cells over all of it, a finer one
 * over what is zoomed, and who fills their layers from the kernel, one after
 * the other in slices of time.
 */
#ifndef PAGETIDE_PROBES_H
#define PAGETIDE_PROBES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cells;
struct sample;
struct strbuf;
struct subject;
struct target;

/*
 * How cached pages may be counted. By mincore "cached" are the pages whose
 * read is over; by cachestat those too whose read is under way. AUTO takes
 * cachestat where it works (it is quicker and reports dirty, writeback and
 * evicted pages), else mincore.
 */
enum source_method { METHOD_AUTO, METHOD_MINCORE, METHOD_CACHESTAT };

/* Takes a run of bytes; not 0: it can't go on. */
typedef int source_put(void *arg, uint64_t offset_bytes, uint64_t length_bytes);

struct probes;

/*
 * Of an open target, which stays the caller's and has to live as long. The
 * overview gets at most max_cells cells. NULL with a line in why where the
 * method can't be had.
 */
struct probes *probes_open(struct target *, enum source_method,
	    size_t max_cells, struct strbuf *why);
void	probes_close(struct probes *);

/* The target is another file, of which nothing is known. */
void	probes_restart(struct probes *);
/* Whose page tables and touches are measured; NULL: nobody's. */
void	probes_set_subject(struct probes *, const struct subject *);
/* As look(), want(), window() and hurry() of source.h. A change of what is
 * wanted counts from the next begin on. */
void	probes_look(struct probes *, uint64_t first_page, uint64_t pages,
	    unsigned shift);
void	probes_want(struct probes *, unsigned layers);
void	probes_window(struct probes *, uint64_t window_ns);
void	probes_hurry(struct probes *);
/* Before the first pass: holes are not asked for, and stay unknown. */
void	probes_pages_only(struct probes *);
/* Much is going on: the next pass need not rest for long. */
void	probes_stir(struct probes *);
/* The VmFlags may have changed: probes_refresh() reads them. */
void	probes_touch_flags(struct probes *);

/* Begins what is due; harmless while a pass is under way. */
void	probes_begin(struct probes *);
/* Goes on; true when nothing is left to do, false when deadline_ns has come. */
bool	probes_step(struct probes *, uint64_t deadline_ns);

/* Takes in what the target and the subject's mapping are now: sizes, VmFlags.
 * notices: as target_refresh(), whose result it returns. */
int	probes_refresh(struct probes *, unsigned *notices);
/* Fills in grids, totals, who measured which layer, and the facts of target
 * and mapping; out->t_ns is set. */
void	probes_read(struct probes *, struct sample *out);

/* As pages() and ranges() of source.h. */
bool	probes_pages(struct probes *, uint64_t first_page, uint64_t n_pages,
	    uint64_t within_ns, struct cells *out);
int	probes_ranges(struct probes *, const char **by, source_put *, void *arg);

#endif
