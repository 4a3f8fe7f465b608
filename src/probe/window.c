#include "config.h"

#include "window.h"

#include <sys/mman.h>

#include "pagetide/target.h"

/* Of our own mapping, at most: most files whole, and far less than there are
 * addresses. */
#define WINDOW_BYTES	((uint64_t)1 << (sizeof(void *) > 4 ? 40 : 28))

void
window_drop(struct target *t)
{
	struct target_window *w = &t->window;

	if (w->addr != NULL)
		munmap(w->addr, w->pages * t->facts.page_bytes);
	w->addr = NULL;
}

/* Maps the window that page is in, half a window behind its start at most, if
 * there is room for one of this size. */
static bool
map_window(struct target *t, uint64_t page)
{
	struct target_window *w = &t->window;
	uint64_t pages = t->facts.pages;

	w->first_page = w->max_pages < pages ?
	    page / (w->max_pages / 2) * (w->max_pages / 2) : 0;
	w->pages = pages - w->first_page;
	if (w->pages > w->max_pages)
		w->pages = w->max_pages;
	w->addr = mmap(NULL, w->pages * t->facts.page_bytes, PROT_NONE,
	    MAP_SHARED | MAP_NORESERVE, t->fd,
	    (off_t)(w->first_page * t->facts.page_bytes));
	if (w->addr == MAP_FAILED)
		w->addr = NULL;
	return w->addr != NULL;
}

/* Maps as much around the page as there is room for. */
static void
move_window(struct target *t, uint64_t page)
{
	struct target_window *w = &t->window;

	window_drop(t);
	if (w->max_pages == 0)
		w->max_pages = WINDOW_BYTES / t->facts.page_bytes;
	while (page < t->facts.pages && !map_window(t, page) &&
	    w->max_pages > 2 * TARGET_WINDOW_MIN)
		w->max_pages /= 2;
}

void *
target_window(struct target *t, uint64_t page, uint64_t n)
{
	const struct target_window *w = &t->window;

	if (w->addr == NULL || page < w->first_page ||
	    page + n > w->first_page + w->pages)
		move_window(t, page);
	return w->addr == NULL ? NULL : (char *)w->addr +
	    (page - w->first_page) * t->facts.page_bytes;
}
