#!/bin/sh
# A place of a recording that is not read yet is gone to at once, with the same
# picture as when all is read: a pipe that says little is what is read in turn,
# and the whole file has taken its name.
. "${srcdir:-.}/tests/lib.sh"
need tmux

{
	echo 'wait-samples 3'
	for i in 1 2 3 4 5 6; do
		printf '%s\n' 'advise evict yes' 'work sequential touches=2000' \
		    'wait-samples 90' "mark number $i" \
		    'work random touches=500 seed=7' 'wait-samples 110'
	done
} >"$work/script"

# type_line LINE: as a command.
type_line() {
	tm_type ":$1"
	tm_keys Enter
}

# shot NAME: the picture, saved.
shot() {
	type_line "save-screen $work/$1.txt"
	poll_until 10 test -s "$work/$1.txt"
}

# pictures NAME: of two views.
pictures() {
	for view in changed cache; do
		type_line "view $view"
		shot "$1-$view"
	done
}

# same A B WHAT [LINES]: the pictures, but for how far back one can go, the
# message, and these lines.
same() {
	for one in "$1" "$2"; do
		sed -e '1s/  *12:.*//' -e '39,40d' ${4:+-e "$4d"} \
		    "$work/$one.txt" >"$work/$one.part"
	done
	ok "$3" diff "$work/$1.part" "$work/$2.part"
}

# time_of NAME: of the moment in a picture.
time_of() {
	sed -n '1s/.* \(12:[0-9:.]*\),.*/\1/p' "$work/$1.txt"
}

times='12:01:45.5 12:00:49.5 12:01:04.2'
for r in r.pt r.pt.zst; do
	run "$PAGETIDE" --headless --fake 7 --record "$work/$r" \
	    --script "$work/script"
	[ "$status" -eq 0 ] || [ "$r" = r.pt.zst ] || fail "a session is recorded"
done
all=$(grep -c -E '^\{"(key|diff)' "$work/r.pt")

# What it is to be: when all is read.
tm_start 120x40 "\"$PAGETIDE\" --replay \"$work/r.pt\""
tm_wait FROZEN
for at in $times; do
	type_line "at $at"
	tm_wait " of $all"
	pictures "all-$at"
done
type_line 'at 12:01:29.5'
type_line 'earlier 300'
shot earlier
type_line 'later 600'
shot later
tm_keys q
is "$(tm_status)" 0 "all of it is read"

for r in r.pt r.pt.zst; do
	[ -s "$work/$r" ] || continue
	rm -f "$work/tape" "$work"/part-* "$work"/then-*
	mkfifo "$work/tape"
	exec 3<>"$work/tape"
	head -n 10 "$work/r.pt" >&3
	tm_start 120x40 "\"$PAGETIDE\" --replay \"$work/tape\"" 3>&-
	ok "$r: the first sample is shown" tm_wait '12:00:00.100'
	cp "$work/$r" "$work/copy"
	mv "$work/copy" "$work/tape"
	# Graphs are of what is read: they begin there.
	for at in $times; do
		type_line "at $at"
		ok "$r: $at is gone to" tm_wait "sample of $at"
		pictures "part-$at"
		for view in changed cache; do
			same "all-$at-$view" "part-$at-$view" \
			    "$r: $view is as it was" 22,31
		done
	done
	type_line 'at 12:01:30'
	tm_wait 'sample of 12:01:30'
	tm_keys ']'
	ok "$r: the mark after" tm_wait 'E  madvise' && tm_wait '12:01:40.5'
	tm_keys '['
	ok "$r: the mark before" tm_wait '12:01:29.5'
	type_line 'earlier 300'
	ok "$r: many samples back" tm_wait "$(time_of earlier)"
	type_line 'later 600'
	ok "$r: and on" tm_wait "$(time_of later)"
	type_line 'at -0.1'
	ok "$r: the end" tm_wait 'sample of 12:02:'
	type_line 'later 2'
	ok "$r: after which nothing comes" tm_wait 'the last sample'
	type_line "at 12:01:04.2"
	tm_wait "sample of 12:01:04.2"
	tail -n +11 "$work/r.pt" >&3
	exec 3>&-
	ok "$r: it is left when all before it is read" tm_gone 'sample of'
	for at in $times; do
		type_line "at $at"
		tm_wait " of $all"
		pictures "then-$at"
		for view in changed cache; do
			same "all-$at-$view" "then-$at-$view" \
			    "$r: all of $view, too"
		done
	done
	tm_keys q
	is "$(tm_status)" 0 "$r: ends well"
done
done_testing
