/* The calls themselves, whoever makes them. Private to src/probe. */
#ifndef PAGETIDE_STORAGEOPS_H
#define PAGETIDE_STORAGEOPS_H

#include "pagetide/storage.h"

/* Does what the job asks for; all of out is set. */
void	storageops_do(const struct storage_job *, struct storage_answer *out);

/* 0 or -errno. data_end is behind the page. */
int	holes_next(int fd, uint64_t page_bytes, uint64_t page,
	    struct hole_run *);

#endif
