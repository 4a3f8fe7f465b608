/* What is on the screen of a lesson, as text. */
#ifndef PAGETIDE_LESSONLOOK_H
#define PAGETIDE_LESSONLOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LESSON_CAPTION_LINES	3
#define LESSON_CHOICES		4
#define LESSON_BIG		3	/* numbers that are large */

enum lesson_state {
	LESSON_RUNS,		/* acts, or waits for what they bring */
	LESSON_ASKS,		/* for an answer */
	LESSON_RESTS,		/* until it is to go on */
	LESSON_DONE,
	LESSON_SKIPPED,		/* it can't be taken here */
	LESSON_FAILED,		/* what it shows is not so */
};

struct lesson_look {
	const char	*title;		/* NULL: no lesson is on */
	unsigned	 at, of;	/* which of all it is, from 1 on; 0:
					   not known */
	enum lesson_state state;
	unsigned	 step, steps;	/* from 1 on; 0: before the first */
	unsigned	 captions;
	const char	*caption[LESSON_CAPTION_LINES];
	const char	*question;	/* NULL: none */
	unsigned	 choices;
	const char	*choice[LESSON_CHOICES];
	unsigned	 answered;	/* from 1 on; 0: not yet */
	unsigned	 right;		/* the same; 0: not known yet */
	unsigned	 asked_all, right_all;	/* of the whole lesson */
	unsigned	 bigs;
	struct {
		const char	*label, *text;
	} big[LESSON_BIG];
	const char	*waits;		/* what for; NULL: for nothing */
	const char	*why;		/* it can't go on; NULL: it can */
	bool		 disturbed;	/* somebody else acted since it rests */
	bool		 lost;		/* the worker died */
	uint64_t	 warm_pages;	/* in memory when all of it began: kept
					   by others; 0: none, or not known */
};

/* The lessons to choose from. */
struct lesson_list {
	size_t		 n;		/* 0: it is not open */
	char		**name, **title;
	size_t		 at;		/* the one chosen */
};

#endif
