#!/bin/sh
# A recording that is read slowly, on a terminal: the first sample is there at
# once; a time that is not read yet is gone to when it is.
. "${srcdir:-.}/tests/lib.sh"
need tmux

matches() {
	matches_what=$1
	shift
	"$@" | grep -q "$matches_what"
}

r=$work/r.pt
{
	echo 'wait-samples 40'
	echo 'mark here'
	echo 'wait-samples 40'
} >"$work/script"
run "$PAGETIDE" --headless --fake 7 --record "$r" --script "$work/script"
is "$status" 0 "a session is recorded"
all=$(grep -c -E '^\{"(key|diff)' "$r")
mkfifo "$work/pipe"
exec 3<>"$work/pipe"
head -n 10 "$r" >&3
tm_start 100x30 "\"$PAGETIDE\" --replay \"$work/pipe\"" 3>&-
ok "the first sample is shown" tm_wait '12:00:00.100'
tm_keys : a t Space 1 2 : 0 0 : 0 0 . 5 Enter
ok "a time that is read is gone to" tm_wait "sample 5 of"
tm_keys : a t Space 1 2 : 0 0 : 0 5 Enter
ok "one after that is waited for" \
    tm_wait 'reads the recording before it goes there'
tail -n +11 "$r" >&3
exec 3>&-
ok "then it is shown" tm_wait "12:00:05.0"
tm_keys : a t Space - 0 . 5 Enter
ok "so is any other at once" tm_wait "sample $((all - 5)) of $all"
for line in 'at 12:00:01' freeze 'play slower' 'play slower'; do
	tm_type ":$line"
	tm_keys Enter
done
ok "it plays, slowly" tm_wait 'PLAYS x0.25'
at=$(tm_screen | grep -o '12:00:0[0-9.]*' | head -n 1)
moved_on() {
	! tm_shows "$at"
}
poll_until 10 moved_on
ok "which stays said while it does" matches 'plays 0.25 times as fast' \
    tm_screen
# At least one step of it lies between.
tm_type ':at 12:00:05'
tm_keys Enter
tm_gone 'sample '
tm_type ':freeze'
tm_keys Enter
tm_wait FROZEN
ok "and goes on where one has gone to" matches '12:00:0[5-8]\.' tm_screen
tm_keys q
is "$(tm_status)" 0 "ends well"

# One goes somewhere else before it is there.
exec 3<>"$work/pipe"
head -n 10 "$r" >&3
tm_start 100x30 "\"$PAGETIDE\" --replay \"$work/pipe\"" 3>&-
ok "the first sample is shown again" tm_wait '12:00:00.100'
tm_type ':at 12:00:05'
tm_keys Enter
ok "a time is waited for" tm_wait 'reads the recording before it goes there'
tm_type ':later 2'
tm_keys Enter
ok "then another is gone to" tm_wait '12:00:00.300'
tail -n +11 "$r" >&3
exec 3>&-
all_read() {
	tm_type ':later 1'
	tm_keys Enter
	tm_type ':earlier 1'
	tm_keys Enter
	poll_until 2 tm_shows "of $all"
}
ok "all is read" poll_until 20 all_read
ok "and it stays there" tm_wait '12:00:00.300'
tm_keys q
is "$(tm_status)" 0 "ends well"

# What differs between two moments, on a terminal: a view of the recording.
tm_start 120x40 "\"$PAGETIDE\" diff \"$r@1\" \"$r@3\""
ok "diff: a view" tm_wait 'DIFF (of two moments) | 12:00:01.100 -> 12:00:03.100'
ok "diff: at the moment of the second" tm_wait '12:00:03.100, 0 s back'
tm_keys ,
ok "diff: with the keys of a recording" tm_wait '12:00:03.000, 0.1 s back'
tm_keys v b Enter
ok "diff: and its other views" tm_wait 'BOTH'
tm_keys q
is "$(tm_status)" 0 "diff: its status is the session's"
tm_start 120x40 "\"$PAGETIDE\" diff --text \"$r@1\" \"$r@3\""
is "$(tm_status)" 0 "diff --text: its status is that of the comparison"
ok "diff --text: lines" tm_wait 'the same, in all that is known of both'
tm_start 120x40 "\"$PAGETIDE\" diff \"$r@1\" \"$r@1h\""
is "$(tm_status)" 1 "diff: a moment that there is not is no view"
ok "diff: which is said" tm_wait 'is no longer than'
done_testing
