/* A log file for what must not disturb the screen. */
#ifndef PAGETIDE_LOG_H
#define PAGETIDE_LOG_H

/* Appends to path from now on. 0 or -errno. */
int	log_open(const char *path);
void	log_close(void);
/* One line with time; nothing happens while no log is open. */
void	log_msg(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
