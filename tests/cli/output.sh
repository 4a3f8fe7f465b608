#!/bin/sh
# Output that can't be written: in every mode one line that says why, and
# status 1. Descriptors that are closed are no file of ours.
. "${srcdir:-.}/tests/lib.sh"

cat /etc/passwd "$PAGETIDE" >"$work/file"
printf '%s\n' 'wait-samples 2' >"$work/s"
full='No space left on device'
closed='Bad file descriptor'

# lost REASON: what was run last says that, in one line, with status 1.
lost() {
	is "$status $(cat "$work/err")" \
	    "1 pagetide${2:-}: can't write standard output: $1" "$name"
}

# to_full ARGUMENT...: standard output is on a full disk.
to_full() {
	name="full: $*" status=0
	timeout 60 "$PAGETIDE" "$@" >/dev/full 2>"$work/err" </dev/null ||
	    status=$?
}

# to_closed ARGUMENT...: there is no standard output.
to_closed() {
	name="closed: $*" status=0
	timeout 60 "$PAGETIDE" "$@" >&- 2>"$work/err" </dev/null || status=$?
}

if [ -w /dev/full ]; then
	to_full --help; lost "$full"
	to_full --version; lost "$full"
	to_full --list-keys; lost "$full"
	to_full -r --list-keys; lost "$full"
	to_full --batch -n 1 --fake 1; lost "$full"
	to_full --batch "$work/file"; lost "$full"
	to_full --json --fake 1; lost "$full"
	to_full --json --cells 1000 "$work/file"; lost "$full"
	to_full --ndjson -n 2 -d 0.1 --cells 16384 --fake 1; lost "$full"
	to_full --headless --json --script "$work/s" --fake 1; lost "$full"
	to_full --headless --ndjson --script "$work/s" --fake 1; lost "$full"
	to_full --headless --ndjson --cells 16384 --script "$work/s" \
	    "$work/file"; lost "$full"
	to_full --ranges "$work/file"; lost "$full"
	to_full --ranges --json "$work/file"; lost "$full"
	to_full truth --help; lost "$full" " truth"
	to_full truth normal; lost "$full" " truth"
	to_full truth --json normal; lost "$full" " truth"
else
	skip "no /dev/full" 17
fi

to_closed --help; lost "$closed"
to_closed --list-keys; lost "$closed"
to_closed --batch "$work/file"; lost "$closed"
to_closed --json --cells 1000 "$work/file"; lost "$closed"
to_closed --ndjson -n 2 -d 0.1 "$work/file"; lost "$closed"
to_closed --headless --json --script "$work/s" "$work/file"; lost "$closed"
to_closed truth normal; lost "$closed" " truth"
to_closed truth --json normal; lost "$closed" " truth"

# none ARGUMENT...: no descriptor is open.
none() {
	status=0
	timeout 60 "$PAGETIDE" "$@" <&- >&- 2>&- || status=$?
}
none --json "$work/file"
is "$status" 1 "all closed: --json"
none truth --json normal
is "$status" 1 "all closed: truth --json"
none --version
is "$status" 1 "all closed: --version"
none --headless --script - --log "$work/log" --fake 1
is "$status" 1 "all closed: a script on standard input"
cp "$work/file" "$work/copy"
printf '%s\n' 'wait-samples 2' 'advise willneed' 'work sequential touches=8' \
    wait-idle "save-screen $work/none.txt" >"$work/s2"
none --headless --script "$work/s2" --log "$work/log" "$work/file"
is "$status" 0 "all closed: a session that prints nothing"
has "advise(" "$work/log" "acts"
has "file" "$work/none.txt" "and saves its screen"
ok "and nothing of it got into the file" cmp "$work/copy" "$work/file"

# A reader that does not read: signals are heard all the same.
blocked() {
	grep -q '^State:.S' "/proc/$pid/status" && sleep 0.05 &&
	    grep -q '^State:.S' "/proc/$pid/status"
}
over() {
	! kill -0 "$pid"
}
mkfifo "$work/fifo"
exec 8<>"$work/fifo"
yes 'wait-samples 1' | head -n 600 >"$work/long"
"$PAGETIDE" --headless --ndjson --cells 16384 -s "$work/long" --fake 1 \
    >"$work/fifo" 2>"$work/err" &
pid=$!
ok "a session prints into a pipe" test -n "$(head -c 1 <&8)"
ok "whose reader sleeps: it waits" poll_until 20 blocked
kill "$pid"
ok "and TERM ends it" poll_until 5 over
kill -9 "$pid" 2>/dev/null
status=0
wait "$pid" || status=$?
is "$status" 143 "as that signal does"
exec 8>&-
"$PAGETIDE" --headless --ndjson -s "$work/long" --fake 1 >"$work/fifo" &
pid=$!
is "$( { sleep 0.2; cat; } <"$work/fifo" | wc -l)" 601 \
    "a slow reader gets all samples"
wait "$pid"

# The same in batch mode; a reader that goes ends it without a word.
exec 8<>"$work/fifo"
"$PAGETIDE" --ndjson --cells 16384 --fake 1 >"$work/fifo" 2>"$work/err" &
pid=$!
ok "samples go into a pipe" test -n "$(head -c 1 <&8)"
ok "whose reader sleeps: they wait" poll_until 20 blocked
kill "$pid"
ok "and TERM ends that" poll_until 5 over
kill -9 "$pid" 2>/dev/null
status=0
wait "$pid" || status=$?
is "$status $(cat "$work/err")" "143 " "as that signal does"
exec 8>&-
"$PAGETIDE" --ndjson -n 600 -d 0.1 --fake 1 >"$work/fifo" &
pid=$!
is "$( { sleep 0.2; cat; } <"$work/fifo" | wc -l)" 600 \
    "a slow reader gets all samples"
wait "$pid"
# Is the last one out before a tick wakes the loop, too? By chance: again.
n=2 i=0
while [ "$n" = 2 ] && [ $((i += 1)) -le 15 ]; do
	n=$("$PAGETIDE" --ndjson -n 2 --cells 16384 --fake 1 |
	    { sleep 0.0$((i % 5))$((i % 7)); cat; } | wc -l)
done
is "$n" 2 "and no more than it asked for"
# What was ignored from the start, as by nohup, does not end it.
for sig in HUP INT; do
	rm -f "$work/out"
	(trap '' $sig; exec "$PAGETIDE" --batch -n 5 -d 0.2 --source mincore \
	    "$work/file") >"$work/out" &
	pid=$!
	poll_until 20 test -s "$work/out"
	kill -$sig "$pid"
	status=0
	wait "$pid" || status=$?
	is "$status $(grep -c cached= "$work/out")" "0 5" \
	    "$sig that is ignored does not end batch mode"
done
for mode in --ndjson --batch; do
	{
		status=0
		timeout 60 "$PAGETIDE" $mode --fake 1 2>"$work/err" ||
		    status=$?
		echo "$status $(cat "$work/err")" >"$work/end"
	} | head -n 3 >"$work/out"
	is "$(wc -l <"$work/out") $(cat "$work/end")" "3 141 " \
	    "$mode ends with its reader"
done

# A disk with room for a part of it; the mount goes with the process.
full_disk() {
	status=0
	timeout 60 unshare --mount sh -c '
	mount -t tmpfs -o size=64k none "$1" || exit
	out=$1/out err=$2
	shift 2
	"$PAGETIDE" "$@" >"$out" 2>"$err"' sh \
	    "$work/small" "$work/err" "$@" </dev/null || status=$?
	name="no room for all of it: $*"
}
mkdir "$work/small"
if unshare --mount mount -t tmpfs none "$work/small" 2>/dev/null; then
	full_disk --ndjson -n 3 -d 0.1 --cells 16384 --fake 1; lost "$full"
	full_disk --batch -n 1000 --fake 1; lost "$full"
	full_disk --headless --json --cells 16384 --script "$work/s" \
	    --fake 1; lost "$full"
	full_disk truth --json; lost "$full" " truth"
else
	skip "no tmpfs can be mounted" 4
fi
done_testing
