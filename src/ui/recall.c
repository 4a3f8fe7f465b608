#include "config.h"

#include "recall.h"

#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"
#include "pagetide/ui.h"

#include "pagetide/typed.h"

/* The whole line is this now. */
static void
show(struct ui *ui, const char *line)
{
	ui->prompt.cursor = ui->prompt.text.len;
	ui_prompt_put(ui, 0, line);
}

/* What was typed is kept while lines of before stand there. */
static void
keep_own(struct prompt *p)
{
	if (p->recall.at > 0 || p->recall.searching)
		return;
	strbuf_reset(&p->recall.own);
	strbuf_adds(&p->recall.own, p->text.s);
}

static void
step(struct ui *ui, int by)
{
	struct prompt *p = &ui->prompt;
	unsigned at;

	keep_own(p);
	if (by < 0 && p->recall.at == 0)
		return;
	at = typed_find(p->typed, p->recall.at, by, p->recall.own.s, false);
	if (at == 0 && by > 0)
		return;
	p->recall.at = at;
	show(ui, at > 0 ? typed_at(ui->prompt.typed, at) : p->recall.own.s);
}

/* The next line before `at` that has the needle; what stands there stays if
 * there is none. */
static void
search(struct ui *ui, unsigned at)
{
	struct prompt *p = &ui->prompt;
	unsigned found = typed_find(ui->prompt.typed, at, 1, p->recall.needle.s,
	    true);

	p->recall.missed = found == 0;
	if (found == 0)
		return;
	p->recall.at = found;
	show(ui, typed_at(ui->prompt.typed, found));
}

static void
search_on(struct ui *ui)
{
	struct prompt *p = &ui->prompt;

	if (p->recall.searching) {
		search(ui, p->recall.at);
		return;
	}
	keep_own(p);
	strbuf_reset(&p->recall.needle);
	p->recall.at = 0;
	p->recall.searching = true;
	p->recall.missed = false;
}

/* Nothing is looked for any more: another line begins. */
static void
reset(struct ui *ui)
{
	ui->prompt.recall.at = 0;
	ui->prompt.recall.searching = false;
}

/* A key while one is looked for. */
static bool
search_key(struct ui *ui, uint32_t key)
{
	struct prompt *p = &ui->prompt;
	unsigned at = p->recall.at;

	if (key == TKEY_ESC) {
		show(ui, p->recall.own.s);
		reset(ui);
	} else if (key == TKEY_BACKSPACE && p->recall.needle.len > 0) {
		p->recall.needle.s[--p->recall.needle.len] = '\0';
		search(ui, 0);
	} else if (key >= ' ' && key < 0x7f) {
		strbuf_addc(&p->recall.needle, (char)key);
		search(ui, at > 0 ? at - 1 : 0);
	} else {
		reset(ui);
		return false;
	}
	return true;
}

bool
recall_key(struct ui *ui, uint32_t key)
{
	if (!ui_prompt_takes_command(ui))
		return false;
	ui->said->dirty = ui->said->urgent = true;
	if (key == TKEY_CTRL_R)
		search_on(ui);
	else if (ui->prompt.recall.searching)
		return search_key(ui, key);
	else if (key == TKEY_UP || key == TKEY_DOWN)
		step(ui, key == TKEY_UP ? 1 : -1);
	else
		return false;
	return true;
}

bool
recall_hint(struct ui *ui)
{
	const struct prompt *p = &ui->prompt;

	if (!ui_prompt_takes_command(ui) || !p->recall.searching)
		return false;
	strbuf_reset(&ui->prompt.hint);
	strbuf_addf(&ui->prompt.hint, "%s \"%s\"   Ctrl-R one before, Enter "
	    "runs it, Esc back", p->recall.missed ? "no line has" :
	    "a line that has", p->recall.needle.s);
	return true;
}
