/* The user's config file. */
#ifndef PAGETIDE_SETTINGS_H
#define PAGETIDE_SETTINGS_H

struct opts;

/*
 * Reads it for a session on a terminal, unless that is not to be: its "set"
 * lines go to the options, its commands are left for ui_opts.config. What is
 * wrong ends the program: one line that says where, status 2, or 1 where the
 * file can't be read.
 */
void	settings_read(struct opts *);

#endif
