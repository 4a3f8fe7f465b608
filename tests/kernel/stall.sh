#!/bin/sh
# Storage that does not answer: the program goes on, says so, and ends when it
# is told to. A FUSE file system whose process is stopped.
. "${srcdir:-.}/tests/lib.sh"

mkdir "$work/src"
"$HELPERS/pages" make "$work/src/f" 600
cp "$work/src/f" "$work/src/g"
m=$work/m
fuse_at "$work/src" "$m" || skip_all "no bindfs, no /dev/fuse, or no right to"
pid=
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null; test_end' EXIT

# Threads stop one after the other.
stopped() {
	! grep -L '^State:.T' "/proc/$fuse_pid"/task/*/status | grep -q .
}
stalls() {
	kill -STOP "$fuse_pid"
	poll_until 10 stopped
}

answers() {
	kill -CONT "$fuse_pid"
	poll_until 10 stat "$m/f"
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

# Where each of them is, for whoever reads the log of a failure.
where() {
	for p in $(grep -l -F '(pagetide' /proc/[0-9]*/stat |
	    sed 's|/proc/||; s|/stat||'); do
		grep -H -E '^(State|Name|SigPnd|ShdPnd)' "/proc/$p/status"
		sed "s/^/$p /" "/proc/$p/stack"
	done 2>/dev/null | diag
}

get() {
	"$HELPERS/jsonget" "$@"
}

# ends WHAT SIGNAL: it does so, by the signal, soon.
ends() {
	kill -s "$2" "$pid"
	ok "$1: it ends within two seconds" poll_until 2 gone "$pid" || where
	status=0
	wait "$pid" || status=$?
	pid=
}

# session LINE...: a headless one that follows its name, and does this two
# seconds after it is ready.
session() {
	rm -f "$work/screen.txt"
	printf '%s\n' 'wait-samples 3' 'note ready' 'wait-samples 40' "$@" \
	    'wait-samples 9999' >"$work/script"
	begin "$PAGETIDE" --headless -d 0.05 --script "$work/script" \
	    --log "$work/log" --follow name "$m/f"
	poll_until 10 grep -q 'note ready' "$work/log"
}

logged() {
	poll_until 10 grep -q -F -e "$1" "$work/log"
}

# --- at the start ---

stalls
for how in --json "--batch -n 1" "--headless --script /dev/null"; do
	begin "$PAGETIDE" $how "$m/f"
	ok "$how waits, and says so" poll_until 10 \
	    grep -q "storage does not answer since" "$work/err"
	ends "$how" TERM
	is "$status" 143 "by the signal"
done
# Who reads what it prints does not wait for storage.
mkfifo "$work/pipe"
begin sh -c 'exec "$0" --json "$1" >"$2"' "$PAGETIDE" "$m/f" "$work/pipe"
cat "$work/pipe" >"$work/read" &
reader=$!
poll_until 10 grep -q "storage does not answer" "$work/err"
kill "$pid"
ok "its reader sees the end" poll_until 10 gone "$reader"
wait "$pid"
pid=
begin "$PAGETIDE" --json "$m/f"
poll_until 10 grep -q "storage does not answer" "$work/err"
answers
status=0
wait "$pid" || status=$?
pid=
is "$status $(get target.pages <"$work/out")" "0 600" \
    "it waits until storage answers"

# --- while it is watched ---

begin "$PAGETIDE" --ndjson -d 0.1 "$m/f"
poll_until 10 test -s "$work/out"
is "$(head -n 1 "$work/out" | get target.storage_wait_ns)" 0 \
    "storage answers at first"
stalls
waiting() {
	test "$(tail -n 1 "$work/out" | get target.storage_wait_ns)" -gt 1000000000
}
ok "samples go on, with the time it has not answered" poll_until 10 waiting
lines=$(wc -l <"$work/out")
more() {
	test "$(wc -l <"$work/out")" -gt $((lines + 5))
}
ok "and on" poll_until 10 more
is "$(tail -n 1 "$work/out" | get target.pages)" 600 "with what was known"
ends "--ndjson" TERM
is "$status" 143 "by the signal"
answers

begin "$PAGETIDE" --batch -d 0.1 "$m/f"
poll_until 10 test -s "$work/out"
stalls
ok "plain lines say it" poll_until 10 \
    grep -q "target: storage does not answer" "$work/out"
answers
ok "and that it does again" poll_until 10 \
    grep -q "storage answers again" "$work/out"
stalls
ends "--batch" HUP
answers

# Whatever a session was asked to do when storage stalled.
goes_on() {
	"$HELPERS/pages" evict "$work/src/f"
	session "$1" 'wait-samples 30' 'note still here' \
	    "save-screen $work/screen.txt" 'note saved'
	stalls
	ok "$1: the session goes on" logged 'note saved' || {
		where
		diag <"$work/log"
	}
	has "storage does not answer since" "$work/screen.txt" \
	    "$1: its screen says why"
	ends "$1" TERM
	is "$status" 143 "by the signal"
	answers
}
for act in 'map private write' restart 'advise populate' 'work sequential' \
    'view holes'; do
	undisturbed goes_on "$act"
done

# Why a worker died of SIGBUS, only storage could say for sure.
session 'wait-samples 9999'
has_worker() {
	[ -n "$(worker_of "$pid")" ]
}
poll_until 20 has_worker
stalls
kill -s BUS "$(worker_of "$pid")"
ok "a worker that dies meanwhile stops nothing" logged "worker died: SIGBUS"
ends "after its worker" TERM
answers

# A file that is gone over to, while storage stalls.
session 'note stalled' 'wait-samples 40' quit
stalls
logged "storage does not answer"
mv "$work/src/g" "$work/src/f"
logged 'note stalled'
answers
ok "it follows when storage answers again" logged "which is watched from here"
ok "and ends" poll_until 10 gone "$pid"
status=0
wait "$pid" || status=$?
pid=
is "$status" 0 "well"

# --- the truth table, which writes there as well ---

begin "$PAGETIDE" truth --dir "$m"
ok "truth measures on it" poll_until 20 grep -q ok "$work/out"
stalls
sleep 0.2
ends "truth" TERM
is "$status" 143 "by the signal"
answers
stalls
begin "$PAGETIDE" truth --dir "$m"
sleep 0.2
ends "truth at the start" TERM
is "$status" 143 "by the signal"
answers
is "$(ls "$work/src")" f "no file is left"

# --- in a terminal ---

if command -v tmux >/dev/null; then
	tm_start 120x40 "$PAGETIDE" "$m/f"
	tm_wait LIVE
	stalls
	tm_wait "storage does not answer since" || fail "the header says it"
	tm_keys Tab
	ok "keys are answered" tm_wait "COST (of" 2
	tm_keys q
	is "$(tm_status 2)" 0 "q ends it"
	ok "the terminal is as before" tm_restored
	answers
	for key in C-c q; do
		tm_start 120x40 "$PAGETIDE" "$m/f"
		tm_wait LIVE
		stalls
		tm_wait "storage does not answer since"
		tm_keys $key
		ok "$key ends it" tm_status 2
		answers
		stalls
		tm_start 120x40 "$PAGETIDE" "$m/f"
		tm_wait "storage does not answer since 1 s"
		tm_keys $key
		ok "$key ends one that waits to start" tm_status 2
		ok "the terminal is as before" tm_restored
		answers
	done
	# A log that is there, of a session about something else.
	"$HELPERS/pages" make "$work/near" 600
	tm_start 120x40 "$PAGETIDE" --log "$m/log" "$work/near"
	tm_wait LIVE
	stalls
	tm_keys N
	tm_keys Tab
	ok "a log that hangs: keys are answered" tm_wait "COST (of" 2
	ok "and what they do is done" tm_wait "MADV_NORMAL) = 0" 2
	tm_keys q
	is "$(tm_status 3)" 1 "q ends it, with an error"
	ok "which is said" tm_wait "can't write $m/log: storage does not answer"
	answers
	ok "all of it is logged when it answers" poll_until 10 \
	    grep -q 'command: quit' "$work/src/log"

	# A recording that is ended.
	tm_start 120x40 "$PAGETIDE" "$work/near"
	tm_wait LIVE
	tm_type ":record $m/r.pt"
	tm_keys Enter
	ok "a recording" poll_until 10 grep -q '"key"' "$work/src/r.pt"
	stalls
	# Who writes has begun to wait.
	waits_for_storage() {
		for p in $(children_of "$(tm_pid)"); do
			! grep -q -e fuse -e request_wait_answer \
			    "/proc/$p/wchan" || return 0
		done
		return 1
	}
	poll_until 10 waits_for_storage
	tm_type ':record off'
	tm_keys Enter
	ok "record off, and storage hangs: that is said" \
	    tm_wait "r.pt is being written" 5
	tm_keys Tab
	ok "and keys are answered" tm_wait "COST (of" 3
	tm_type ":record $m/s.pt"
	tm_keys Enter
	ok "another may begin" tm_wait "recording to $m/s.pt" 5
	tm_type ':record off'
	tm_keys Enter
	ok "which ends after that one" tm_wait "r.pt is still being written" 5
	answers
	ok "when storage answers it is whole" tm_wait "r.pt is written"
	poll_until 10 grep -q '"key"' "$work/src/s.pt"
	tm_keys q
	is "$(tm_status 10)" 0 "and so is the other at the end"
	for f in r s; do
		run "$PAGETIDE" --replay "$work/src/$f.pt" --json
		is "$status $(cat "$work/err")" '0 ' "$f.pt can be replayed"
	done

	# What a learner predicts.
	mkdir "$work/own"
	printf '%s\n' 'lesson One' step 'predict How many?' 'choice 1' \
	    'choice 2' lock 'do touch' 'reveal since(counters.touches)' \
	    step 'say the second step' >"$work/own/07-one.lesson"
	tm_start 120x40 "PAGETIDE_LESSONS=\"$work/own\" \"$PAGETIDE\" lesson \
	    --fake 7 --answers \"$m/answers\" one"
	tm_wait 'How many?'
	stalls
	tm_keys 2
	tm_wait 'Your prediction was' 5
	tm_keys Space
	ok "answers, and storage hangs: the lesson goes on" \
	    tm_wait 'the second step' 5
	tm_keys q
	is "$(tm_status 5)" 1 "q ends it, with an error"
	ok "which is said" \
	    tm_wait "can't write $m/answers: storage does not answer"
	answers
	ok "the answer is there when it answers" poll_until 10 \
	    grep -q '"answered":2' "$work/src/answers"
else
	skip "tmux is not installed" 27
fi

# --- nobody is left behind ---

left() {
	grep -l -F '(pagetide' /proc/[0-9]*/stat 2>/dev/null |
	    while read -r stat; do
		tr '\0' ' ' <"${stat%stat}cmdline" 2>/dev/null |
		    grep -F "$m/f"
	done
}
none_left() {
	[ -z "$(left)" ]
}
ok "no process is left" poll_until 10 none_left || left | diag
done_testing
