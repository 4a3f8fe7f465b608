/* The system calls that can be made to fail, and how each may fail. */
#ifndef CALLS_H
#define CALLS_H

#include <stdint.h>

#define CALL_ERRORS_MAX 3

struct call {
	const char	*name;
	uint32_t	 nr;
	int		 errors[CALL_ERRORS_MAX + 1];	/* ends with 0 */
};

/* Ends with a row without a name. */
extern const struct call call_table[];

/* NULL: there is none. */
const struct call	*call_find(const char *name);
const struct call	*call_of(uint32_t nr);
/* 0: there is none. */
int	error_find(const char *name);

#endif
