#include "config.h"

#include "pagetide/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pagetide/strbuf.h"

/* An fd or -errno. What is no regular file may wait for a writer, or for a
 * tape. */
static int
open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -EINVAL;
}

int
textfile_rest(int fd, size_t max, struct strbuf *text)
{
	char buf[4096];
	ssize_t n;

	do {
		n = read(fd, buf, sizeof buf);
		if (n > 0)
			strbuf_add(text, buf, (size_t)n);
		else if (n < 0 && errno != EINTR)
			return -errno;
	} while (n != 0 && text->len <= max);
	return 0;
}

static int
check_text(const struct strbuf *text)
{
	for (size_t i = 0; i < text->len; i++) {
		unsigned char c = (unsigned char)text->s[i];

		if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') ||
		    c == 0x7f)
			return -EILSEQ;
	}
	return 0;
}

static const char *
what_is_wrong(int err)
{
	return err == -EINVAL ? "no regular file" :
	    err == -EFBIG ? "longer than such a file is" :
	    err == -EILSEQ ? "no text" : strerror(-err);
}

int
textfile_read(const char *path, size_t max, struct strbuf *text,
    struct strbuf *why)
{
	int fd = open_regular(path), err = fd;

	if (fd >= 0) {
		err = textfile_rest(fd, max, text);
		close(fd);
	}
	if (err == 0)
		err = text->len <= max ? check_text(text) : -EFBIG;
	if (err != 0 && err != -ENOENT)
		strbuf_addf(why, "can't read %s: %s", path,
		    what_is_wrong(err));
	return err;
}
