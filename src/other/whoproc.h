/* Between whowatch.c and the process that looks: it is told struct sharers_look,
 * and answers with struct sharers. Private to src/other. */
#ifndef PAGETIDE_WHOPROC_H
#define PAGETIDE_WHOPROC_H

/* Its arguments behind the option: who asks, a process that has the file
 * mapped, where, and how many pages of the file are watched, from the first
 * on. */
enum { WHO_ASKER = 2, WHO_PID, WHO_ADDRESS, WHO_PAGES, WHO_ARGS };

#endif
