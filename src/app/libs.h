/* How the libraries behave when something fails. */
#ifndef PAGETIDE_LIBS_H
#define PAGETIDE_LIBS_H

struct strbuf;

/*
 * libevent and jansson end the program as we do when memory is out: most of
 * what they do then is to crash, or to leave out what was to be said. What
 * libevent says goes to the log; where it would end the program, fatal() does.
 * Before the first call of either.
 */
void	libs_use(void);
/* Which they are: "libevent 2.1.12-stable, jansson 2.14". */
void	libs_versions(struct strbuf *);

#endif
