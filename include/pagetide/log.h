/* A log file for what must not disturb the screen. */
#ifndef PAGETIDE_LOG_H
#define PAGETIDE_LOG_H

#include <stdbool.h>
#include <sys/types.h>

/* Appends to path from now on. 0 or -errno. */
int	log_open(const char *path);
void	log_close(void);
/* Is that the file that is appended to? */
bool	log_is_file(dev_t, ino_t);
/* 0, or -errno of the first line since then that could not be written. */
int	log_error(void);
/* One line with time; nothing happens while no log is open. */
void	log_msg(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
