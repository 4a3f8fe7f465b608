/* Screens saved as files: .txt, .ans, .svg. */
#ifndef PAGETIDE_SCREENFILE_H
#define PAGETIDE_SCREENFILE_H

struct ui;
struct strbuf;

/*
 * Writes ui->frame as the suffix of path says. Never over the file that is
 * watched, nor over anything but a regular file. 0, or -errno with why.
 */
int	screenfile_save(struct ui *, const char *path, struct strbuf *why);

#endif
