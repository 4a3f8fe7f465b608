/* Is the terminal's background light? */
#ifndef PAGETIDE_TTY_BACKGROUND_H
#define PAGETIDE_TTY_BACKGROUND_H

#include <stdbool.h>

struct key_reader;
struct out;

/*
 * By COLORFGBG, else the terminal is asked (OSC 11) and has BACKGROUND_ASK_MS
 * to answer; what it does not say is taken for dark. Nothing typed meanwhile is
 * lost, and an answer that comes later is never taken for keys.
 */
bool	background_is_light(struct key_reader *, struct out *);

#endif
