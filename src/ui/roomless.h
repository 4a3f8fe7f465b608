/* What there is no room for on a screen of this size is said, not silent. */
#ifndef PAGETIDE_ROOMLESS_H
#define PAGETIDE_ROOMLESS_H

#include <stdbool.h>

struct ui;

/* What a key may be about. */
enum room { ROOM_MAP, ROOM_SIDE, ROOM_GRAPHS, ROOM_EVENTS };

/* Can it be seen now? */
bool	room_is_there(const struct ui *, enum room);
/* If it can't be seen now: what it needs, to the message line. */
void	roomless_say(struct ui *, enum room);

#endif
