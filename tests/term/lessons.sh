#!/bin/sh
# A lesson by keys alone, in a terminal.
. "${srcdir:-.}/tests/lib.sh"
need tmux

tm_start 120x40 "$PAGETIDE" --fake 7
tm_wait LIVE
tm_keys A
tm_wait 'faults        Minor, major, none'
tm_keys Enter
tm_wait 'lesson: evicts the file, which may drop pages others use. Do it'
tm_keys y
tm_wait 'Soon the worker reads one byte of page 0'
tm_keys Space
tm_wait 'PREDICT: The worker reads one byte of page 0'
tm_keys 3
ok 'it is told' tm_wait 'is right'
tm_keys Space
tm_wait 'PREDICT: The worker reads page 0 again'
tm_keys 2
tm_wait 'A MINOR fault'
tm_keys Space
tm_wait 'a third time'
tm_keys 3
ok 'what was wrong, too' tm_wait 'what came is'
ok 'and the end' tm_wait 'That was the lesson: 2 of 3 predictions were right'
tm_keys Space
ok 'Space leaves it' tm_wait 'next touch costs'
tm_keys F2
ok 'F2 lists them' tm_wait LESSONS
tm_keys Escape
ok 'Esc closes the list' tm_wait 'next touch costs'
tm_keys q
is "$(tm_status)" 0 'q ends it'

tm_start 120x40 "$PAGETIDE" lesson faults --fake 7
ok 'one by its name' tm_wait 'Soon the worker reads one byte of page 0'
tm_keys q
tm_status >/dev/null

# The worker dies while the lesson acts: another one takes its place.
if dir=$(realfs_dir); then
	"$HELPERS/pages" make "$dir/f" 256
	mkdir "$work/own"
	printf '%s\n' 'lesson One' 'do pace 20' step 'say one' step \
	    'do work sequential touches=60' 'say two {since(counters.touches)}' \
	    'check since(counters.touches) == 60' >"$work/own/1-one.lesson"
	as_is=${PAGETIDE_LESSONS-}
	PAGETIDE_LESSONS=$work/own
	export PAGETIDE_LESSONS
	tm_start 120x40 "$PAGETIDE" "$dir/f"
	tm_wait MAP_SHARED
	worker=$(tm_screen | sed -n 's/.*pid \([0-9]*\).*/\1/p' | head -n 1)
	tm_keys ':lesson one yes' Enter
	tm_wait 'Space next'
	tm_keys Space
	tm_wait 'step 2 of 2'
	tm_wait 'the act is being measured'
	kill -KILL "$worker"
	ok 'a worker that died is said' tm_wait 'The worker died'
	ok 'with the way on' tm_wait ':restart start a worker'
	tm_keys ':restart' Enter
	ok 'on which the step is made anew' tm_wait 'two 60'
	tm_keys q
	is "$(tm_status)" 0 'and all is well'
	PAGETIDE_LESSONS=$as_is
else
	skip 'no real file system' 4
fi

# The first start on the demo file, and the one after it.
if dir=$(realfs_dir); then
	XDG_CACHE_HOME=$dir
	export XDG_CACHE_HOME
	tm_start 120x40 "$PAGETIDE"
	ok 'the first start says where they are' tm_wait 'A has lessons'
	tm_keys q
	tm_status >/dev/null
	tm_start 120x40 "$PAGETIDE"
	tm_wait LIVE
	tm_screen >"$work/screen"
	hasnt 'has lessons' "$work/screen" 'the next one does not'
	tm_keys q
	tm_status >/dev/null
else
	skip 'no real file system' 2
fi
done_testing
