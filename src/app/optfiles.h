/* Options that name a file, or what is looked for. */
#ifndef PAGETIDE_OPTFILES_H
#define PAGETIDE_OPTFILES_H

#include <stdbool.h>

struct opts;

/* Is the argument of an option that (NULL: it has none) a name? */
bool	optfile_is(const char *arg);
/* Each sets the option of that name. */
void	optfile_script(struct opts *, const char *);
void	optfile_answers(struct opts *, const char *);
void	optfile_output(struct opts *, const char *);
void	optfile_log(struct opts *, const char *);
void	optfile_mapping(struct opts *, const char *);

#endif
