#!/bin/sh
# The keys of a live session on a real file, as a user presses them.
. "${srcdir:-.}/tests/lib.sh"
need tmux

dir=$(realfs_dir) || skip_all "no real file system"
"$HELPERS/pages" make "$dir/f" 4096

# Numbers as the screen shows them now.
cached() {
	tm_screen | pages_shown cached 4096
}
mapped() {
	tm_screen | pages_shown mapped 4096
}
mapped_none() {
	test "$(mapped)" = 0
}
cached_full() {
	test "$(cached)" -ge 4000
}
cached_some() {
	tm_keys .
	test "$(cached)" -ge 60 -a "$(cached)" -le 64
}
evict_told() {
	tm_screen | grep -q 'mapped 0 =  cached [34][0-9][0-9][0-9] -> [0-9]\{1,2\}\( \|$\)'
}
dontneed_told() {
	tm_screen | grep -q 'mapped [34][0-9][0-9][0-9] -> 0  cached [34]'
}
# For a second after the start the worker may have done it.
others_told() {
	"$HELPERS/pages" evict "$dir/f"
	"$HELPERS/pages" read "$dir/f" 0:64
	tm_shows "not the worker: others"
}

# The machine may reclaim pages at any time: "all" is nearly all, and each of
# the parts is a session of its own on the cold file.
start() {
	tm_kill
	"$HELPERS/pages" evict "$dir/f"
	tm_start 120x40 "$PAGETIDE" "$dir/f"
	ok "live" tm_wait LIVE
	ok "cold: nothing cached" tm_wait "major 4096 = 100"
}

touches() {
	start
	tm_keys R
	ok "R is an event with its call" tm_wait "MADV_RANDOM) = 0"
	ok "the advice is read back" tm_wait "advice RANDOM"
	tm_keys t
	ok "one touch under RANDOM brings one page" tm_wait "major 4095 = "
	ok "and maps it" tm_wait "nothing 1 = "
}

walks() {
	start
	tm_keys '>' '>' '>' '>' '>' '>'
	ok "> up to full speed" tm_wait "full speed"
	tm_keys f
	ok "f walks through the file" poll_until 20 cached_full
	tm_keys D
	ok "D: the event says that PTEs went and the cache stayed" \
	    poll_until 5 dontneed_told
	ok "mapped is 0" poll_until 5 mapped_none
	ok "the cache is full" cached_full
	tm_keys E
	ok "E asks first" tm_wait "Do it? y/[n]"
	tm_keys n
	ok "n: not done" tm_wait "not done"
	ok "the cache is still full" cached_full
	tm_keys E
	tm_wait "Do it? y/[n]"
	tm_keys y
	ok "y: evicted" tm_wait "major 4096 = 100"
	ok "both calls are named" tm_shows "; posix_fadvise(fd, 0, 16M"
	ok "and their effect" poll_until 5 evict_told
}

pauses() {
	start
	tm_keys Space
	ok "Space: the badge" tm_wait FROZEN
	"$HELPERS/pages" read "$dir/f" 0:64
	tm_keys l l
	ok "frozen: cursor moves" tm_shows FROZEN
	ok "frozen: the picture stands" tm_shows "major 4096 = 100"
	ok ". takes the newest sample" poll_until 5 cached_some
	tm_keys Space
	ok "Space: live again" tm_wait LIVE
	ok "what others did is told apart" poll_until 10 others_told
}

undisturbed touches
undisturbed walks
undisturbed pauses

tm_keys Tab
ok "Tab: the view of costs" tm_wait "COST"
tm_keys V
ok "V: back" tm_wait "BOTH"
tm_keys v
ok "v: the list of views" tm_wait "VIEWS"
ok "the map stays in sight" tm_shows "0>|"
tm_keys v
ok "v again: the next" tm_wait "COST"
tm_keys Escape
ok "Esc: back to the view of before" tm_wait "BOTH (upper"
ok "and no list" tm_gone "VIEWS"
tm_keys v w
ok "a letter: that view" tm_wait "TOUCHED"
ok "and no list either" tm_gone "VIEWS"
tm_keys w
ok "w again goes back" tm_wait "BOTH (upper"
tm_keys R
tm_wait "advice RANDOM"
tm_keys N
ok "N" tm_wait "advice NORMAL"

tm_type ":pace 20"
tm_keys Enter
tm_keys f
ok "a slow walk" tm_wait "@ sequential 20/s"
tm_keys p
ok "p: it pauses" tm_wait "@ sequential paused"
ok "and the footer goes on" tm_wait "p go on"
tm_keys n
ok "n: a step" tm_wait "n step: page "
ok "and it still pauses" tm_shows "@ sequential paused"
tm_keys p
ok "p: it goes on" tm_wait "@ sequential 20/s"
tm_keys x
ok "x: it ends" tm_gone "@ sequential"
ok "and is not said to be stopping any more" tm_gone "stopping"
tm_type ":touch beyond"
tm_keys Enter
ok "a signal that the worker survives" tm_wait "SIGBUS BUS_ADRERR in "
tm_keys t
ok "and it touches" tm_wait "touch page 8 at 32K"

tm_keys /
tm_wait "go to"
tm_keys 8 M Enter
ok "/8M: the cursor is there" tm_wait "at 8M  pages 2048"
tm_keys 1
ok "1: a page a cell" tm_wait "= 1 page,"
tm_keys 0
tm_keys '?'
ok "? opens help" tm_wait "legend, keys, views"
tm_type "/dontneed:"
tm_keys Enter
ok "help has the hints" tm_wait "DONTNEED: drop the PTEs"
tm_keys Escape
ok "Esc closes it" tm_gone "HELP"
tm_type ":view nonsense"
tm_keys Enter
ok ": a wrong command is said" tm_wait "no view nonsense: cache mapped"
tm_type ":view ma"
tm_keys Tab
ok "Tab completes" tm_wait ":view mapped"
tm_keys Enter
ok "Enter runs it" tm_wait "MAPPED"
tm_type ":q"
ok "under it stands what it does" tm_wait "end pagetide"
tm_keys Escape
tm_gone "end pagetide"
tm_keys q
is "$(tm_status)" 0 "q ends it"
done_testing
