#include "config.h"

#include "proctext.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool
proctext_number(const char *s, uint64_t *out)
{
	uint64_t v = 0;
	const char *p;

	for (p = s; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*p - '0'), &v))
			return false;
	}
	if (p == s || (*p != '\0' && *p != ' ' && *p != '\n'))
		return false;
	*out = v;
	return true;
}

bool
proctext_keyed(const char *text, const char *key, uint64_t *v)
{
	size_t len = strlen(key);
	const char *p;

	for (p = text; p != NULL; p = strchr(p, '\n')) {
		if (*p == '\n')
			p++;
		if (strncmp(p, key, len) == 0)
			return proctext_number(p + len +
			    strspn(p + len, " "), v);
	}
	return false;
}

void
proctext_read(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n;

	text[0] = '\0';
	if (fd < 0)
		return;
	do {
		n = pread(fd, text + len, size - 1 - len, (off_t)len);
		if (n > 0)
			len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	text[len] = '\0';
}
