/* The command line. */
#ifndef PAGETIDE_OPTS_H
#define PAGETIDE_OPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/act.h"
#include "pagetide/recorder.h"
#include "pagetide/ui.h"
#include "pagetide/watch.h"


/* The first word of the command line, of who takes lessons. */
#define LESSON_COMMAND	"lesson"
/* The same of who starts what is to be watched. */
#define RUN_COMMAND	"run"

enum opts_mode {
	MODE_LIVE,		/* on a terminal */
	MODE_PLAIN,		/* one line a sample */
	MODE_JSON,		/* one object */
	MODE_NDJSON,		/* one object a line */
	MODE_HEADLESS,		/* no terminal, driven by a script */
	MODE_RANGES,		/* all runs of cached bytes */
	MODE_PROCESS,		/* processes and their mappings */
};

/* What a headless session prints, as JSON; PRINT_LAST: ranges
 * and processes too. */
enum opts_print {
	PRINT_NONE,
	PRINT_LAST,		/* the sample at its end */
	PRINT_ALL,		/* each sample, one a line */
};

struct opts {
	uint64_t	given;		/* a bit for each: opts_given() */
	enum opts_mode	mode;
	enum opts_print	print;
	const char	*path;		/* NULL: the demo file, or the fake;
					   MODE_PROCESS: pid or name, or all */
	const char	*mapping;	/* of the process at path, to watch;
					   NULL: none */
	uint64_t	count;		/* samples; 0: no end */
	unsigned	cells;		/* --cells, 0: none */
	unsigned	fps;
	const char	*script;
	const char	*log;
	const char	*export;	/* file for a recording as something
					   else; NULL: none */
	bool		map_given;
	struct recorder_opts record;	/* path NULL: nothing is */
	const char	*wrong;		/* of these; NULL: nothing */
	bool		lessons;	/* of lessons: LESSON_COMMAND */
	char		**command;	/* to be run, with its arguments:
					   RUN_COMMAND; NULL: none */
	const char	*output;	/* file for what it writes, or NULL */
	/* What the parts of the program are to do. */
	struct watch_opts watch;
	struct act_opts	act;
	struct ui_opts	ui;
};

/*
 * Reads the command line. Prints and exits by itself for --help, --version,
 * --list-keys and --completion (status 0) and for a wrong one (one line on
 * stderr, status 2). What the options say together is for optcheck() to settle.
 */
void	opts_parse(struct opts *, int argc, char **argv);
/*
 * As if the option of that (long) name had been given with that value ("":
 * none), unless it was. One that is wrong, or not for the config file, ends
 * the program: one line that says where it stands, status 2.
 */
void	opts_set(struct opts *, const char *where, const char *name,
	    const char *value);
/* One line on stderr, exit status 2. */
void	opts_wrong(const char *fmt, ...)
	    __attribute__((format(printf, 1, 2), noreturn));
/* The same for a config file that can't be read: status 1. */
void	opts_config_wrong(const char *why) __attribute__((noreturn));
/* Was the option of that (long) name on the command line? */
bool	opts_given(const struct opts *, const char *name);
/* Is there a screen, drawn to a terminal or to memory? */
bool	opts_has_screen(const struct opts *);
/* Is a plain line about a file all that is asked for? */
bool	opts_is_one_line(const struct opts *);
/* Is recording all that there is to do? */
bool	opts_only_records(const struct opts *);

#endif
