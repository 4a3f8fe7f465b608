/* Options that print something of the program, and end it. */
#ifndef PAGETIDE_OPTPRINT_H
#define PAGETIDE_OPTPRINT_H

#include "optrow.h"

struct strbuf;

/* Prints it; exit status 1, with a line, where that fails. */
void	optprint_end(const struct strbuf *) __attribute__((noreturn));
void	optprint_help(const struct option_row *, size_t n, const char *arg);
void	optprint_version(const struct option_row *, size_t n,
	    const char *arg);
/* The script that completes the options in a shell of that name. */
void	optprint_completion(const struct option_row *, size_t n,
	    const char *shell);
const char *optprint_shell(unsigned i);

#endif
