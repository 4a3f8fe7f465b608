#!/bin/sh
# What whole sessions on the simulated file say: each command, each refusal,
# what came of each act. The same seed, the same log, to the tenth of a second.
# UPDATE_SCREENS=1 rewrites tests/screens/session-*.txt; look at the difference.
. "${srcdir:-.}/tests/lib.sh"

# typed LINE...: as keys at the prompt, where an error does not end a script.
typed() {
	for typed_line; do
		printf '%s\n' "$typed_line" | awk '{
			print "key :"
			for (i = 1; i <= length($0); i++) {
				c = substr($0, i, 1)
				print "key " (c == " " ? "Space" : c)
			}
			print "key Enter"
		}'
	done
}

# session NAME: runs the script on standard input, compares the log but for
# the keys. $options are the program's.
session() {
	rm -f "$work/log"
	timeout 60 "$PAGETIDE" --headless --fake 7 $options --script - \
	    --log "$work/log" >"$work/out" 2>&1 ||
	    { fail "$1: status $?"; diag <"$work/out"; return; }
	grep -v "command: key \\|command: command$" "$work/log" \
	    >"$work/session-$1.txt"
	screen_is "session-$1.txt" "$work/session-$1.txt"
}
options=

# What each command refuses, and how it says so.
{
	echo 'wait-samples 2'
	typed nonsense quit\ now 'newest' 'view' 'view none' 'zoom sideways' \
	    'move sideways' 'goto x' 'goto 65M' 'goto 64M' 'goto 100%' \
	    'goto 101%' 'goto 0x4000001' 'expand walls' 'span wider' \
	    'graph both' 'window 0' 'window 0.05' 'window 0.15' 'window 601' \
	    'window 600.1' 'panel walls' 'scroll-help' 'advise' \
	    'advise nothing' 'advise evict no' 'advise evict yes please' \
	    'work' 'work sideways' 'work stride stride=0' \
	    'work stride stride=x' 'work random touches=-1' \
	    'work random passes=4294967296' 'work random seed=' \
	    'work loop set=0' 'work loop set=9E' 'work hotspot hot=0%' \
	    'work hotspot hot=10' 'work hotspot hot=101%' \
	    'work hotspot share=100.1%' 'work sequential op=think' \
	    'work sequential op=' 'work chunked behind=us' \
	    'work chunked window=0' 'work random colour=red' \
	    'work random read=x' 'touch me' 'stop it' 'pace quick' 'pace 0' \
	    'pace 10000001' 'map sideways' 'map shared write' \
	    'map from=1M' 'map length=1' 'limit' 'limit none' 'limit 1M' \
	    'limit off' 'restart now' 'note' 'save-screen' \
	    'save-screen here.gif' 'save-screen /nowhere/s.txt' \
	    'wait-samples' 'wait-samples 0' 'wait-samples x' 'wait-idle 1' \
	    'key nokey' 'size 80' 'size 0x24' 'size 80x0' 'size 1001x24' \
	    'size 80x1001' 'size 80x24x' 'size 1x1' 'size 1000x1000' \
	    'size 120x40' 'outside' 'outside 16384 1' 'outside 16383 2' \
	    'outside 16383 1' 'outside 0 0' 'outside 0 16384' \
	    'outside 0 16385' 'outside 0 1 read' 'outside 0 1 write' \
	    'help me' 'scroll-help up down' 'freeze it' 'newest on' \
	    'view cache now' 'zoom in now' 'zoom' 'move' 'move left now' \
	    'goto 1M 2M' 'select it' 'escape now' 'expand map now' \
	    'span longer now' 'span' 'graph faults now' 'window 1 2' 'window' \
	    'panel cursor now' 'pace' 'pace 1 2' 'limit off now' \
	    'map a b c d e f g h i j k l m' 'command x' 'redraw now' 'mouse on' \
	    'save-screen a.txt b.txt' 'wait-samples 1 2' 'key' 'size' \
	    'size 80x24 1' 'outside 0' 'outside 0 1 write now' \
	    '# nothing' '   ' 'a b c d e f g h i j k l m' \
	    'a b c d e f g h i j k l m n'
	echo 'wait-samples 1'
} >"$work/refusals.pt"
session refusals <"$work/refusals.pt"
options=--read-only
{
	echo 'wait-samples 1'
	typed 'advise normal' 'work random' touch stop 'pace full' map \
	    'limit off' restart 'view dirty' 'goto 1M' select graph \
	    'graph sets'
} >"$work/readonly.pt"
session readonly <"$work/readonly.pt"
options=

# Every hint on a range and on the whole, with what it did.
hints='normal sequential random willneed dontneed cold pageout populate mlock
munlock evict'
{
	echo 'wait-samples 2'
	for range in whole part; do
		[ $range = whole ] || printf '%s\n' 'goto 25%' select 'goto 50%'
		for hint in $hints; do
			printf '%s\n' "work random touches=300 seed=9" \
			    wait-idle 'outside 5000 200 write' \
			    'wait-samples 25' "advise $hint yes" wait-idle
		done
	done
} >"$work/hints.pt"
session hints <"$work/hints.pt"

# Every walk, and every option.
{
	printf '%s\n' 'wait-samples 2' 'pace full' 'advise evict yes' wait-idle
	for walk in sequential backward 'random touches=40' \
	    'random touches=40 seed=2' 'stride stride=64' \
	    'stride stride=16384' 'hotspot touches=100' \
	    'hotspot touches=100 hot=1% share=100%' \
	    'hotspot touches=100 hot=0.1% share=0%' \
	    'permutation touches=200' 'permutation touches=200 seed=4' \
	    'loop set=64K' 'loop set=4097 passes=2' 'loop set=1 passes=1' \
	    'chunked window=1M' 'chunked behind=dontneed' \
	    'chunked window=3M behind=evict' 'sequential passes=3' \
	    'sequential touches=1' 'sequential touches=0' \
	    'sequential read=1M' 'random read=64K touches=500' \
	    'random passes=1' 'random passes=2' 'sequential op=read' \
	    'sequential op=write'; do
		printf '%s\n' 'advise evict yes' wait-idle \
		    'advise random' wait-idle "work $walk" wait-idle \
		    'advise normal' wait-idle
	done
	printf '%s\n' 'map private write' wait-idle 'work sequential op=write' \
	    wait-idle 'advise dontneed yes' wait-idle 'map shared' wait-idle \
	    map wait-idle
} >"$work/walks.pt"
session walks <"$work/walks.pt"

# Acts that overlap, walks that give way, are stopped or go on; the pace.
{
	printf '%s\n' 'wait-samples 2' 'advise evict yes' wait-idle
	for pace in slower slower faster faster 1 slower full faster slower \
	    10000000 slower 3 faster 3 slower 100 faster 2000; do
		echo "pace $pace"
	done
	printf '%s\n' 'work sequential' 'wait-samples 5' \
	    'advise willneed' 'wait-samples 2' 'advise dontneed' \
	    'work random touches=100' 'wait-samples 3' 'work backward' \
	    'wait-samples 3' touch 'wait-samples 3' stop wait-idle \
	    'advise willneed' 'advise random' wait-idle 'work sequential' \
	    'wait-samples 2' 'pace full' wait-idle stop touch touch touch \
	    touch touch touch touch touch touch touch touch touch touch \
	    touch touch touch touch touch touch touch touch touch touch \
	    touch touch touch touch touch touch touch touch touch touch \
	    wait-idle
} >"$work/overlap.pt"
session overlap <"$work/overlap.pt"

# Walks that pause and go step by step; nothing waits for a walk that pauses.
{
	printf '%s\n' 'wait-samples 2' 'advise evict yes' wait-idle \
	    'goto 1M' select 'goto 1100K' 'pace 10'
	typed pause step step step 'pause off' 'pause off' 'pause now'
	printf '%s\n' 'wait-samples 3' 'key p' wait-idle \
	    'wait worker.paused && worker.running' 'wait-samples 20' 'key n' \
	    'advise dontneed' wait-idle 'key n' 'wait-samples 2' 'key p' \
	    wait-idle 'key n n' 'wait-samples 2' 'outside 9000 300' \
	    'wait-samples 25' stop wait-idle \
	    'work permutation seed=2 pause=on touches=3' wait-idle step step \
	    wait-idle step wait-idle
	typed 'pause off' 'work sequential pause=later' 'work single pause=on'
	printf '%s\n' 'work random passes=0' stop \
	    'work random passes=0 touches=0' stop wait-idle
} >"$work/steps.pt"
session steps <"$work/steps.pt"

# Touches that get a signal.
{
	printf '%s\n' 'wait-samples 2' 'goto 1M' 'touch beyond' \
	    'touch unmapped' 'touch write' wait-idle 'map private write' \
	    'touch write' wait-idle 'touch beyond' wait-idle
	typed 'touch here' 'touch beyond write'
} >"$work/signals.pt"
session signals <"$work/signals.pt"

# What is asked first; the keys answer.
{
	printf '%s\n' 'wait-samples 2'
	for key in E O; do
		for answer in n y Y q Enter Escape; do
			[ "$answer" != Escape ] || answer=Esc
			printf '%s\n' "key $key" "key $answer" 'wait-samples 2' \
			    wait-idle
		done
	done
	printf '%s\n' 'map private write' wait-idle 'goto 25%' select \
	    'goto 50%' 'work stride op=write stride=32' wait-idle \
	    'key D' 'key n' 'key O' 'key n' 'key E' 'key n' 'key D' 'key y' \
	    wait-idle 'key D' wait-idle
} >"$work/asked.pt"
session asked <"$work/asked.pt"

# The samples of such a session, as JSON.
printf '%s\n' 'wait-samples 2' 'advise evict yes' wait-idle \
    'work random touches=64' wait-idle 'work sequential' 'wait-samples 3' \
    'advise willneed' 'wait-samples 3' 'work backward touches=3000' \
    wait-idle touch 'wait-samples 1' 'outside 9000 3000 write' \
    'wait-samples 25' 'map private write' wait-idle 'goto 50%' \
    'work sequential op=write touches=500' wait-idle 'window 1' \
    'wait-samples 12' 'work loop set=1M passes=2' 'pace 5000' wait-idle |
    timeout 60 "$PAGETIDE" --headless --fake 7 --ndjson --cells 4 -s - \
    >"$work/out" 2>&1 || diag <"$work/out"
for keys in 'seq layers.cached_pages layers.mapped_pages' layers counters \
    'worker.running worker.pattern worker.cursor_page worker.pace_per_s' \
    walk diagnosis scan cells; do
	echo "== $keys"
	"$HELPERS/jsonget" $keys <"$work/out" |
	    sed 's/"buckets":\[[0,]*/"buckets":[.../g' | uniq
done >"$work/session-json.txt"
screen_is session-json.txt "$work/session-json.txt"

# The prompt: what is typed, moved and taken away is what is done.
{
	echo 'wait-samples 1'
	while read -r keys; do
		printf 'key : n o t e Space\n'
		echo "$keys" | xargs -n 7 echo key
		echo 'key Enter'
	done <<'EOF'
a b c
a b c Left x
a b c Left Left x Right y
a b c Home Delete N
a b c Ctrl-A Delete N End d
a b c Left Left Left Left Left Left Left Left Left Left Right Right x
a b c Backspace Backspace d
a b Space c d Ctrl-W e
a b Space c d Space Space Ctrl-W e
a b Space c d Left Ctrl-W e
a b Space c d Left Ctrl-U n o t e Space e
a b c Ctrl-E d Left Delete Delete e
a b c Delete d
é ß Left x Left Left y
é ß Backspace €
𝄞 € Left Left x Right y Backspace Delete z
a b Up Down PgUp F1 c
~ !
EOF
	printf '%s\n' 'key : Enter' 'key : s t o p Esc' \
	    'key : Backspace Left Right Home End Delete' 'key Ctrl-W Ctrl-U n' \
	    'key o t e Space x Enter' 'key / 1 2 M Enter' 'key / Enter' \
	    'key / x Enter' 'key / 1 2 M Esc' 'key / 5 0 % Enter' \
	    'key / 1 Space 2 Enter'
} >"$work/prompt.pt"
session prompt <"$work/prompt.pt"

# steps NAME COLSxROWS: after each line of standard input, the lines of the
# screen that are new.
steps() {
	cat >"$work/steps"
	rm -f "$work"/step.*
	awk -v dir="$work" '
	BEGIN { print "wait-samples 2\nsave-screen " dir "/step.0.txt" }
	{ print; print "save-screen " dir "/step." ++n ".txt" }' "$work/steps" |
	    timeout 60 "$PAGETIDE" --headless --fake 7 --size "$2" --script - \
	    >"$work/out" 2>&1 || { fail "$1"; diag <"$work/out"; return; }
	n=0
	while read -r line; do
		echo "== $line"
		diff "$work/step.$n.txt" "$work/step.$((n + 1)).txt" |
		    sed -n 's/^> //p'
		n=$((n + 1))
	done <"$work/steps" >"$work/session-$1.txt"
	screen_is "session-$1.txt" "$work/session-$1.txt"
}

# whole NAME SIZE...: the screen at each size, after the lines on standard
# input.
whole() {
	whole_name=$1
	shift
	rm -f "$work"/whole.*
	{
		cat
		for size; do
			echo "size $size"
			echo "save-screen $work/whole.$size.txt"
		done
	} | timeout 60 "$PAGETIDE" --headless --fake 7 --script - \
	    >"$work/out" 2>&1 || diag <"$work/out"
	for size; do
		echo "== $size"
		cat "$work/whole.$size.txt"
	done >"$work/session-$whole_name.txt"
	screen_is "session-$whole_name.txt" "$work/session-$whole_name.txt"
}
sizes='20x5 24x7 30x9 39x12 40x16 46x14 59x15 64x18 70x20 76x22 79x23 81x25
90x28 99x29 100x30 101x31 110x34 112x35 113x35 114x36 119x39 120x16 120x20
120x24 120x28 130x45 150x50 179x55'
whole acting $sizes <<'EOF'
wait-samples 3
advise evict yes
wait-idle
work random touches=300
wait-idle
wait-samples 25
outside 9000 300 write
wait-samples 25
map private write
wait-idle
work sequential op=write
wait-samples 12
view both
goto 25%
select
goto 60%
key T
EOF
whole copied 100x30 112x35 113x35 120x28 120x34 120x40 200x60 <<'EOF'
wait-samples 3
map private write
wait-idle
goto 25%
select
goto 60%
work stride stride=8 op=write
wait-samples 12
window 0.3
EOF
whole paused $sizes <<'EOF'
wait-samples 3
advise evict yes
wait-idle
work loop set=8M
wait-samples 30
stop
advise mlock
wait-idle
graph sets
view touched
zoom pages
goto 3M
note "a longer note that does not fit everywhere, but is cut where it has to be"
key Space
key E
EOF

steps look 60x16 <<'EOF'
key l
key l l Right
key h
key Left
key j
key Down
key k
key Up
key J
key PgDn
key K
key PgUp
key G
key l
key End
key Home
key h
key g
goto 5M
key s
key l l l
key j
key Esc
key Esc
key s
key s
key +
key =
key l
key K
key J
key -
key -
key -
key -
key -
key 1
key K
key J
key J
key G
key g
key 0
key Tab
key Tab
key Tab
key V
key BackTab
key i
key y
key w
key Tab
key Tab
key Tab
key Tab
key Tab
key Tab
key Tab
key Tab
key Tab
key V
key V
view cache
key e
key e
key a
key a
expand map
expand events
expand map
expand map
expand
expand
size 80x24
size 200x60
size 60x16
mouse
mouse
redraw
note hello
key Space
wait-samples 3
key l
newest
key Space
EOF
steps graphs 120x40 <<'EOF'
advise evict yes
work sequential
wait-samples 30
key {
key {
key {
key {
key {
key {
key }
key }
key }
key }
key }
key }
key }
key }
key }
key }
key }
key {
key o
key o
graph sets
graph sets
graph faults
key T
key T
panel cursor
panel latency
panel latency
panel cursor
key [
key [
key [
key [
key [
key [
key [
key [
key ]
wait-samples 30
key ]
window 0.1
window 0.2
window longer
window 599.9
window longer
window longer
window shorter
window 3
window shorter
window 3
window longer
stop
key ?
key j
key j
key k
key k
key k
key J
key K
key Down
key Up
key x
key Esc
key F1
key q
EOF
done_testing
