/* Exit statuses: a contract with scripts (man page, EXIT STATUS). */
#ifndef PAGETIDE_EXITS_H
#define PAGETIDE_EXITS_H

enum {
	EXIT_OK = 0,
	EXIT_FAIL = 1,
	EXIT_USAGE = 2,
	EXIT_TARGET = 3,	/* gone or changed */
	EXIT_UNKNOWN = 4,	/* residency not knowable */
	EXIT_CHECK = 5,		/* a check failed */
};

#endif
