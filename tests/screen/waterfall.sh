#!/bin/sh
# The view waterfall: what is in it, however one came to it.
. "${srcdir:-.}/tests/lib.sh"

# fall NAME OPTIONS LINE...: a session, all of which is seen in 1 s a row.
fall() {
	name=$1 options=$2
	shift 2
	printf '%s\n' 'span 1' "$@" | timeout 60 "$PAGETIDE" --headless \
	    --fake 7 --size 120x40 $options --script - >"$work/log" 2>&1
	is "$?" 0 "$name: the session"
}
shot() {
	echo "save-screen $work/$1.txt"
}
# rows FILE: the rows with their times and marks, by time; and the head.
rows() {
	sed -n '5,20p' "$1" | cut -c -75 | sed 's/ *$//'
}
# same A B WHAT: have both pictures the same rows?
same() {
	rows "$work/$1.txt" >"$work/rows-a"
	rows "$work/$2.txt" >"$work/rows-b"
	ok "$3" cmp "$work/rows-a" "$work/rows-b"
	diff "$work/rows-a" "$work/rows-b" | head -8 | sed 's/^/# /'
}

lesson='wait-samples 4
advise evict yes
wait-samples 9
work sequential touches=3000
wait-samples 22
advise dontneed
wait-samples 10
outside 9000 512
mark here
wait-samples 20
work random touches=300 seed=7
wait-samples 30'
for size in 120x40 80x24; do
	printf '%s\n' "$lesson" 'view waterfall' 'span 1' "$(shot $size)" |
	    "$PAGETIDE" --headless --fake 7 --size $size --script - \
	    >"$work/log" 2>&1
	screen_is "waterfall-$size.txt" "$work/$size.txt"
done

fall early "--record $work/r.pt" 'view waterfall' "$lesson" "$(shot early)" \
    'at -2.5' "$(shot early-then)" 'key Space' "$(shot early-live)"
fall late '' "$lesson" 'view waterfall' "$(shot late)" 'at -2.5' \
    "$(shot late-then)"
same early late "opened at the end it is as if it had been there all along"
same early-then late-then "and so is a moment that one went back to"
same early early-live "and what is live again"
for mark in E f D r :; do
	rows "$work/early.txt" | cut -c 11 | grep -qF "$mark"
	is "$?" 0 "the mark $mark stands beside its row"
done
printf '%s\n' 'span 1' 'later 1000' 'view waterfall' 'at -2.5' \
    "$(shot replayed)" | timeout 60 "$PAGETIDE" --headless \
    --replay "$work/r.pt" --size 120x40 --script - >"$work/log" 2>&1
is "$?" 0 "a recording of it is replayed"
same early-then replayed "with the same rows"

# What it was at a moment is in the row of the moment.
fall truth '' 'view cache' "$lesson" 'view waterfall' "$(shot truth)" \
    'advise evict yes' 'wait-samples 12' "$(shot gone)"
is "$(rows "$work/gone.txt" | grep -c '^ *now')" 1 "there is one write head"
is "$(rows "$work/gone.txt" | grep '^12:00:0[2-8]')" \
    "$(rows "$work/truth.txt" | grep '^12:00:0[2-8]')" \
    "what was written stays"
is "$(rows "$work/gone.txt" | sed -n '/^12:00:10.0E/s/.*E *//p')" '' \
    "a row is empty after an eviction"
is "$(rows "$work/gone.txt" | grep -c '^12:00:10.0E')" 1 "which is beside it"

fall none '--history 0' "$lesson" 'view waterfall' "$(shot none)"
is "$(rows "$work/none.txt" | grep -c '^  not kept|?')" 14 \
    "without a history all but the newest row is not kept"
has '?? unknown' "$work/none.txt" "which the legend says is unknown"
fall slow '--interval 1' 'span 0.5' 'view waterfall' 'wait-samples 9' "$(shot slow)"
is "$(rows "$work/slow.txt" | grep -c '^ no sample|?????')" 7 \
    "a row in which there was no sample is unknown"
fall keys '' 'view waterfall' 'wait-samples 9' 'key { {' "$(shot shorter)" \
    'key } }' "$(shot longer)"
has 'row 0.2 s' "$work/shorter.txt" "{: a shorter time a row"
has 'row 1 s' "$work/longer.txt" "}: a longer one"

# Memory without a file has no page cache: the rows are what is mapped of it.
anon() {
	name=$1
	shift
	printf '%s\n' "$@" | timeout 60 "$PAGETIDE" --headless -d 0.1 \
	    --size 120x40 $options --script - >"$work/log" 2>&1
	is "$?" 0 "$name: the session"
}
options="--anon 4M --record $work/anon.pt"
anon memory 'view waterfall' 'span 0.2' 'advise nohugepage' wait-idle \
    'wait-samples 5' 'map private write' wait-idle \
    'work sequential op=write' wait-idle 'wait-samples 6' "$(shot memory)" \
    'at -0.1' "$(shot memory-then)"
options="--replay $work/anon.pt"
anon replay 'later 1000' 'view waterfall' 'span 0.2' "$(shot memory-replay)"
for shot in memory memory-then memory-replay; do
	hasnt 'page cache over' "$work/$shot.txt" "$shot: not of a cache"
	has 'mapped, over time' "$work/$shot.txt" "$shot: the legend says so"
	ok "$shot: and all is mapped in the end" \
	    grep -q '|########################################' \
	    "$work/$shot.txt" || rows "$work/$shot.txt" | diag
done
done_testing
