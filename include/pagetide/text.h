/* Text from outside (file names, messages), made safe for a terminal. */
#ifndef PAGETIDE_TEXT_H
#define PAGETIDE_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <uchar.h>

struct strbuf;

/*
 * Decodes one character of s in the current locale (LC_CTYPE). Returns the
 * bytes taken, 0 at the end. Control characters, bytes that are no character
 * and characters without a width of their own give '?' (one byte each for
 * bad bytes).
 */
size_t	text_next(const char *s, char32_t *ch);
/* Columns of a character from text_next(): 1 or 2. */
int	text_width(char32_t ch);
/* Columns of a whole string, as text_next() reads it. */
int	text_columns(const char *s);
/* Appends s with all that text_next() rejects replaced by '?'. */
void	text_safe(struct strbuf *, const char *s);
/* The line, made safe, in size bytes (3 at least) with the NUL: what does not
 * fit is cut at a whole character and ends in "..". Ends the program when there
 * is no memory. */
void	text_fit(char *dst, size_t size, const char *fmt, va_list ap)
	    __attribute__((format(printf, 3, 0)));

#endif
