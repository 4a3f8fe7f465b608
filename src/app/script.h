/* A file of commands that drives a session. */
#ifndef PAGETIDE_SCRIPT_H
#define PAGETIDE_SCRIPT_H

#include <stdbool.h>

struct app;
struct script;
struct strbuf;

/* Reads the whole file ("-": stdin). NULL with why. */
struct script *script_open(const char *path, struct strbuf *why);
void	script_free(struct script *);
/*
 * Runs lines until one has to wait, or the end. Called after each sample.
 * A line that fails ends a headless session: *failed is set, and why names
 * the line. Returns true when there is nothing left to run.
 */
bool	script_run(struct app *, bool *failed, struct strbuf *why);

#endif
