/*
 * Samples as CSV (RFC 4180): a line of names, then a line a sample. Columns are
 * the fields of field.h that a kept sample has by itself, in their order and
 * with the values that JSON has; what is unknown is empty.
 */
#ifndef PAGETIDE_CSVFILE_H
#define PAGETIDE_CSVFILE_H

struct snapshot;
struct strbuf;

void	csvfile_head(struct strbuf *);
void	csvfile_row(struct strbuf *, const struct snapshot *);

#endif
