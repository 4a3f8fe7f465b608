/* The demo file: what is shown when no FILE is named. */
#ifndef PAGETIDE_DEMO_H
#define PAGETIDE_DEMO_H

struct demofile_id;
struct strbuf;

/*
 * Path of a file of 64 MiB with real data on a real file system, made once
 * (progress on stderr) in ownfile_dir(); says so where that is not the first
 * choice. A file there that we did not make is left alone. The caller frees.
 * NULL with why.
 */
char	*demo_file(struct demofile_id *, struct strbuf *why);

#endif
