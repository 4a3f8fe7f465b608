/*
 * A log file for what must not disturb the screen. A process of its own writes
 * it: storage may hang, and nobody waits for it.
 */
#ifndef PAGETIDE_LOG_H
#define PAGETIDE_LOG_H

#include <stdbool.h>
#include <sys/types.h>

/* Appends to path, which has to outlive the log, from now on. A pipe's reader
 * is not waited for. keys: nor is storage, for longer than a moment; else it is
 * where very much is to be written. 0 or -errno. */
int	log_open(const char *path, bool keys);
/* That errno of a log, in words. */
const char *log_strerror(int err);
/* Waits until all is written, for a second at most: what is left is written
 * when storage answers, and log_error() says -ETIMEDOUT. */
void	log_close(void);
/* Is that the file that is appended to? */
bool	log_is_file(dev_t, ino_t);
/* 0, or -errno of the first line since then that could not be written. */
int	log_error(void);
/* The same, the first time it is asked for; then 0. */
int	log_new_error(void);
/* As it was opened, while a log is open; else NULL. */
const char *log_path(void);
/* One line with time; nothing happens while no log is open. */
void	log_msg(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
