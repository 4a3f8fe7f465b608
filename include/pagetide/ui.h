/* What is typed, and what is seen: one screen on one target. */
#ifndef PAGETIDE_UI_H
#define PAGETIDE_UI_H

#include "pagetide/act.h"
#include "pagetide/binding.h"
#include "pagetide/event.h"
#include "pagetide/frame.h"
#include "pagetide/landing.h"
#include "pagetide/lessonlook.h"
#include "pagetide/scene.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"
#include "pagetide/viewport.h"
#include "pagetide/watch.h"

struct browse;
struct changes;
struct command;
struct difference;
struct events;
struct lessons;
struct pollfd;
struct recorder;
struct recorder_opts;
struct said;
struct script;
struct sharers;
struct typed;
struct waterfall;
struct writing;

#define UI_PRESSED_MAX	12	/* keys of one command */
#define UI_KEY_MAX	32	/* text of ui_key_for() */
#define UI_FDS		4
#define UI_FADE_NS	(3 * NS_PER_S)	/* until a change has faded */

struct prompt {
	char		run[160];	/* "": none is open */
	char		label[160];
	struct strbuf	text;		/* what was typed */
	size_t		cursor;		/* bytes */
	struct strbuf	hint;		/* on the word under the cursor */
	struct {
		size_t		from;	/* where that word begins */
		struct strbuf	typed;	/* ... and what it was */
		unsigned	turn;	/* which choice it is now; 0: as typed
					   */
	} tab;
	struct {
		unsigned	at;	/* the line so many back stands there;
					   0: the one that is typed ... */
		struct strbuf	own;	/* ... which else is kept here */
		struct strbuf	needle;
		bool		searching, missed;
	} recall;
	struct typed	*typed;		/* commands, now and before */
};

/* What came of a lesson that was checked. */
struct lesson_result {
	enum lesson_state state;
	char		 why[256];	/* "": nothing to say */
};

/* Where samples come from, if not from here. */
enum ui_replay {
	UI_REPLAY_NONE,
	UI_REPLAY_FILE,		/* it is there: one goes about in it */
	UI_REPLAY_PIPE,		/* it comes as it is made */
};

struct ui_opts {
	enum ui_replay	 replay;
	const char	*replayed;	/* where it is; "-": standard input;
					   NULL: UI_REPLAY_NONE */
	const struct recorder_opts *record;	/* how, whatever the file */
	bool		 terminal;	/* or a screen in memory */
	bool		 read_only;	/* no worker */
	bool		 no_hints;	/* nor hints on another process */
	bool		 ascii, no_colour, mouse;
	const char	*scheme;	/* NULL: what suits */
	enum view_kind	 view;
	int		 cols, rows;
	uint64_t	 window_ns;	/* of the working set, as it is now */
	const struct difference *diff;	/* to begin with, at one of its moments;
					   NULL: none */
	const char	*config;	/* commands to begin with, a line each;
					   NULL: none */
	const char	*config_name;	/* where they stand */
	struct {
		const char	*name;	/* to begin with; NULL: none */
		struct lesson_result *check;	/* not NULL: nobody reads it,
						   and then all ends */
		const char	*answers;	/* file for them; NULL: none */
		bool		 offer;		/* say where they are */
	} lesson;
};

/* What has to be known here of the commands, which know all that is here. */
struct ui_commands {
	binding_acts	*acts;
	/* The i-th; NULL: there are no more. */
	const struct command *(*row)(unsigned i);
	/* command_find(). */
	const struct command *(*find)(const char *name, struct strbuf *why);
};

/* What of a recording that is a file is known apart from what is read of it in
 * turn. */
struct ui_ahead {
	uint64_t	 first_ns;	/* of its first sample ... */
	uint64_t	 end_ns, end_wall_ns;	/* ... and of the last */
	const struct events *events;	/* all of them */
};

/* Where one waits to go in a recording. */
struct ui_want {
	enum { UI_WANT_NOTHING, UI_WANT_TIME, UI_WANT_MARK, UI_WANT_STEP } kind;
	char		 at[32];	/* to this time */
	bool		 later;		/* mark, step: on, or back ... */
	uint64_t	 n;		/* ... by so many samples */
	unsigned	 tries;		/* which twice as many were looked for */
	bool		 looked;	/* for the mark ... */
	struct event	 mark;		/* ... which is this; seq 0: none */
};

struct ui {
	struct ui_opts	 opts;
	const struct ui_commands *commands;	/* not called before all is
						   open */
	struct watch	*watch;
	struct act	*act;
	struct said	*said;
	struct script	*script;	/* NULL: none */
	struct lessons	*lessons;

	struct viewport	 vp;
	struct cells	 shown;		/* the viewport's cells */
	struct changes	*changes;
	bool		 frozen;
	struct snapshot	 past;		/* ... then this is shown */
	struct {
		uint64_t	 back_ns;	/* so long before the picture
						   that froze */
		uint64_t	 reach_ns;	/* snapshots are kept for so
						   long before it */
		struct changes	*changes;	/* made of them; NULL: none */
		uint64_t	 changes_ns;	/* ... as of then */
		bool		 all_read;	/* of a recording that is a
						   file */
		struct ui_want	 want;		/* where to go when that is
						   read */
		bool		 part;		/* the history is that of a
						   part of the recording, which
						   was gone to before the rest
						   is read */
		bool		 plays;		/* it goes on by itself ... */
		uint64_t	 play_ns;	/* ... here */
		unsigned	 speed_pct;	/* times as fast as it was */
		struct landing	 landing;	/* as it froze */
		struct sharers	*sharers;	/* the same; NULL: nobody
						   looked */
	} then;				/* of the past */

	struct frame	 frame;		/* as large as the screen */
	enum view_kind	 view;
	struct {
		enum graphs	 what;
		uint64_t	 column_ns;	/* time of a column */
		struct waterfall *fall;		/* a row is as long */
	} graph;
	enum expand	 expand;
	enum side_panel	 side;
	struct {
		bool		 help;		/* it is open: these rows ... */
		struct key_help	*row;
		size_t		 n;
		bool		 one;		/* ... of one command */
		size_t		 page;		/* ... on this page */
		char		 find[64];	/* looked for in it; "": none */
		uint64_t	 event;		/* seq of the newest shown; 0:
						   of all */
		bool		 panel;		/* the side panel lies over the
						   map */
		bool		 views;		/* the list of them is open */
		enum view_kind	 view_then;	/* the one when it was opened */
		enum view_kind	 view_before;	/* where a view goes back to */
		struct browse	*browse;	/* of processes, and of what one
						   has mapped; NULL: without */
		struct comparing compare;	/* open: it has the screen */
		struct difference *diff;	/* of the view; NULL: none */
	} list;
	struct {
		bool		 on;
		bool		 held;		/* pressed on the map ... */
		uint64_t	 page;		/* ... here */
	} mouse;
	struct prompt	 prompt;
	struct {
		struct sample	 held;	/* its totals are shown; seq 0: none */
		bool		 ahead;	/* not looked at yet: ui_settle() */
		bool		 due;	/* measure before the next picture:
					   another view */
	} look;
	struct {
		uint32_t key[UI_PRESSED_MAX];
		unsigned n;
		bool	 on;		/* they are pressed right now */
	} pressed;			/* by a command */
	struct {
		struct writing	*writing;	/* a file, meanwhile; NULL:
						   none */
		struct recorder	*recorded;	/* a recording, the same */
		bool		 failed;	/* one of the script did, and
						   the session is to end */
	} run;				/* what came of command lines */
	bool		 quit;		/* the session is to end */
};

/* On watch, which is open; act, said and commands are set before, all else is
 * cleared. */
void	ui_open(struct ui *, const struct ui_opts *);
void	ui_close(struct ui *);
/* The newest sample is there; quiet: the worker did nothing. */
void	ui_take(struct ui *, bool quiet);
/* A sample of the regular rhythm was taken: a race goes on, what fades is
 * drawn anew. */
void	ui_tick(struct ui *);
/* A recording has another sample. */
void	ui_replayed(struct ui *);
/* rewind.c: ... and has no more. */
void	ui_all_replayed(struct ui *);
/* Where it was to go then: one went somewhere else meanwhile. */
void	ui_give_up_at(struct ui *);
/* Does one wait to go somewhere? Then samples from *from_ns on are wanted, until
 * one is younger than *until_ns. */
bool	ui_wants(struct ui *, const struct ui_ahead *,
	    uint64_t *from_ns, uint64_t *until_ns);
/* They are in the history: goes there, or wants more. */
void	ui_arrive(struct ui *, const struct ui_ahead *);
/* The watch has another history, ring and events: of a part, or of all. What
 * is frozen is in it. */
void	ui_turned(struct ui *, bool part);
/* So much time has gone by; what plays goes on. */
void	ui_play(struct ui *, uint64_t ns);
/* Plays, or stops. */
void	ui_set_play(struct ui *, bool on);
/* Another file is watched now. */
void	ui_forget(struct ui *);

/* Lines typed before, of a file, which they are added to at the end. 0, or
 * -errno with why. */
int	ui_typed_load(struct ui *, const char *path, struct strbuf *why);
bool	ui_typed_any(const struct ui *);	/* in this session */
int	ui_typed_save(const struct ui *, const char *path,
	    struct strbuf *why);

/* command.c: is that the line of a command that acts, or is about what only a
 * worker has? */
bool	command_acts(const char *line);
/* For ui.commands. */
extern const struct ui_commands command_list;

/* mode.c: what a key means now. */
enum binding_mode ui_mode(const struct ui *);
/* What is to be typed for a command line: its key, ":stop" where there is
 * none. Fills buf and returns it. */
char	*ui_key_for(const struct ui *, char buf[UI_KEY_MAX], const char *line);
/* Why that command line does nothing to what is mapped, or asked, now; NULL: it
 * may. */
const char *ui_useless(const struct ui *, const char *line);
/* What takes others' room on the screen: nothing does while pictures are
 * compared. */
enum expand ui_expand(const struct ui *);
/* The same, whatever lies over it. */
enum expand ui_room(const struct ui *);

/* input.c */
/* A key from the terminal. */
void	ui_key(struct ui *, uint32_t key);
/* The keys that a command line pressed, which has just been run. */
void	ui_press(struct ui *);
/* mouse.c: what the pointer (enum tty_button) does at a place of the screen. */
void	ui_mouse(struct ui *, int x, int y, int button);
/* cmdmain.c: what there is to wait for now: up to UI_FDS are filled in; how
 * many. */
int	ui_fds(const struct ui *, struct pollfd *);
/* One of them is ready; false: it is none of them. */
bool	ui_ready(struct ui *, int fd);
/* The reader of the list may have sent something. */
void	ui_listed(struct ui *);
/* Draws the frame. */
void	ui_draw(struct ui *);
/* The screen has this size now. */
void	ui_resized(struct ui *, int cols, int rows);
void	ui_set_mouse(struct ui *, bool on);

/* The sample on the screen: the newest, or one of the past. */
const struct sample *ui_sample(const struct ui *);
/* The viewport changed, or the picture froze or goes on: what is looked at, and
 * shown, too. */
void	ui_look(struct ui *);
/* Another view or viewport: ui_settle looks there, once for all the keys that
 * led there, and the next picture is measured there first. */
void	ui_looked(struct ui *);
void	ui_settle(struct ui *);
/* The same for a move of the cursor, which may leave the viewport as it is. */
void	ui_moved(struct ui *);
void	ui_freeze(struct ui *, bool on);
/* While frozen: shows the newest sample. */
void	ui_show_newest(struct ui *);
/* While frozen: another moment is in past now. */
void	ui_show_past(struct ui *);
/* How far the working set reaches back from now on. */
void	ui_window(struct ui *, uint64_t window_ns);

/* screenfile.c: is that a file to export to, by its name? */
bool	ui_exports(const char *path);
#define UI_EXPORTS "FILE ends in .cast, .json, .svg or .csv"
/* Does it take samples that are kept? */
bool	ui_export_is_of_past(const char *path);
/* What stands for a moment, in words for who typed something else. */
#define UI_TIMES "a time as 12:00:31.4, or -30 for seconds ago"
/* held.c: what of the past is kept: ": kept are 2.9 s, since 12:00:00.100". */
void	ui_add_reach(const struct ui *, struct strbuf *);
/* Is there a past sample? 0, or -ENOENT with why. */
int	ui_past_kept(const struct ui *, struct strbuf *why);
/* All that is kept, or of .svg the picture, as its name says. 0, or -errno with
 * why. */
int	ui_export(struct ui *, const char *path, struct strbuf *why);
/* cmdmain.c: no file is written any more when this session ends: says in why
 * which one was not finished; false: that for answers. */
bool	ui_end_writing(struct ui *, struct strbuf *why);

/* helprows.c */
/* Pages of the help on this screen; the next one from the one shown on with
 * what is looked for, false: there is none. */
size_t	ui_help_pages(const struct ui *);
bool	ui_help_find(const struct ui *, size_t *page);

/* prompt.c: the line editor. */
/* run: the command line, with "%s" for what is typed; without it the prompt is
 * a question, and y runs the line. */
void	ui_prompt_open(struct ui *, const char *label, const char *run);
void	ui_prompt_close(struct ui *);
/* Is it open for a command line, whatever that is? */
bool	ui_prompt_takes_command(const struct ui *);
/* What stands between keep and the cursor is this now. */
void	ui_prompt_put(struct ui *, size_t keep, const char *text);
/* A key while a prompt is open; true: a line is finished, which is appended. */
bool	ui_prompt_key(struct ui *, uint32_t key, struct strbuf *line);
/* Is the prompt that is open a question? */
bool	ui_prompt_asks(const struct ui *);

#endif
