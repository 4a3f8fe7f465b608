#!/bin/sh
# The keys of a live session on a real file, as a user presses them.
. "${srcdir:-.}/tests/lib.sh"
need tmux

dir=$(realfs_dir) || skip_all "no real file system"
"$HELPERS/pages" make "$dir/f" 4096

# Numbers as the screen shows them now.
cached() {
	tm_screen | sed -n 's/.*page cache \([0-9]*\)\/.*/\1/p'
}
mapped() {
	tm_screen | sed -n 's/.*| mapped \([0-9]*\) .*/\1/p'
}
cached_full() {
	test "$(cached)" -ge 4000
}
cached_some() {
	tm_keys .
	test "$(cached)" -ge 60 -a "$(cached)" -le 64
}
evict_told() {
	tm_screen | grep -q 'cached -[34][0-9][0-9][0-9]  mapped +0 '
}
dontneed_told() {
	tm_screen | grep -q 'cached [-+][0-9]\{1,2\}  mapped -[34][0-9][0-9][0-9] '
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
	ok "cold: nothing cached" tm_wait "page cache 0/4096"
}

touches() {
	start
	tm_keys R
	ok "R is an event with its call" tm_wait "MADV_RANDOM) = 0"
	ok "the advice is read back" tm_wait "advice RANDOM"
	tm_keys t
	ok "one touch under RANDOM brings one page" tm_wait "page cache 1/4096"
	ok "and maps it" tm_wait "mapped 1 "
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
	is "$(mapped)" 0 "mapped is 0"
	ok "the cache is full" cached_full
	tm_keys E
	ok "E asks first" tm_wait "Do it? y/[n]"
	tm_keys n
	ok "n: not done" tm_wait "not done"
	ok "the cache is still full" cached_full
	tm_keys E
	tm_wait "Do it? y/[n]"
	tm_keys y
	ok "y: evicted" tm_wait "page cache 0/4096"
	ok "both calls are named" tm_shows "; posix_fadvise(fd, 0, 16777216"
	ok "and their effect" poll_until 5 evict_told
}

pauses() {
	start
	tm_keys Space
	ok "Space: the badge" tm_wait PAUSED
	"$HELPERS/pages" read "$dir/f" 0:64
	tm_keys l l
	ok "paused: cursor moves" tm_shows PAUSED
	ok "paused: the picture stands" tm_shows "page cache 0/4096"
	ok ". takes the newest sample" poll_until 5 cached_some
	tm_keys Space
	ok "Space: live again" tm_wait LIVE
	ok "what others did is told apart" poll_until 10 others_told
}

undisturbed touches
undisturbed walks
undisturbed pauses

tm_keys v
ok "v: the view of the PTEs" tm_wait "MAPPED"
tm_keys V
ok "V: back" tm_wait "PAGE CACHE"
tm_keys R
tm_wait "advice RANDOM"
tm_keys N
ok "N" tm_wait "advice NORMAL"

tm_keys /
tm_wait "go to"
tm_keys 8 M Enter
ok "/8M: the cursor is there" tm_wait "at 8M  pages 2048"
tm_keys 1
ok "1: a page a cell" tm_wait "= 1 page,"
tm_keys 0
tm_keys '?'
ok "? opens help" tm_wait "all keys"
ok "help has the hints" tm_shows "DONTNEED"
tm_keys Escape
ok "Esc closes it" tm_gone "all keys"
tm_type ":view nonsense"
tm_keys Enter
ok ": a wrong command is said" tm_wait "no such view: nonsense"
tm_keys q
is "$(tm_status)" 0 "q ends it"
done_testing
