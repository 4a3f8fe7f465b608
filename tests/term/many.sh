#!/bin/sh
# Many keys and many orders at a time: frames go on, Ctrl-C is answered, and
# no order that was taken is lost.
. "${srcdir:-.}/tests/lib.sh"
need tmux

"$HELPERS/pages" make "$work/f" 4096

# repeat N TEXT: in a line.
repeat() {
	i=0
	while [ "$i" -lt "$1" ]; do
		printf '%s' "$2"
		i=$((i + 1))
	done
}
# logged TEXT: lines of the log with it.
logged() {
	grep -c -F -e "$1" "$work/log"
}
all_made() {
	test "$(logged 'MADV_NORMAL) = 0')" = "$1"
}

# A worker that does nothing for a while, as in storage that is slow.
tm_start 120x40 "$PAGETIDE" --log "$work/log" "$work/f"
tm_wait LIVE >/dev/null
worker=$(worker_of "$(tm_pid)")
kill -s STOP "$worker"
tm_type "$(repeat 500 N)"
ok "too many orders: said" tm_wait "64 orders wait for the worker"
ok "and still live" tm_wait LIVE
tm_keys Tab
ok "other keys do what they do" tm_wait COST
tm_keys s
tm_keys V
ok "a stop waits with the orders" tm_wait "BOTH"
is "$(logged '= 0')" 0 "none is made yet"
kill -s CONT "$worker"
ok "all that were taken are made" poll_until 30 all_made 65
is "$(logged 'this one is ignored')" 435 "each of the others was reported"
ok "none came to nothing" sh -c '! grep -e "not made" -e "not measured" "$0"' \
    "$work/log"
tm_keys N
ok "and there is room again" poll_until 30 all_made 66

# The worker is gone: what waits comes to nothing, and says so.
kill -s STOP "$worker"
tm_type "$(repeat 10 N)"
poll_until 30 sh -c 'test "$(grep -c "command: advise" "$0")" = 511' \
    "$work/log"
kill -s KILL "$worker"
not_made() {
	test "$(logged 'not made')" = 9
}
ok "of a dead worker: the waiting are not made" poll_until 30 not_made
ok "and the one under way is unknown" poll_until 30 grep -q \
    'unknown: the worker ended' "$work/log"
tm_keys q
is "$(tm_status)" 0 "ends well"

# A script does not lose orders: it waits for room.
{
	repeat 300 'advise normal
'
	echo wait-idle
} >"$work/script"
rm "$work/log"
run timeout 60 "$PAGETIDE" --headless -s "$work/script" --log "$work/log" \
    "$work/f"
is "$status" 0 "a script with 300 orders"
ok "all are made" all_made 300

# Keys by the thousand, then Ctrl-C: behind more than the terminal holds.
storm() {
	{
		echo 'wait LIVE'
		keys=$(repeat 1000 "$2")
		repeat 8 "send $keys
"
		echo elapsed
		echo 'send \x03'
		echo 'expect-exit signal INT'
		echo elapsed
		echo 'termios-same'
	} >"$work/storm"
	if "$HELPERS/ptytool" -s 120x40 -t xterm-256color -l 60 -- \
	    "$PAGETIDE" "$work/f" <"$work/storm" >"$work/out" 2>&1; then
		# 100 ms of it ptytool waits for more.
		within "$(awk '/^elapsed/ { t = $2 - t } END { print t }' \
		    "$work/out")" 1 5000 "$1: Ctrl-C ends it"
	else
		fail "$1: Ctrl-C ends it"
		diag <"$work/out"
	fi
}
storm "8000 hints" N
storm "8000 touches" t
storm "4000 walks, started and stopped" fs
storm "8000 views" v
done_testing
