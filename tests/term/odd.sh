#!/bin/sh
# Terminals that are none, that do not read, that go away.
. "${srcdir:-.}/tests/lib.sh"
need tmux

tm_start 80x24 "TERM=dumb \"$PAGETIDE\" --fake 3; echo status=\$?"
ok "a dumb terminal: said" tm_wait "of type dumb cannot show a screen"
ok "status 1" tm_wait "status=1"

# pty SIZE TERM: a pagetide on a pty of its own; the script is on stdin.
pty() {
	"$HELPERS/ptytool" -s "$1" -t "$2" -- "$PAGETIDE" --fake 3 \
	    >"$work/out" 2>&1
}
# Old terminals are told to wait with padding, which is no output.
printf '%s\n' 'wait LIVE' 'send q' 'expect-exit 0' 'termios-same' |
    "$HELPERS/ptytool" -s 80x24 -t vt100 -o "$work/raw" -- "$PAGETIDE" \
    --fake 3 >/dev/null
is "$(grep -c -F '$<' "$work/raw")" 0 "a vt100 gets no padding as text"

if pty 80x24 xterm-256color <<'END'
wait LIVE
stall on
send \t
send \t
size 120x40
send \t
size 100x30
send \t
stall off
send q
expect-exit 0
termios-same
END
then
	pass "a terminal that does not read holds nothing up"
else
	fail "a terminal that does not read holds nothing up"
	diag <"$work/out"
fi
if pty 80x24 xterm-256color <<'END'
wait LIVE
stall on
size 200x60
send q
expect-exit 0
END
then
	pass "and q ends it all the same"
else
	fail "and q ends it all the same"
	diag <"$work/out"
fi
if pty 80x24 xterm-256color <<'END'
wait LIVE
hangup
expect-exit signal HUP
END
then
	pass "a terminal that hangs up ends it"
else
	fail "a terminal that hangs up ends it"
	diag <"$work/out"
fi
done_testing
