/* A live source on the rig's file, and a worker that does what a test says. */
#ifndef PAGETIDE_LIVE_RIG_H
#define PAGETIDE_LIVE_RIG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/sample.h"
#include "pagetide/source.h"

enum live_act { DO_MAP, DO_TOUCH, DO_UNMAP_PAGES, DO_LOCK };

/* The source under test, its last sample and notices. */
extern struct source src;
extern struct sample s;
extern unsigned notices;
extern pid_t child;	/* the worker; 0: none */

void	open_source(enum source_method);
void	close_source(void);
/* For cmocka: source, worker and file go away. */
int	live_teardown(void **state);
/* A whole pass begun from now on, then a sample. */
void	measure(void);

/* Every cell and the total is what mincore says page by page. */
void	assert_truth(void);
/* Every cell and the total is what the worker's pagemap says. */
void	assert_mapped(void);
bool	have_cachestat(void);

void	start_child(void);
/* Has the source look at it; start_child() does so. */
void	set_subject(void);
void	end_child(void);
/* Has the worker act on pages, and waits until that is done. */
void	tell(enum live_act, uint64_t first, uint64_t n);

#endif
