#include "config.h"

#include "mapped.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/advice.h"
#include "pagetide/clock.h"
#include "pagetide/foreign.h"
#include "pagetide/mapspec.h"
#include "pagetide/onfault.h"
#include "pagetide/order.h"
#include "pagetide/subject.h"
#include "pagetide/target.h"

/* Private_Dirty is read no more often: smaps walks all PTEs. */
#define SMAPS_NS	NS_PER_S
/* Of another process not before so many times what it took: its mmap and
 * munmap wait meanwhile. */
#define SMAPS_TIMES	1000

void
mapped_init(struct mapped *m, const struct target *target,
    const struct subject *subject)
{
	*m = (struct mapped){ .target = target, .subject = subject,
		.smaps_fd = -1 };
	pagemap_init(&m->pagemap, target->facts.page_bytes);
}

void
mapped_close(struct mapped *m)
{
	pagemap_close(&m->pagemap);
	if (m->smaps_fd >= 0)
		close(m->smaps_fd);
	m->smaps_fd = -1;
	m->why[0] = '\0';
}

void
mapped_forget(struct mapped *m)
{
	mapped_close(m);
	m->addr = m->first_page = m->pages = 0;
	m->flags = 0;
	m->flags_stale = true;
	m->gone = false;
}

static void
open_foreign(struct mapped *m, const struct foreign *f)
{
	int err = pagemap_open_foreign(&m->pagemap, f, m->addr,
	    m->first_page, m->pages);

	if (err != 0)
		snprintf(m->why, sizeof m->why, "the pagemap can't be read: "
		    "%s", strerror(-err));
	m->smaps_fd = f->smaps >= 0 ? fcntl(f->smaps, F_DUPFD_CLOEXEC, 0) :
	    -1;
}

static void
open_files(struct mapped *m)
{
	char path[64];
	int err;

	if (m->subject->foreign != NULL) {
		open_foreign(m, m->subject->foreign);
		return;
	}
	err = pagemap_open(&m->pagemap, m->subject->pid, m->addr,
	    m->first_page, m->pages);
	if (err != 0) {
		snprintf(m->why, sizeof m->why,
		    "the worker's pagemap can't be opened: %s",
		    strerror(-err));
		return;
	}
	snprintf(path, sizeof path, "/proc/%d/smaps", (int)m->subject->pid);
	m->smaps_fd = open(path, O_RDONLY | O_CLOEXEC);
}

/* What the worker says of its mapping; nothing, while it makes it. */
static void
ask(const struct work_shared *shared, struct worker_facts *now)
{
	now->map_addr = atomic_load(&shared->map_addr);
	now->map_first_page = atomic_load(&shared->map_first_page);
	now->map_pages = atomic_load(&shared->map_pages);
	now->map_flags = atomic_load(&shared->map_flags);
	if (now->map_addr != atomic_load(&shared->map_addr))
		*now = (struct worker_facts){ 0 };
}

/* Where the mapping of another process is. */
static void
find(struct mapped *m, const struct foreign *f, struct worker_facts *now)
{
	int err = foreign_look(f, &now->map_addr, &now->map_first_page,
	    &now->map_pages);

	m->gone = err != 0;
	if (err != 0 || now->map_pages == 0)
		*now = (struct worker_facts){ 0 };
	if (now->map_pages == 0)
		return;
	now->map_flags = (f->first.perms[3] == 'p' ? MAP_SPEC_PRIVATE : 0) |
	    (f->first.perms[1] == 'w' ? MAP_SPEC_WRITE : 0) |
	    (vma_is_anonymous(&f->first) ? MAP_SPEC_ANON : 0);
}

/* Takes the mapping over; its readahead is that of the file before, if the
 * next that storage says of the file is no other. */
static void
take(struct mapped *m, const struct worker_facts *now)
{
	const struct target_facts *t = &m->target->facts;

	m->addr = now->map_addr;
	m->first_page = now->map_first_page;
	m->pages = now->map_pages;
	m->flags = now->map_flags;
	m->flags_stale = true;
	m->seen_ns = clock_now_ns();
	m->sure = false;
	/* Another process may have opened the file when that was another. */
	m->readahead_known = t->readahead_known && m->subject->foreign == NULL;
	m->readahead_bytes = t->readahead_bytes;
}

bool
mapped_look(struct mapped *m)
{
	const struct work_shared *shared = m->subject->shared;
	struct worker_facts now = { 0 };

	if (m->subject->foreign != NULL)
		find(m, m->subject->foreign, &now);
	else if (shared != NULL)
		ask(shared, &now);
	if (now.map_addr == m->addr && now.map_pages == m->pages &&
	    now.map_first_page == m->first_page && now.map_flags == m->flags)
		return false;
	mapped_close(m);
	take(m, &now);
	if (m->addr != 0)
		open_files(m);
	m->pagemap.kinds = m->subject->foreign != NULL ||
	    m->target->facts.anon;
	return true;
}

const char *
mapped_why(const struct mapped *m)
{
	if (m->why[0] != '\0')
		return m->why;
	if (m->subject->foreign == NULL || m->addr != 0)
		return NULL;
	return m->gone ? "the process has ended, or runs another program" :
	    "the process has unmapped it, or mapped something else there";
}

const struct scan_reader *
mapped_reader(struct mapped *m)
{
	return m->pagemap.fd >= 0 ? pagemap_reader(&m->pagemap) : NULL;
}

bool
mapped_flags_known(const struct mapped *m)
{
	return m->smaps.n > 0 && smaps_complete(&m->smaps);
}

void
mapped_put_locked(const struct mapped *m, struct cells *c)
{
	if (mapped_flags_known(m))
		smaps_locked(m->smaps.vma, m->smaps.n, c, clock_now_ns());
	else
		cells_forget(c, LAYER_BIT(LAYER_LOCKED));
}

/* When smaps may be read again. */
static uint64_t
next_smaps_ns(const struct mapped *m)
{
	uint64_t rest_ns = SMAPS_TIMES * m->smaps_cost_ns;

	return m->smaps_ns + (m->subject->foreign != NULL &&
	    rest_ns > SMAPS_NS ? rest_ns : SMAPS_NS);
}

/* Is it time to look how much was written to private pages, or how another
 * process has hinted? */
static bool
smaps_due(const struct mapped *m)
{
	return m->addr != 0 && (mapspec_makes_copies(m->flags) ||
	    m->subject->foreign != NULL) &&
	    clock_now_ns() >= next_smaps_ns(m);
}

/* Asked once, and only where something is locked. */
static bool
onfault_shown(struct mapped *m)
{
	if (!m->onfault_asked)
		m->onfault_shown = onfault_is_shown();
	m->onfault_asked = true;
	return m->onfault_shown;
}

/* What is locked may be so on fault, where the kernel does not say. */
static void
doubt_locks(struct mapped *m)
{
	const unsigned both = VMF_LOCKED | VMF_ONFAULT;
	unsigned i;

	for (i = 0; i < m->smaps.n; i++)
		if ((m->smaps.vma[i].vmflags & both) == VMF_LOCKED &&
		    !onfault_shown(m))
			m->smaps.vma[i].vmflags |= VMF_ONFAULT_UNTOLD;
}

bool
mapped_read_flags(struct mapped *m)
{
	if (!smaps_due(m) && (!m->flags_stale || (m->smaps_cost_ns > 0 &&
	    m->subject->foreign != NULL)))
		return false;
	m->smaps_ns = clock_now_ns();
	smaps_start(&m->smaps, m->addr, m->first_page, m->pages,
	    m->target->facts.page_bytes);
	if (m->smaps_fd >= 0 && smaps_read(m->smaps_fd, &m->smaps) != 0)
		m->smaps.n = 0;
	m->smaps_cost_ns = clock_now_ns() - m->smaps_ns;
	doubt_locks(m);
	m->flags_stale = m->addr != 0 && m->smaps_fd >= 0 &&
	    !m->smaps.full && !smaps_complete(&m->smaps);
	return true;
}

static void
check_readahead(struct mapped *m)
{
	const struct target_facts *t = &m->target->facts;

	if (m->sure || m->target->answered_ns <= m->seen_ns)
		return;
	m->sure = true;
	if (!t->readahead_known || t->readahead_bytes != m->readahead_bytes)
		m->readahead_known = false;
}

void
mapped_read(struct mapped *m, struct sample *out)
{
	struct worker_facts *w = &out->worker;
	unsigned i;

	check_readahead(m);
	w->process_gone = m->gone;
	w->map_addr = m->addr;
	w->map_first_page = m->first_page;
	w->map_pages = m->pages;
	w->map_flags = m->flags;
	w->readahead_known = m->pages > 0 && m->sure && m->readahead_known;
	w->readahead_bytes = m->readahead_bytes;
	w->private_dirty_known = mapspec_makes_copies(m->flags) &&
	    smaps_private_dirty(&m->smaps, &w->private_dirty_bytes);
	out->vmas_known = m->smaps.n > 0;
	out->n_vmas = m->smaps.n;
	for (i = 0; i < m->smaps.n; i++)
		out->vma[i] = m->smaps.vma[i];
}
