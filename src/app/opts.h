/* The command line. */
#ifndef PAGETIDE_OPTS_H
#define PAGETIDE_OPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/mapspec.h"
#include "pagetide/scene.h"
#include "pagetide/source.h"

/* Exit statuses: a contract with scripts (man page, EXIT STATUS). */
enum {
	EXIT_OK = 0,
	EXIT_FAIL = 1,
	EXIT_USAGE = 2,
	EXIT_TARGET = 3,	/* gone or changed */
	EXIT_UNKNOWN = 4,	/* residency not knowable */
	EXIT_CHECK = 5,		/* a check failed */
};

enum opts_mode {
	MODE_LIVE,		/* on a terminal */
	MODE_PLAIN,		/* one line a sample */
	MODE_JSON,		/* one object */
	MODE_NDJSON,		/* one object a line */
	MODE_HEADLESS,		/* no terminal, driven by a script */
};

/* What a headless session prints, as JSON. */
enum opts_print {
	PRINT_NONE,
	PRINT_LAST,		/* the sample at its end */
	PRINT_ALL,		/* each sample, one a line */
};

struct opts {
	enum opts_mode	mode;
	enum opts_print	print;
	const char	*path;		/* NULL: the demo file, or the fake */
	bool		headless;	/* --headless was given */
	bool		fake;
	uint64_t	seed;
	bool		read_only;
	uint64_t	count;		/* samples; 0: no end */
	uint64_t	interval_ns;
	uint64_t	window_ns;	/* of the working set */
	unsigned	cells;		/* --cells, 0: none */
	unsigned	fps;
	int		cols, rows;	/* --size */
	const char	*script;
	const char	*log;
	const char	*scheme;
	bool		no_colour;
	bool		ascii;
	bool		mouse;
	enum view_kind	view;
	enum source_method method;
	bool		follow_name;	/* to another file at the path */
	bool		own_file;	/* the path is that of the demo file */
	struct map_spec	map;		/* how the worker begins */
	bool		map_given;
	uint64_t	anon_bytes;	/* anonymous memory, no file; 0: none */
	uint64_t	memory_limit_bytes;	/* of the worker; 0: none */
};

/*
 * Reads the command line. Prints and exits by itself for --help, --version
 * and --list-keys (status 0) and for a wrong one (one line on stderr,
 * status 2).
 */
void	opts_parse(struct opts *, int argc, char **argv);

#endif
