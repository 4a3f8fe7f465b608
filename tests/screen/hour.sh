#!/bin/sh
# An hour of a lecture, by the simulated clock: each picture of it is the same
# live, when one goes back to it, and in its recording.
. "${srcdir:-.}/tests/lib.sh"

# What one looks at: each view, each panel beside the map, both kinds of graphs,
# a part of the file, events alone, the map alone, another length of time.
looks=$("$PAGETIDE" --list-keys | awk -F '\t' '
	$1 == "views" && $3 ~ /^view [a-z]/ && $3 !~ /next|prev/ { print $3 }' |
    tr ' ' '_')
is "$(echo "$looks" | wc -l)" 20 "each view is looked at"
looks="$looks panel_latency panel_memory panel_monitors panel_why panel_who
    graph_sets span_30 zoom_in expand_events expand_map present"

# look NAME: to there, and undo NAME: back from it.
look() {
	case $1 in
	zoom_in) printf '%s\n' 'goto 20M' 'zoom in' 'zoom in' ;;
	esac
	echo "$1" | tr '_' ' '
}
undo() {
	case $1 in
	view_*) echo 'view both' ;;
	panel_*) echo 'panel cursor' ;;
	graph_*) echo 'graph faults' ;;
	span_*) echo 'span 2' ;;
	zoom_in) printf '%s\n' 'zoom fit' 'goto 0' ;;
	*) echo "$1" | tr '_' ' ' ;;
	esac
}

# act I: something different each time.
act() {
	case $(($1 % 14)) in
	0) echo 'advise evict yes' ;;
	1) printf '%s\n' 'pace 300' 'work sequential touches=2000' ;;
	2) echo 'outside 9000 512' ;;
	3) echo 'advise random' ;;
	4) printf '%s\n' 'stop' 'pace full' 'work random touches=300 seed=7' ;;
	5) echo 'advise willneed' ;;
	6) echo 'advise dontneed yes' ;;
	7) echo 'outside 300 700 write' ;;
	8) echo "mark the $1th" ;;
	9) printf '%s\n' 'map private write' \
	    'work random op=write touches=200 seed=3' ;;
	10) echo 'advise mlock' ;;
	11) printf '%s\n' 'advise munlock' 'map shared' ;;
	12) echo 'advise pageout yes' ;;
	13) printf '%s\n' 'goto 40M' touch 'goto 0' ;;
	esac
}

# A sample a second. rest N: so many seconds later; $now: since the first sample.
now=0
rest() {
	now=$((now + $1))
	echo "wait time >= $((1767268800 + now))"
}
# What goes on: an act every 20 seconds, and six times pictures, one every 4
# seconds, while it goes on; $work/shots has when each was taken.
lecture() {
	rest 2
	i=0
	while [ $now -lt 3590 ]; do
		act $i
		case $i in
		5 | 28 | 52 | 73 | 100 | 125) pictures $i ;;
		*) rest 20 ;;
		esac
		i=$((i + 1))
	done
}
pictures() {
	for look in $looks; do
		look $look
		rest 3
		echo "save-screen $work/live-$look-$1.txt"
		echo "$look $1 $(date -u -d "@$((43200 + now))" +%H:%M:%S)" \
		    >>"$work/shots"
		undo $look
		# An act takes a sample of its own: not at the same time.
		rest 1
		[ $((now % 5)) -gt 0 ] || act $((i + now))
	done
}
# back NAME: to each of these moments, the last one first.
back() {
	tac "$work/shots" | while read -r look i time; do
		look $look
		echo "at $time"
		echo "save-screen $work/$1-$look-$i.txt"
		undo $look
	done
}
lecture >"$work/lecture"

# session NAME OPTIONS...: a session of what goes on, on a screen with room for
# all; then back to each moment.
session() {
	name=$1
	shift
	{
		[ "$1" = --replay ] || cat "$work/lecture"
		echo 'at -0'
		echo "save-screen $work/$name-reach.txt"
		back "$name"
	} >"$work/script"
	run timeout 120 "$PAGETIDE" --headless --size 200x60 --interval 1 \
	    --script "$work/script" "$@"
	is "$status $(cat "$work/err")" '0 ' "$name: the session"
}
# panels FILE: all of the picture but what says which moment that is, and of
# when: the right end of the header (LIVE and the rate; or the moment and the
# reach), the badge and the number of later events over the map and over the
# events, the cursor on the axis of the graphs, the message, and the footer; and
# the key for what would help, as nothing helps what is over; and whether
# somebody looked who maps it, which is not kept.
panels() {
	sed -e '1s/  *\(LIVE [0-9]*.s\|[0-9:.]*, .* back of .* FROZEN\) *$//' \
	    -e '1s/ FROZEN *$//' -e 's/^ FROZEN  | \(+[0-9]* events* | \)*/ /' \
	    -e 's/  frozen: +[0-9]* since$//' -e 's/  frozen$//' \
	    -e '49s/\^/ /g' -e '59,60d' \
	    -e 's/nobody looks: :who on/not kept of the past/' \
	    -e 's/  [A-Z] \(advise [a-z]*\)$/  :\1/' -e 's/ *$//' -e 's/   */  /g' "$1"
}
# same NAME: is each moment as it was?
same() {
	wrong=
	while read -r look i time; do
		panels "$work/live-$look-$i.txt" >"$work/a"
		panels "$work/$1-$look-$i.txt" >"$work/b"
		! cmp -s "$work/a" "$work/b" || continue
		wrong="$wrong $look-$i"
		diff "$work/a" "$work/b" | head -8 | diag
	done <"$work/shots"
	is "$wrong" '' "$1: each of $(wc -l <"$work/shots") pictures is what it was"
}
session then --fake 7 --history 256M --record "$work/r.pt"
same then
session small --fake 7
ok "the hour is within the default's reach" \
    grep -q 'back of 3[56][0-9][0-9] s' "$work/small-reach.txt"
same small
session replay --replay "$work/r.pt" --history 256M
same replay
session some --replay "$work/r.pt"
same some
done_testing
