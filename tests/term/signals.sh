#!/bin/sh
# Whatever signal ends it: the terminal is given back first, and the caller
# sees that signal. What a user may send by habit, and Ctrl-Z where nobody
# could go on with it, does nothing.
. "${srcdir:-.}/tests/lib.sh"

# pty NAME [COMMAND...]: a pagetide on a terminal of its own, or the command;
# the script is standard input.
pty() {
	pty_name=$1
	shift
	[ $# -gt 0 ] || set -- "$PAGETIDE" --fake 3
	if "$HELPERS/ptytool" -s 80x24 -t xterm-256color -l 100 \
	    -o "$work/raw" -- "$@" >"$work/out" 2>&1; then
		pass "$pty_name"
	else
		fail "$pty_name"
		diag <"$work/out"
		return 1
	fi
}

# ends SIGNAL...: each gives back modes, cursor and the screen from before.
ends() {
	for sig; do
		pty "$sig ends it, the terminal is as before" <<END || continue
wait LIVE
signal $sig
wait \e[?1049l
wait \e[?12l\e[?25h
expect-exit signal $sig
termios-same
END
	done
}

ends INT TERM HUP QUIT ALRM VTALRM PROF POLL PWR STKFLT XCPU
ends ABRT BUS FPE ILL SEGV SYS TRAP
# Real-time signals: the first, one between, the last.
ends 34 50 64

pty "a terminal that reads again soon gets all that gives it back" <<'END'
wait LIVE
stall on
size 200x60
send \t
settle 200
size 190x60
send \t
settle 200
signal TERM
stall 300
wait \e[?1049l
wait \e[?12l\e[?25h
expect-exit signal TERM
termios-same
END

pty "and one that reads later finds them in place of the rest of a frame" <<'END'
wait LIVE
stall on
size 200x60
send \t
settle 200
size 190x60
send \t
settle 200
signal TERM
settle 2000
stall off
wait \e[?1049l
wait \e[?12l\e[?25h
expect-exit signal TERM
termios-same
END

pty "USR1, USR2, PIPE, URG, XFSZ and 32 and 33 do nothing" <<'END'
wait LIVE
signal USR1
signal USR2
signal PIPE
signal URG
signal XFSZ
signal 32
signal 33
send \t
wait COST
send q
expect-exit 0
termios-same
END

# The limit on CPU time would kill it at once, were it not told a second
# before. Most of the first of its two seconds is gone when it begins.
cat >"$work/burn" <<'END'
ulimit -t 2
used=0
while [ "$used" -lt 97 ]; do
	i=0
	while [ $i -lt 2000 ]; do
		i=$((i + 1))
	done
	read -r stat </proc/$$/stat
	used=$(set -- $stat; echo $((${14} + ${15})))
done
exec "$@"
END
pty "the end of its CPU time" sh "$work/burn" "$PAGETIDE" --fake 3 -d 0.01 \
    --fps 120 <<'END'
wait LIVE
send f
wait \e[?1049l
expect-exit signal XCPU
termios-same
END

# Past the limit on file sizes.
pty "no room for a screen in memory" sh -c "ulimit -f 2 && exec \"\$@\"" sh \
    "$PAGETIDE" --fake 3 <<'END'
wait ulimit -f
expect-exit 1
termios-same
END

# Too few descriptors: one line says so, or it works; the terminal is as before.
for n in 7 8 9 10 11 12 13 16; do
	pty "$n descriptors" sh -c "ulimit -n $n && \"\$@\"; echo status=\$?" \
	    sh "$PAGETIDE" --fake 3 <<'END' || continue
send q
wait status=
expect-exit 0
termios-same
END
	# The q is echoed amidst the line, at times.
	tr -d '\rq' <"$work/raw" | sed -n 's/.*pagetide: /pagetide: /p' >"$work/said"
	if grep -q 'status=0' "$work/raw"; then
		is "$(cat "$work/said")" "" "$n are enough"
	else
		ok "$n: which are too few" grep -q -x \
		    'pagetide: [^:]*: Too many open files' "$work/said"
	fi
done

if ! command -v tmux >/dev/null; then
	skip 'tmux is not installed' 8
	done_testing
	exit
fi

# In tmux the command is in a group that no shell looks after.
tm_start 80x24 "$PAGETIDE" --fake 3
tm_wait LIVE >/dev/null
tm_keys C-z
ok "Ctrl-Z where nobody could go on: said" tm_wait "not stopped"
tm_keys Tab
ok "and it goes on" tm_wait COST
kill -s TSTP "$(tm_pid)"
ok "TSTP from outside: the same" tm_wait "not stopped"
tm_keys V
ok "and it goes on" tm_wait "BOTH"
tm_keys q
is "$(tm_status)" 0 "it ends well"
ok "the terminal is as before" tm_restored

# Without a terminal it is not stopped either.
echo x >"$work/f"
echo 'wait-samples 20' >"$work/script"
setsid "$PAGETIDE" --headless -r -s "$work/script" --log "$work/log" \
    "$work/f" >/dev/null 2>&1 &
pid=$!
poll_until 10 test -s "$work/log"
kill -s TSTP "$pid"
ok "TSTP without a terminal: said" poll_until 10 \
    grep -q 'not stopped' "$work/log" || kill -s KILL "$pid"
ok "and it comes to its end" wait "$pid"
done_testing
