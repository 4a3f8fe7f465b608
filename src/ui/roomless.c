#include "config.h"

#include "roomless.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "pagetide/binding.h"
#include "pagetide/layout.h"
#include "pagetide/said.h"
#include "pagetide/tty.h"
#include "pagetide/ui.h"

/* No panel needs more. */
#define LARGE 1000

static const struct {
	const char	*name;
	size_t		 offset;	/* of its rect in struct layout */
} room_table[] = {
	[ROOM_MAP] = { "map", offsetof(struct layout, map) },
	[ROOM_SIDE] = { "side panel", offsetof(struct layout, side) },
	[ROOM_GRAPHS] = { "graphs", offsetof(struct layout, graphs) },
	[ROOM_EVENTS] = { "events", offsetof(struct layout, events) },
};

/* What gives the room back that was taken. */
static const char *const back_table[] = {
	[EXPAND_NOTHING] = "",
	[EXPAND_MAP] = "expand",
	[EXPAND_EVENTS] = "expand events",
	[EXPAND_PRESENT] = "present",
};

static bool
is_there(enum room room, int cols, int rows, enum expand expand)
{
	const struct rect *r;
	struct layout l;

	layout_compute(&l, cols, rows, expand);
	r = (const struct rect *)(void *)((char *)&l +
	    room_table[room].offset);
	return !l.tiny && r->w > 0 && r->h > 0;
}

bool
room_is_there(const struct ui *ui, enum room room)
{
	return is_there(room, ui->frame.cols, ui->frame.rows, ui->expand);
}

void
roomless_say(struct ui *ui, enum room room)
{
	const char *name = room_table[room].name;
	int cols = ui->frame.cols, rows = ui->frame.rows;
	char key[TTY_KEY_NAME_MAX];

	if (is_there(room, cols, rows, ui->expand) ||
	    (room == ROOM_SIDE && ui->list.panel))
		return;
	if (!is_there(room, LARGE, LARGE, ui->expand)) {
		binding_key(key, sizeof key, BIND_MAIN,
		    back_table[ui->expand]);
		said_line(ui->said, "the %s gave up the room: %s takes it back",
		    name, key);
	} else if (!is_there(room, cols, LARGE, ui->expand)) {
		while (!is_there(room, cols, LARGE, ui->expand))
			cols++;
		binding_key(key, sizeof key, BIND_MAIN, "expand panel");
		said_line(ui->said, "%s: no room under %d columns%s%s%s", name,
		    cols, room == ROOM_SIDE ? ": " : "", room == ROOM_SIDE ?
		    key : "", room == ROOM_SIDE ? " has it on all of the "
		    "screen" : "");
	} else {
		while (!is_there(room, cols, rows, ui->expand))
			rows++;
		said_line(ui->said, "%s: no room under %d lines", name, rows);
	}
}
