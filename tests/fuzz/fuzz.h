/* What is tried: scripts, command lines and random keys, most of them
 * right, made from the program's own tables. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/strbuf.h"

struct rng {
	uint64_t	state;
};

uint64_t	 rng_next(struct rng *);
/* 0 to n-1. */
unsigned	 rng_below(struct rng *, unsigned n);
bool		 rng_chance(struct rng *, unsigned percent);

/*
 * fuzzword.c: a value for what a usage line calls by that name ("SIZE",
 * "in|out|fit"), now and then a wrong one. help holds words that fit, for a
 * name that says nothing by itself; may be "". Paths lead nowhere but into
 * the current folder.
 */
void	fuzz_value(struct rng *, const char *name, const char *help,
	    struct strbuf *out);
/* Changes some bytes; none becomes NUL, newline, '/' or '.'. */
void	fuzz_spoil(struct rng *, struct strbuf *);

/* fuzzscript.c: one line for a script, or for ':'. */
void	fuzz_line(struct rng *, struct strbuf *out);

/* fuzzargs.c: reads what --help says. */
void	fuzz_args_learn(const char *help);
#define FUZZ_ARGS_MAX 12
/* Appends arguments to argv (room for FUZZ_ARGS_MAX and NULL); the strings
 * are the caller's. file may be NULL. */
void	fuzz_args(struct rng *, const char *file, char **argv);

/* fuzztape.c: a folder of recordings, .pt and .zst, to begin with. */
void	fuzz_tape_learn(const char *folder);
/* One of them, with a few changes. */
void	fuzz_tape(struct rng *, struct strbuf *out);
/* Reads it, in a process of its own, which is ended by what is wrong. */
void	fuzz_tape_read(const struct strbuf *);

/* fuzzkeys.c: bytes as if typed. */
void	fuzz_keys(struct rng *, struct strbuf *out);

#endif
