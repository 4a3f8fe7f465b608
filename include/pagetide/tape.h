/*
 * Recordings: lines of JSON that samples and events are written to, and made
 * of again. The first line says what it is; then come key samples, which stand
 * by themselves, and what differs from the sample before; events as they are,
 * again when more is known of them. What another version adds is skipped.
 */
#ifndef PAGETIDE_TAPE_H
#define PAGETIDE_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/clock.h"

struct event;
struct events;
struct snapshot;
struct strbuf;
struct walk_facts;

/* All of 1 can be read for ever; what follows it is refused. */
#define TAPE_SCHEMA	"pagetide-recording/1"
/* A key sample after so long: that far back one has to read to go anywhere. */
#define TAPE_KEY_NS	(10 * NS_PER_S)
/* No line is longer, with its newline. */
#define TAPE_LINE_MAX	((size_t)8 << 20)

struct tape_writer;

/* anonymous: without names of files, cgroups and machines. */
struct tape_writer *tape_writer_new(bool anonymous);
void	tape_writer_free(struct tape_writer *);
/* Appends the first line: samples are so far apart. */
void	tape_head(struct tape_writer *, struct strbuf *out,
	    uint64_t interval_ns);
/* Appends the sample, after the events that are new or say more now. Times of
 * cells are kept to a millisecond. walk may be NULL. */
void	tape_put(struct tape_writer *, struct strbuf *out,
	    const struct snapshot *, const struct walk_facts *walk,
	    const struct events *);
/* What was written may have got lost: the next one is a key sample. */
void	tape_lost(struct tape_writer *);

struct tape_reader;

enum tape_line {
	TAPE_NOTHING,		/* the first line, or what is skipped */
	TAPE_SAMPLE,
	TAPE_EVENT,
};

struct tape_reader *tape_reader_new(void);
void	tape_reader_free(struct tape_reader *);
/*
 * Takes a line, without its newline, from somebody who may not be trusted: an
 * enum tape_line, or -EINVAL with why, one line; then nothing more can be
 * taken.
 */
int	tape_take(struct tape_reader *, const char *line, size_t len,
	    struct strbuf *why);
/* After TAPE_SAMPLE, until the next one; its grids are the reader's. */
const struct snapshot *tape_snapshot(const struct tape_reader *);
const struct walk_facts *tape_walk(const struct tape_reader *);
/* After TAPE_EVENT, the same. */
const struct event *tape_event(const struct tape_reader *);
/* Between samples, as the first line says; 0: it does not. */
uint64_t tape_interval_ns(const struct tape_reader *);

#endif
