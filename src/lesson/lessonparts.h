/* A lesson in memory, for who reads, calculates and runs it. */
#ifndef PAGETIDE_LESSONPARTS_H
#define PAGETIDE_LESSONPARTS_H

#include "pagetide/field.h"
#include "pagetide/lesson.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"

#define LESSON_KEPT 8	/* numbers kept under a name */

enum lesson_word {
	WORD_STEP, WORD_DO, WORD_TRY, WORD_WAIT, WORD_NEEDS, WORD_KEEP,
	WORD_SAY, WORD_BIG, WORD_PREDICT, WORD_CHOICE, WORD_LOCK, WORD_REVEAL,
	WORD_REST, WORD_CHECK, WORD_ANON, WORD_COUNT
};

struct lesson_line {
	enum lesson_word word;
	unsigned	at;		/* line of the file; 0: of none */
	char		*text;		/* what stands behind the word */
	char		*more;		/* needs: the reason; big: its label;
					   choice: its condition, or NULL */
};

struct lesson {
	char		*name, *title;
	struct lesson_line *line;
	size_t		 n;
	unsigned	 steps;
	uint64_t	 anon_bytes;	/* 0: it is about a file */
};

/* A number that was kept. */
struct lesson_kept {
	char		name[16];	/* "": none */
	bool		known;
	int64_t		n;
	const char	*measure;	/* NULL: any */
};

/* What was asked. */
struct question {
	char		*text;		/* NULL: none is on the screen */
	unsigned	 n;
	char		*choice[LESSON_CHOICES];
	const struct lesson_line *line[LESSON_CHOICES];
	unsigned	 answered, right;
	bool		 locked;	/* it may be answered no more */
	struct strbuf	 measured;	/* what came of it */
};

/* A lesson that is being taken. */
struct lesson_run {
	struct lesson	*lesson;
	enum lesson_state state;
	size_t		 at;		/* the line that comes next */
	unsigned	 step;
	size_t		 asked_to;	/* answers to what stands before this
					   line have counted */
	size_t		 until;		/* nothing is asked or said before this
					   line */
	/* Did somebody else act while it rested? Is that undone now? */
	enum { UNDISTURBED, DISTURBED, UNDOES } others;
	uint64_t	 settle_seq;	/* the act before is in no sample up to
					   this one; 0: it is measured */
	uint64_t	 wait_ns;	/* since when a condition is waited
					   for; 0: none is */
	struct {
		uint64_t	ns;	/* a line may take so long; 0: no end */
		size_t		at;	/* the line that comes next since ... */
		uint64_t	begin_ns;	/* 0: not yet */
	} bound;
	uint64_t	 warm_pages;	/* stayed when all were to be dropped */
	bool		 lost;		/* there is nobody who could act */
	struct lesson_kept kept[LESSON_KEPT];
	struct {
		struct snapshot	taken;
		struct field_of	of;
		bool		due;
	} mark;				/* since() counts from it */
	struct strbuf	 caption[LESSON_CAPTION_LINES];
	unsigned	 captions;
	bool		 captions_old;	/* the next one clears them */
	bool		 passed;	/* the step has rested */
	struct question	 question;
	const struct lesson_line *big[LESSON_BIG];
	struct strbuf	 big_text[LESSON_BIG];
	unsigned	 bigs;
	struct {
		unsigned	asked, right;
	} score;
	struct strbuf	 why;
	char		*json;		/* of the answer given last */
};

/* On the way to a line that was taken before? One that is being taken lies
 * before the next one. */
static inline bool
lesson_hurries(const struct lesson_run *r)
{
	return r->at <= r->until && r->until > 0;
}
/* lessonrun.c: nothing is asked. */
void	lesson_forget(struct question *);
/* lessontold.c: the answer, as JSON. */
char	*lesson_json_of(const struct lesson_run *, const struct field_of *);

/* What the lesson in a file is called: "lazy" of "DIR/01-lazy.lesson". The
 * caller frees; NULL: no lesson is in it, or none that can be typed as one
 * word. */
char	*lesson_name_of(const char *path);
/* The text, with $NAME in place of what is kept. NULL with why. */
char	*lesson_expand(const char *text, const struct lesson_kept *kept,
	    struct strbuf *why);
/* Appends a text with what is in { } calculated; "?" is what is not known.
 * 0, or -EINVAL with why. */
int	lesson_text(struct strbuf *, const char *text,
	    const struct lesson_kept *, const struct field_of *,
	    struct strbuf *why);
/* The same of a command line, for which numbers are digits without a unit. */
int	lesson_command(struct strbuf *, const char *text,
	    const struct lesson_kept *, const struct field_of *,
	    struct strbuf *why);
/* Calculates; false: not known. -EINVAL with why only where it is none. */
int	lesson_number(const char *expr, const struct lesson_kept *,
	    const struct field_of *, struct lesson_kept *out,
	    struct strbuf *why);
/* "4096 pages", by what it is measured in; noun may be NULL. */
void	lesson_format(struct strbuf *, const struct lesson_kept *,
	    const char *noun);
/* Does it hold? -EINVAL with why where it is no condition; else 1, 0, or -1:
 * not known. */
int	lesson_test(const char *expr, const struct lesson_kept *,
	    const struct field_of *, struct strbuf *why);

#endif
