/* The names that arguments of options may be; NULL behind the last. */
#ifndef PAGETIDE_OPTNAMES_H
#define PAGETIDE_OPTNAMES_H

/* Which of those of --color that is. */
enum { OPTNAME_COLOR_NEVER = 2 };

const char *optname_view(unsigned i);
const char *optname_scheme(unsigned i);
const char *optname_color(unsigned i);
const char *optname_source(unsigned i);
const char *optname_follow(unsigned i);
const char *optname_trace(unsigned i);

#endif
