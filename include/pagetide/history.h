/*
 * Snapshots of the past, kept as differences within a number of bytes. The
 * oldest make room for the newest.
 */
#ifndef PAGETIDE_HISTORY_H
#define PAGETIDE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/snapshot.h"

#define HISTORY_BYTES_DEFAULT	(UINT64_C(8) << 20)
/* Less hardly holds the newest of a large screen. */
#define HISTORY_BYTES_MIN	(UINT64_C(2) << 20)
#define HISTORY_BYTES_MAX	(UINT64_C(1) << 30)

struct history;

/* 0: nothing is ever kept. */
struct history *history_new(uint64_t budget_bytes);
void	history_free(struct history *);
/*
 * Keeps a copy of what it holds; src stays the caller's. Times of snapshots
 * do not go back. Takes as much memory as it differs from the one before. One
 * that does not fit by itself is not kept, nor is any before it.
 */
void	history_keep(struct history *, const struct snapshot *src);
/* Forgets all. */
void	history_clear(struct history *);

size_t	history_len(const struct history *);
/* All memory that it has taken: never more than the budget after a call. */
uint64_t history_bytes(const struct history *);
/* Time of the oldest; 0: there is none. */
uint64_t history_oldest_ns(const struct history *);
/* Have older ones made room? */
bool	history_has_dropped(const struct history *);
/*
 * out (initialised) becomes snapshot i, as it was kept; it owns itself. i = 0
 * is the oldest. false, and out as it was, where there is none.
 */
bool	history_at(const struct history *, size_t i, struct snapshot *out);
/* For snapshot [from, to) in turn, one after the other. */
typedef void history_use(void *arg, const struct snapshot *);
void	history_each(const struct history *, size_t from, size_t to,
	    history_use *, void *arg);
/* For those n of them in turn, whose numbers do not go down. */
void	history_some(const struct history *, const size_t *i, size_t n,
	    history_use *, void *arg);
/* *i: the last one that is not younger than t_ns; false if none is as old. */
bool	history_find(const struct history *, uint64_t t_ns, size_t *i);

#endif
