#include "config.h"

#include "pagetide/holders.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "pagetide/act.h"
#include "pagetide/aside.h"
#include "pagetide/clock.h"
#include "pagetide/mappers.h"
#include "pagetide/order.h"
#include "pagetide/units.h"
#include "pagetide/verdict.h"
#include "pagetide/xalloc.h"

/* It looks no longer than this; ten thousand processes take 1.5 s. */
#define LOOK_NS (2 * NS_PER_S)
#define N_NUMBERS 6

struct holders {
	struct aside	aside;
	uint64_t	event_seq;
};

void
holders_close(struct act *act)
{
	if (act->helpers.holders == NULL)
		return;
	aside_end(&act->helpers.holders->aside);
	free(act->helpers.holders);
	act->helpers.holders = NULL;
}

int
holders_fd(const struct act *act)
{
	return act->helpers.holders != NULL ?
	    act->helpers.holders->aside.fd : -1;
}

/* The answer, or the end of one that has none. */
bool
holders_ready(struct act *act, uint64_t *event_seq,
    struct verdict_holders *found)
{
	struct holders *h = act->helpers.holders;
	ssize_t n;

	n = read(h->aside.fd, found, sizeof *found);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n != sizeof *found)
		*found = (struct verdict_holders){ 0 };
	aside_end(&h->aside);
	*event_seq = h->event_seq;
	return true;
}

bool
holders_ask(struct act *act, const struct order *order, uint64_t event_seq)
{
	const struct worker_facts *w = &act->watch->live.worker;
	pid_t worker = actor_pid(&act->actor);
	uint64_t page_bytes = act->watch->live.target.page_bytes;
	struct aside_what what = { .option = HOLDERS_OPTION,
		.by = ASIDE_ANSWERS, .n = N_NUMBERS };

	if (worker == 0 || w->map_addr == 0 ||
	    order->first_page < w->map_first_page ||
	    act->watch->live.target.anon)
		return false;
	if (act->helpers.holders == NULL) {
		act->helpers.holders = xcalloc(1, sizeof *act->helpers.holders);
		aside_init(&act->helpers.holders->aside);
	}
	act->helpers.holders->event_seq = event_seq;
	what.number[0] = (uint64_t)getpid();
	what.number[1] = (uint64_t)worker;
	what.number[2] = w->map_addr +
	    (order->first_page - w->map_first_page) * page_bytes;
	what.number[3] = order->first_page;
	what.number[4] = order->n_pages;
	what.number[5] = clock_now_ns() + LOOK_NS;
	return aside_start(&act->helpers.holders->aside, &what) == 0;
}

int
holders_main(int argc, char **argv)
{
	struct verdict_holders found;
	struct mappers_query q;
	uint64_t n[N_NUMBERS];
	int i;

	if (argc != N_NUMBERS + 2)
		return 2;
	for (i = 0; i < N_NUMBERS; i++)
		if (units_parse_u64(argv[2 + i], 0, UINT64_MAX, &n[i]) != 0)
			return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != (pid_t)n[0])
		return 1;
	q = (struct mappers_query){ .app = (pid_t)n[0],
		.worker = (pid_t)n[1], .addr = n[2], .first_page = n[3],
		.n_pages = n[4], .until_ns = n[5] };
	if (mappers_scan(&q, &found) != 0)
		return 1;
	return write(STDOUT_FILENO, &found, sizeof found) != sizeof found;
}
