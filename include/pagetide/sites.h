/* Which code an instruction of a process is: its file and the offset in that,
 * and the function, by libdw; read in a process of its own, since that may wait
 * for the other one, and no other one loads the library. */
#ifndef PAGETIDE_SITES_H
#define PAGETIDE_SITES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/aside.h"
#include "pagetide/landing.h"

/* argv[1] of that process. */
#define SITES_OPTION "--sites-process"

struct sites {
	struct aside helper;	/* questions and answers */
	bool	failed;		/* it ended: it is not started anew */
};

/* No helper yet: it is started when there is something to ask. */
void	sites_init(struct sites *);
/* Ends it. */
void	sites_done(struct sites *);
/* Asks for the place of an instruction of the process. Never blocks. False:
 * not now. */
bool	sites_ask(struct sites *, pid_t of, uint64_t ip);
/* The descriptor became readable: one answer; false: there is none. */
bool	sites_answer(struct sites *, uint64_t *ip,
	    char place[LANDING_PLACE], char symbol[LANDING_PLACE]);

/* What main() runs for SITES_OPTION; returns the exit status. */
int	sites_main(int argc, char **argv);

#endif
