/*
 * Which Linux runs here, by uname(2). For what can't be probed: stable kernels
 * have changes of later ones.
 */
#ifndef PAGETIDE_LINUXVER_H
#define PAGETIDE_LINUXVER_H

/* Larger is newer. */
#define LINUXVER(major, minor)	((major) * 1000u + (minor))
#define LINUXVER_MAJOR(v)	((v) / 1000u)
#define LINUXVER_MINOR(v)	((v) % 1000u)

/* "6.1.0-50-cloud-amd64"; 0: that is no version. */
unsigned linuxver_parse(const char *release);
/* Of this machine; 0: unknown. */
unsigned linuxver(void);

#endif
