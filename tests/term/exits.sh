#!/bin/sh
# Every way out leaves the terminal as it was, the exit status tells the
# truth, and no worker stays behind.
. "${srcdir:-.}/tests/lib.sh"
need tmux

dir=$(realfs_dir) || skip_all "no real file system"
"$HELPERS/pages" make "$dir/f" 4096

# start: a live session, below a line that must be there again afterwards.
start() {
	tm_start 120x40 \
	    "echo the-screen-before; \"$PAGETIDE\" \"$dir/f\"; exit \$?"
	tm_wait LIVE || return 1
	pid=$(tm_pid)
	worker=$(worker_of "$pid")
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

# left HOW STATUS: the session has ended in that way.
left() {
	is "$(tm_status)" "$2" "$1: status $2"
	ok "$1: termios as before" tm_restored
	ok "$1: the screen from before is back" \
	    poll_until 5 tm_shows the-screen-before
	ok "$1: the picture is gone" tm_lacks LIVE
	ok "$1: no worker stays" poll_until 5 gone "$worker"
}

start
ok "there is a worker" test -n "$worker"
tm_keys q
left "q" 0
start
tm_keys C-c
left "Ctrl-C" 130
start
tm_type :quit
tm_keys Enter
left ":quit" 0

for sig in HUP:129 QUIT:131 ABRT:134 BUS:135 SEGV:139 TERM:143; do
	start
	kill -s "${sig%:*}" "$pid"
	left "SIG${sig%:*}" "${sig#*:}"
done

# Killed outright nothing can be tidied up, but the worker goes all the same.
start
kill -s KILL "$pid"
ok "kill -9: no worker stays" poll_until 5 gone "$worker"

# The terminal itself goes away.
start
tm_kill
ok "closed terminal: pagetide ends" poll_until 5 gone "$pid"
ok "closed terminal: no worker stays" poll_until 5 gone "$worker"
done_testing
