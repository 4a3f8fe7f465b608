#!/bin/sh
# What is asked for and cannot be had, or ends sooner than asked, is said.
. "${srcdir:-.}/tests/lib.sh"

# fake LINE...: a session on the simulated file (16384 pages); leaves $status,
# $work/log and $work/screen.txt.
fake() {
	printf '%s\n' 'wait-samples 1' 'pace full' "$@" \
	    "save-screen $work/screen.txt" >"$work/script"
	rm -f "$work/log"
	run timeout 60 "$PAGETIDE" --fake 1 --headless --size 160x40 \
	    --script "$work/script" --log "$work/log"
}

# ends OPTIONS RESULT: a walk with these options ends like that.
ends() {
	fake "work $1" wait-idle
	is "$status" 0 "work $1"
	has "$2" "$work/log" "work $1: $2"
}

ends 'random touches=50000' 'done, 50000 touched'
has 'walk random touches=50000 0..64M' "$work/log" "and the event says the end"
ends 'sequential touches=40000' 'done, 40000 touched'
ends 'loop set=1M touches=5000' 'done, 5000 touched'
ends 'random passes=2 touches=50000' 'ended by passes=, 32768 touched'
ends 'random passes=2 touches=20000' 'ended by touches=, 20000 touched'
ends 'random passes=2 touches=32768' 'done, 32768 touched'
ends 'sequential passes=2' 'done, 32768 touched'
has 'walk sequential passes=2 0..64M' "$work/log" "passes are told"
ends 'permutation passes=0' 'done, 10000 touched'
has 'walk permutation touches=10000 0..64M' "$work/log" \
    "an end that nobody asked for is told"
ends 'loop set=1G passes=1' 'done, 16384 touched'
has 'loop set=1G (more than the range) 0..64M' "$work/log" \
    "a set that is larger than the range"
ends 'chunked window=65M' 'done, 16384 touched'
has 'window=65M (more than the range)' "$work/log" "and such a window"
ends 'loop set=64M passes=1' 'done, 16384 touched'
hasnt 'more than the range' "$work/log" "the whole range is none"
ends 'hotspot hot=0.5% share=99.9%' 'hot=0.5% share=99.9%'

# What a walk would not look at is refused.
while read -r walk; do
	fake "work $walk"
	is "$status" 1 "work $walk is refused"
done <<'END'
sequential stride=2
sequential seed=2
random stride=2
random set=1M
backward window=1M
loop behind=evict
chunked hot=1%
stride share=1%
single passes=2
single touches=2
hotspot hot=0.55%
hotspot hot=0.05%
END
fake 'work sequential stride=2'
has 'work: stride=2 means nothing to sequential' "$work/err" "and why"

fake 'map length=1G' wait-idle
has '64M, PROT_READ, MAP_SHARED, fd, 0), length= is cut at the end' \
    "$work/log" "a mapping longer than the file"
fake 'map length=8M' wait-idle 'goto 4M' select 'goto 16M' 'work sequential' \
    wait-idle 'advise dontneed' wait-idle
has 'walk sequential 4M..8M, full speed, the rest of the selection is not' \
    "$work/log" "a walk over what is not all mapped"
has 'MADV_DONTNEED), the rest of the selection is not mapped' "$work/log" \
    "and a hint"
fake 'map length=8M' wait-idle 'work sequential' wait-idle
hasnt 'the rest' "$work/log" "the whole mapping is no such part"

fake 'zoom out'
has 'all of it is on the screen already' "$work/log" "zoom out"
fake 'zoom pages' 'zoom in'
has 'a page a cell already' "$work/log" "zoom in"
fake 'zoom in' 'zoom out'
hasnt ' already' "$work/log" "where it goes on nothing is said"
fake 'span shorter' 'span shorter' 'span shorter' 'span shorter' 'span shorter'
has 'span: 0.1 s a column, and no shorter' "$work/log" "span shorter"

# Each step of the pace, down from full speed and up again, and no further.
steps='1 2 5 10 20 50 100 200 500 1000 2000 5000 10000 20000 50000 100000'
paces() {
	sed -n 's/.* pace: \([0-9full]*\) .*/\1/p' "$work/log" | tr '\n' ' '
}
set --
for step in $steps .; do
	set -- "$@" 'pace slower'
done
fake "$@"
is "$(paces)" "full $(printf '%s\n' 1 $steps | sort -rn | tr '\n' ' ')" \
    "< from full speed on"
set -- 'pace 1'
for step in $steps .; do
	set -- "$@" 'pace faster'
done
fake "$@"
is "$(paces)" "full $steps full full " "> from 1 on"
fake 'pace 30' 'pace slower' 'pace 30' 'pace faster'
is "$(paces)" "full 30 20 30 50 " "from between two steps"
done_testing
