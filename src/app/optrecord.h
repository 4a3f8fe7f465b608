/* The options of recordings: what their rows set. */
#ifndef PAGETIDE_OPTRECORD_H
#define PAGETIDE_OPTRECORD_H

struct opts;

void	rec_file(struct opts *, const char *arg);
void	rec_anonymous(struct opts *, const char *arg);
void	rec_size(struct opts *, const char *arg);
void	rec_time(struct opts *, const char *arg);
void	rec_replay(struct opts *, const char *arg);
void	rec_export(struct opts *, const char *arg);

#endif
