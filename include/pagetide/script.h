/* A file of commands that drives a session. */
#ifndef PAGETIDE_SCRIPT_H
#define PAGETIDE_SCRIPT_H

#include <stdbool.h>

struct ui;
struct script;
struct strbuf;

/* Reads the whole file ("-": stdin); a file that is longer than any script,
 * or no text, is refused. NULL with why. */
struct script *script_open(const char *path, struct strbuf *why);
void	script_free(struct script *);
/*
 * Runs lines until one has to wait, or the end. Called after each sample,
 * also where there is no script. The end, or a line that fails, ends a
 * headless session: why names the line then.
 */
void	script_go_on(struct ui *, struct strbuf *why);

#endif
