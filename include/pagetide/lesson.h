/*
 * Lessons: files of lines, each something that is done, said, asked or
 * measured, in steps. Read and run here; the acts are the host's, and numbers
 * are of its samples. An answer stands in no file: it is calculated from what
 * was measured after it was asked for.
 */
#ifndef PAGETIDE_LESSON_H
#define PAGETIDE_LESSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/lessonlook.h"

struct field_of;
struct snapshot;
struct strbuf;

#define LESSON_SUFFIX		".lesson"
#define LESSON_NAME_MAX		31	/* bytes */
/* What is said at once is that long at most, on 80 columns. */
#define LESSON_CAPTION_LINES	3
#define LESSON_CAPTION_COLS	74

struct lesson;

/* Reads a file. NULL with one line in why, "FILE:3: ...". */
struct lesson *lesson_read(const char *path, struct strbuf *why);
void	lesson_free(struct lesson *);
/* What the file is called, without its suffix and the number before. */
const char *lesson_name(const struct lesson *);
/* One line. */
const char *lesson_title(const struct lesson *);
unsigned lesson_steps(const struct lesson *);
/* Of the memory without a file that it is about; 0: it is about a file. */
uint64_t lesson_anon_bytes(const struct lesson *);

/* lessonfind.c */
/* Names of all lessons that are installed, or the user's own, in the order in
 * which they are taken, each once: n of them, to be freed with
 * lesson_names_free(). */
char	**lesson_names(size_t *n);
void	lesson_names_free(char **names, size_t n);
/* Reads that one. NULL with why, which names all if there is none. */
struct lesson *lesson_open(const char *name, struct strbuf *why);

/* What there is now, for what is calculated. */
struct lesson_moment {
	const struct field_of *of;	/* of the newest sample */
	const struct snapshot *newest;	/* the same */
	bool		ready;		/* the last act is answered, and all
					   that is known was measured since */
};

/* One that is being taken. */
struct lesson_run;

/* Runs a command line; 0, or -errno with one line in why. */
typedef int lesson_act(void *arg, const char *line, struct strbuf *why);

/* Takes the lesson over. */
struct lesson_run *lesson_begin(struct lesson *);
void	lesson_end(struct lesson_run *);
/* A line that takes longer than that, by the time of samples, is a failure; 0,
 * as at first: it may take any time. */
void	lesson_bound(struct lesson_run *, uint64_t ns);
/* Is there no worker who could act? It stands still then; with the next one all
 * that led there is made anew. */
void	lesson_lost(struct lesson_run *, bool lost);
/* As far as it goes with these numbers. */
void	lesson_go_on(struct lesson_run *, const struct lesson_moment *,
	    lesson_act *, void *arg);
enum lesson_state lesson_state(const struct lesson_run *);
/* One line: why it can't be taken, or what does not hold. */
const char *lesson_why(const struct lesson_run *);
/* Is an answer to come, so that nothing may be tried out? */
bool	lesson_is_secret(const struct lesson_run *);
/* An act that is none of its own was made: all that led to where it rests is
 * made anew before it goes on. */
void	lesson_disturb(struct lesson_run *);
/* On to what comes next, where it rests. False: it does not. */
bool	lesson_next(struct lesson_run *);
/* Makes the state of the step before anew, and stops there; after a failure,
 * too. False: there is none. */
bool	lesson_back(struct lesson_run *);
/* The answer, from 1 on; 0: none is given. False: there is no such choice, or
 * nothing is asked. */
bool	lesson_answer(struct lesson_run *, unsigned choice);

/* What is on the screen of it; strings are the run's, until it goes on. */
void	lesson_look(const struct lesson_run *, struct lesson_look *);

/* The answer given last, as one object of JSON on a line, which the caller
 * frees; each once: NULL, there is no new one. */
char	*lesson_answer_json(struct lesson_run *);

#endif
