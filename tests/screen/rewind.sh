#!/bin/sh
# Going back in time: the picture of a moment is what it was then.
. "${srcdir:-.}/tests/lib.sh"

# The panels of a saved screen: without the lines that say that it is frozen.
panels() {
	sed -e '1,2d' -e '21d' -e '39,40d' -e '/own cost/d' -e 's/  frozen: .*//' \
	    -e '22,39s/\^/ /g' -e 's/ *$//' "$1"
}

# acts I: something different each time; one act, as each takes a sample of its
# own, and simulated time stands still meanwhile.
acts() {
	case $(($1 % 8)) in
	0) echo 'advise evict yes' ;;
	1) echo 'work sequential touches=3000' ;;
	2) echo 'outside 9000 512' ;;
	3) echo 'advise random' ;;
	4) echo 'work random touches=300 seed=7' ;;
	5) echo 'advise willneed' ;;
	6) echo 'advise dontneed' ;;
	7) echo 'advise mlock' ;;
	esac
}

# Moments are this many samples apart.
apart=7
moments=16

# session COMMAND: what goes on, with a picture now and then; then back to each
# of these moments, the last one first, and back and forth.
session() {
	echo "$1"
	echo 'wait-samples 3'
	i=0
	while [ $i -lt $moments ]; do
		acts $i
		echo "wait-samples $apart"
		echo "save-screen $work/live-$i.txt"
		i=$((i + 1))
	done
	echo 'wait-samples 1'
	while [ $i -gt 0 ]; do
		i=$((i - 1))
		ago=$(((moments - 1 - i) * apart + 1))
		echo "at -$((ago / 10)).$((ago % 10))"
		echo "save-screen $work/then-$i.txt"
	done
	echo 'later 40'
	echo 'earlier 17'
	echo "at -$((moments * apart / 20))"
	echo "at -$((ago / 10)).$((ago % 10))"
	echo "save-screen $work/again.txt"
	echo 'freeze'
	echo 'wait-samples 1'
	echo "save-screen $work/live.txt"
}

# same NAME COMMAND: is each moment as it was?
same() {
	session "$2" | "$PAGETIDE" --headless --fake 7 --size 120x40 \
	    --history "${3:-8M}" --script - >"$work/log" 2>&1
	is "$?" 0 "$1: the session"
	i=0
	wrong=
	while [ $i -lt $moments ]; do
		panels "$work/live-$i.txt" >"$work/a"
		panels "$work/then-$i.txt" >"$work/b"
		if ! cmp -s "$work/a" "$work/b"; then
			wrong="$wrong $i"
			diff "$work/a" "$work/b" | head -8 | sed 's/^/# /'
		fi
		i=$((i + 1))
	done
	is "$wrong" '' "$1: each moment is as it was"
	ok "$1: however one came there" cmp "$work/then-0.txt" "$work/again.txt"
	has LIVE "$work/live.txt" "$1: live again"
}

views=$("$PAGETIDE" --list-keys | awk -F '\t' '
	$1 == "views" && $3 ~ /^view [a-z]/ && $3 !~ /next|prev/ { print $3 }' |
    sed 's/view //')
# Where faults landed, and who maps it, is not kept: unknown then, as it says.
views=$(echo "$views" | grep -vx -e faults -e who)
for view in $views; do
	same "view $view" "view $view"
done
for panel in latency memory monitors why; do
	same "panel $panel" "panel $panel"
done
same "graph of sets" 'graph sets'

# play LINE...: a session of these lines, with pictures.
play() {
	printf '%s\n' 'wait-samples 5' 'advise evict yes' 'wait-samples 9' \
	    'mark before the walk' 'wait-samples 3' \
	    'work sequential touches=1000' 'wait-samples 12' "$@" |
	    "$PAGETIDE" --headless --fake 7 --size 120x40 --history 8M \
	    --script - >"$work/log" 2>&1
}
# message FILE: the message line.
message() {
	sed -n '39s/ *$//p' "$1"
}
shot() {
	echo "save-screen $work/$1.txt"
}
play 'key Space' 'key [' "$(shot walk)" 'key ,' "$(shot before)" 'key [' \
    "$(shot mark)" 'key [' "$(shot evict)" 'key ,' "$(shot full)" 'key [' \
    "$(shot none)" 'key ]' "$(shot again)" 'key ] ]' "$(shot last)" 'key ]' \
    "$(shot end)"
is "$(message "$work/walk.txt" | cut -c -18)" 'f  walk sequential' \
    "[: to the walk"
has 'walk sequential' "$work/walk.txt" "which is among the events"
is "$(grep -c '^1.*walk sequential' "$work/before.txt")" 0 \
    "the sample before does not have it"
is "$(message "$work/mark.txt")" ':  before the walk' "[ again: to the mark"
is "$(message "$work/evict.txt" | cut -c -12)" 'E  madvise(m' \
    "and to the hint before"
has 'minor 0 ' "$work/evict.txt" "all is gone from the cache"
has 'minor 5931 ' "$work/full.txt" "before it, it was not"
is "$(message "$work/none.txt")" \
    'no mark before this: kept are 2.9 s, since 12:00:00.100' \
    "nothing before is said"
is "$(message "$work/again.txt" | cut -c -12)" 'E  madvise(m' "]: on again"
is "$(message "$work/last.txt" | cut -c -7)" 'f  walk' "to the last"
is "$(message "$work/end.txt")" 'no mark after this' "after it there is none"

play 'at 12:00:01' "$(shot at)" 'at 11:00' "$(shot old)" 'key < <' \
    "$(shot oldest)" 'key >' "$(shot ten)" 'later 1000' "$(shot newest)" \
    'at -1.5' "$(shot ago)"
has '12:00:01.000' "$work/at.txt" ":at goes to a time"
has 'nothing is kept from then: kept are 2.9 s, since 12:00:00.100' \
    "$work/old.txt" \
    "an hour before that there is nothing"
has 'nothing is kept from before that: kept are 2.9 s, since 12:00:00.100' \
    "$work/oldest.txt" \
    "the oldest is the oldest"
has '12:00:01.000, 2 s back of 2.9 s' "$work/ten.txt" \
    "> is ten samples on, the header says where it is"
has 'the newest sample, of 12:00:03.000: Space goes on' "$work/newest.txt" \
    "the newest is the newest"
has '12:00:01.500, 1.5 s back' "$work/ago.txt" "so many seconds ago"

# A full history: what it has, and since when, wherever one looks for more.
{
	echo 'pace full'
	for i in $(seq 400); do
		printf '%s\n' 'advise evict yes' 'wait-samples 1' \
		    "work random touches=2000 seed=$i" 'wait-samples 3'
	done
	echo 'at 12:00:01'
	shot full-at
	echo 'earlier 5'
	shot full-earlier
	echo 'earlier mark'
	shot full-mark
	echo 'diff 12:00:01 -0'
} | "$PAGETIDE" --headless --fake 7 --size 200x60 --history 2M --script - \
    >"$work/log" 2>&1
kept() {
	sed -e 's/ *$//' -e 's/are [1-9][0-9.]* s, since 12:0[0-9:.]* /are SPAN, since TIME /' \
	    -e 's/^pagetide: -:[0-9]*: //'
}
reach='kept are SPAN, since TIME (--history is full)'
is "$(sed -n 59p "$work/full-at.txt" | kept)" \
    "nothing is kept from then: $reach" "full, at"
is "$(sed -n 59p "$work/full-earlier.txt" | kept)" \
    "nothing is kept from before that: $reach" "full, earlier"
is "$(sed -n 59p "$work/full-mark.txt" | kept)" \
    "no mark before this: $reach" "full, marks"
is "$(kept <"$work/log")" "diff: nothing is kept of 12:00:01: $reach" \
    "full, diff"

printf '%s\n' 'wait-samples 3' earlier |
    "$PAGETIDE" --headless --fake 7 --history 0 --script - >"$work/log" 2>&1
has 'no past sample is kept: --history 0' "$work/log" "nothing kept is said"
for wrong in 'later' 'at 25:00' 'at noon' 'at -x' 'earlier 0' 'earlier x'; do
	printf '%s\n' 'wait-samples 3' "$wrong" | "$PAGETIDE" --headless \
	    --fake 7 --script - >"$work/log" 2>&1
	is "$? $(wc -l <"$work/log")" '1 1' "$wrong: one line"
done
done_testing
