/*
 * The calls that may wait for storage, made by a process of its own: open,
 * stat, fstat, statfs, SEEK_HOLE, files of sysfs, close. Where storage does
 * not answer these calls hang, and no signal ends them.
 *
 * That process shares our table of descriptors: what it opens is open here.
 * It matters at the end, too: closing a file of FUSE or NFS asks its storage
 * once more, but only the process that closes the table for good does that,
 * which is then not the one that our caller waits for.
 */
#ifndef PAGETIDE_STORAGE_H
#define PAGETIDE_STORAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

struct storage;

enum storage_op {
	STORAGE_OPEN,		/* path: open it, and all of REFRESH */
	STORAGE_REFRESH,	/* fd, path: what is known of both now */
	STORAGE_HOLES,		/* fd, page, max_runs */
	STORAGE_CLOSE,		/* fd */
	STORAGE_OPS
};

/* From a page on: a hole up to hole_end, then data up to data_end. */
struct hole_run {
	uint64_t	hole_end, data_end;	/* pages; UINT64_MAX: to the
						   end of the file */
};
#define STORAGE_RUNS_MAX 64

/* How far the opening of a file came. */
enum storage_step {
	STORAGE_STEP_TYPE,	/* refused for what it is: st.st_mode */
	STORAGE_STEP_OPEN,	/* finding, opening, asking for its size */
	STORAGE_STEP_MAP,
	STORAGE_STEP_DONE
};

struct storage_answer {
	int		 err;		/* 0 or errno */
	enum storage_step step;		/* of OPEN: where err came from */
	int		 fd;		/* of OPEN; -1: none */
	struct stat	 st;		/* of the open file */
	uint64_t	 size_bytes;	/* of it, or of a block device */
	int		 name_err;	/* where path leads: 0 or errno */
	struct stat	 name_st;	/* valid if 0 */
	bool		 fs_known;
	long		 fstype;	/* statfs f_type */
	bool		 keeps_atime;	/* O_NOATIME, or a mount that does */
	bool		 readahead_known;
	uint64_t	 readahead_bytes;
	bool		 residency_known;	/* mincore tells the truth */
	char		 probe_failed[120];	/* why that could not be found
						   out; "": it was */
	int		 hole_err;	/* of HOLES: SEEK_HOLE from 0 on */
	uint64_t	 first_hole_bytes;	/* valid if 0 */
	int		 runs_err;	/* of the run after the last one */
	unsigned	 n_runs;
	struct hole_run	 run[STORAGE_RUNS_MAX];
};

/* One thing asked for. Belongs to who asks; zeroed it is idle. */
struct storage_job {
	enum storage_op	 op;
	const char	*path;
	int		 fd;
	uint32_t	 page_bytes;
	uint64_t	 page;
	unsigned	 max_runs;
	struct timespec	 ctime;		/* of REFRESH: as it was last */
	bool		 busy;		/* asked, and not answered yet */
	bool		 done;		/* answer is valid; who reads it clears
					   it */
	bool		 ours;		/* nobody waits: freed when done */
	struct storage_answer answer;
	struct storage_job *next;
};

/*
 * Starts the process. NULL with errno: then all functions here take NULL and
 * make the calls themselves, at once. patient: for who has nothing else to do
 * than to wait, and is in a hurry; it costs a quarter.
 */
struct storage *storage_start(bool patient);
/*
 * Ends it, when all that was asked is done or within_ns is over. False: it
 * hangs in storage and is left behind, to end when we have; descriptors 0 to
 * 2 are closed then, or who reads them would wait for it too. Frees.
 */
bool	storage_end(struct storage *, uint64_t within_ns);

/* fork(), but for the table of descriptors, which stays one; so do the locks
 * and ids of the C library, for which the child is still the parent: no
 * raise(), no threads. */
pid_t	storage_fork(void);

/* Asks. The job is busy or done afterwards. */
void	storage_ask(struct storage *, struct storage_job *);
/* Waits until the job is done or until_ns has come; true if it is done. */
bool	storage_wait(struct storage *, struct storage_job *, uint64_t until_ns);
/* The same, where keys are to be answered: what has hung for some time
 * already is not waited for. */
bool	storage_try(struct storage *, struct storage_job *, uint64_t until_ns);
/* Nobody wants to know the answer any more: the job is idle, and what it
 * opened is closed. */
void	storage_forget(struct storage *, struct storage_job *);
/* Closes a descriptor of ours that leads to storage, some time. */
void	storage_close(struct storage *, int fd);
/* For how long what is asked has not been answered; 0: nothing is asked. */
uint64_t storage_waits_ns(struct storage *);
/* From so long on it is said that storage does not answer. */
#define STORAGE_STALL_NS UINT64_C(1000000000)

#endif
