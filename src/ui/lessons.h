/* Lessons on the screen. */
#ifndef PAGETIDE_UI_LESSONS_H
#define PAGETIDE_UI_LESSONS_H

#include "pagetide/append.h"
#include "pagetide/lesson.h"
#include "pagetide/mapspec.h"
#include "pagetide/ui.h"
#include "pagetide/viewport.h"

struct command;

struct lessons {
	struct lesson_run *run;		/* NULL: none is on */
	char		*want;		/* begins as soon as it can */
	unsigned	 at, of;	/* it is which of how many, from 1 on */
	unsigned	 marked;	/* the step that is a mark of time */
	bool		 acts;		/* what runs is a line of it */
	uint64_t	 cached_pages;	/* so many since ... */
	uint64_t	 cached_ns;	/* ... that sample */
	struct lesson_list list;
	struct append	 answers;	/* file for them */
	/* As it was before. */
	enum view_kind	 view;
	enum side_panel	 side;
	enum graphs	 graphs;
	uint64_t	 pace_per_s, window_ns;
	struct map_spec	 map;
	uint64_t	 limit_bytes;	/* LIMIT_OFF: none */
	/* Where its last line left the cursor and the range. */
	struct viewport	 place;
};

/* lessons.c */
/* Takes it on with the newest sample; to be called after each. */
void	lessons_go_on(struct ui *);
/* cmdlesson.c */
/* Ends the lesson, or closes the list; false: neither is there. */
bool	lessons_leave(struct ui *);
/* mode.c */
/* What is shown of the one that is taken. */
void	lessons_look(const struct lessons *, struct lesson_look *);
/* Does somebody see this for the first time? */
bool	lessons_are_new(const struct ui *);
/* Offers them in a line to who is new, where what to press first has one of
 * its own; else they are offered in that one. */
void	lessons_offer(struct ui *);
/* Is the range that is selected the lesson's own? */
bool	lessons_selects(const struct ui *);
/* Why that command may not be run now: by hand, as it acts while the lesson
 * does, or would show what is to be predicted; by the lesson, as it is none for
 * that. NULL: it may. */
const char *lessons_forbid(const struct ui *, const struct command *);
/* That command has run. */
void	lessons_note(struct ui *, const struct command *);

#endif
