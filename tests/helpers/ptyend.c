#include "pty.h"

#include <ctype.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* Are the terminal's modes what they were? */
bool
pty_modes_same(void)
{
	struct termios t;

	return tcgetattr(pty.slave, &t) == 0 &&
	    t.c_iflag == pty.before.c_iflag &&
	    t.c_oflag == pty.before.c_oflag &&
	    t.c_cflag == pty.before.c_cflag &&
	    t.c_lflag == pty.before.c_lflag &&
	    memcmp(t.c_cc, pty.before.c_cc, sizeof t.c_cc) == 0;
}

/* Where text is for the last time in the output; NULL: nowhere. */
static const char *
last_of(const char *text)
{
	size_t n = strlen(text), at;

	for (at = pty.len; at >= n; at--)
		if (memcmp(pty.out + at - n, text, n) == 0)
			return pty.out + at - n;
	return NULL;
}

/* Was the last of the two the one that ends it? */
static bool
is_off(const char *on, const char *off)
{
	const char *began = last_of(on), *ended = last_of(off);

	return began == NULL || (ended != NULL && ended > began);
}

/* How many lines with text from s on, besides escape sequences. What comes
 * after the last one is the echo of keys that nobody read. */
static int
count_lines(const char *s, const char *end)
{
	int lines = 0;
	bool text = false;

	for (; s < end; s++) {
		if (*s == '\033') {
			if (s + 1 < end && (s[1] == '[' || s[1] == '('))
				s++;
			while (s + 1 < end && !isalpha((unsigned char)s[1]))
				s++;
			s++;
		} else if (*s == '\n') {
			lines += text;
			text = false;
		} else if (*s > ' ') {
			text = true;
		}
	}
	return lines;
}

/* The command has ended: is the terminal as before, and was its failure told
 * in one line? NULL, or what is wrong. */
const char *
pty_unfair(void)
{
	const char *screen = last_of("\033[?1049l");
	const char *from = screen != NULL ? screen : pty.out;
	int status = WEXITSTATUS(pty.status);

	/* HUP: it takes the terminal for gone when that gives an error. */
	if (!WIFEXITED(pty.status) && WTERMSIG(pty.status) != SIGHUP)
		return "it was ended by a signal";
	if (!pty_modes_same())
		return "the modes differ";
	if (!is_off("\033[?1049h", "\033[?1049l"))
		return "its screen stays";
	if (!is_off("\033[?25l", "\033[?25h") &&
	    !is_off("\033[?25l", "\033[34h\033[?25h"))
		return "the cursor stays hidden";
	if (status == 0 || WIFSIGNALED(pty.status))
		return NULL;
	if (status != 1 && status != 3 && status != 4)
		return "the exit status says something else";
	if (pty.len == 0 || count_lines(from, pty.out + pty.len) != 1 ||
	    memmem(from, pty.len - (size_t)(from - pty.out), "pagetide: ",
	    10) == NULL)
		return "its failure is not told in one line";
	return NULL;
}
