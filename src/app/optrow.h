/* A row of the table of options: getopt's table, --help, the parser, the
 * completions of shells and the config file are made of it. */
#ifndef PAGETIDE_OPTROW_H
#define PAGETIDE_OPTROW_H

#include <stdbool.h>
#include <stddef.h>

struct opts;
struct option_row;

/* The names that an argument may be; NULL behind the last. */
typedef const char *option_name(unsigned i);

struct option_row {
	const char	*name;
	char		 letter;	/* 0: long only */
	const char	*arg;		/* NULL: takes none */
	const char	*help;		/* the names follow it, if it ends with
					   a colon */
	/* NULL: that it was given is all there is to it. */
	void		(*set)(struct opts *, const char *arg);
	option_name	*names;
	bool		 in_config;	/* may stand in the config file */
	/* Prints what was asked for, and ends. */
	void		(*print)(const struct option_row *table, size_t n,
			    const char *arg);
};

#endif
