/* Places in the file of a recording, found by their time without reading all
 * of it. Private to src/sink. */
#ifndef PAGETIDE_TAPESEEK_H
#define PAGETIDE_TAPESEEK_H

#include <stdint.h>

struct strbuf;

/*
 * Puts fd, a file, where the last key sample begins that is not younger than
 * t_ns (on the clock of samples): the first one, if none is as old. Appends the
 * first line of the file and its first key sample, which tell one recording
 * from another. What is in it may be anything: then a place may be none, which
 * who reads from there on will find, but it ends. 0; -ESPIPE: it is no file;
 * -EINVAL: it does not begin as a recording does.
 */
int	tapeseek(int fd, uint64_t t_ns, struct strbuf *begin);

#endif
