#!/bin/sh
# Races on the simulated file, and what is shown side by side.
. "${srcdir:-.}/tests/lib.sh"

# play LINE...: a session of these lines; $work/log, $work/out (JSON).
play() {
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' "$@" >"$work/script"
	run timeout 60 "$PAGETIDE" --headless --fake 7 --size "${size:-120x40}" \
	    --script "$work/script" --log "$work/log" --json
}

# column KEY...: these of the columns of the sample that play printed.
column() {
	"$HELPERS/jsonget" "$@" <"$work/out"
}

race='race N S R work random touches=64 seed=1 yes'
shown="save-screen $work/s.txt"
for size in 1x1 19x4 20x5 30x9 40x12 59x14; do
	play "$race" wait-idle "$shown"
	wide=$(awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }' \
	    "$work/s.txt")
	ok "$size: fits" test "$status" = 0 -a "$wide" -le "${size%x*}"
done
size=

play "$race" wait-idle "save-screen $work/s.svg" "$shown"
ok "as a picture" grep -q '<svg' "$work/s.svg"
is "$(column compare.a.hint compare.b.hint compare.c.hint)" \
    'normal sequential random' "the hints, as they were given"
is "$(column compare.a.touches compare.b.touches compare.c.touches)" \
    "64 64 64" "each the same touches"
is "$(column compare.c.major_faults compare.c.read_bytes)" \
    "64 262144" "RANDOM reads a page a touch"
is "$(column compare.a.stayed_pages compare.b.stayed_pages)" "0 0" \
    "each from an empty cache"
ok "readahead reads more" test "$(column compare.a.read_bytes)" -gt 262144
is "$(grep -c 'MADV_DONTNEED); posix_fadvise' "$work/log")" 3 \
    "evicted before each"
ok "what it came to is an event" \
    grep -q 'note: race normal, sequential, random: walk random .* done; A read' \
    "$work/log"
is "$(grep 'hint:' "$work/log" | tail -n 1 | sed 's/.*, \(MADV_[A-Z]*\)).*/\1/')" \
    MADV_NORMAL "the advice of before is given back"

# A part of the file had another advice.
play 'goto 25%' select 'goto 50%' 'advise random' wait-idle escape \
    'race S N work random touches=16 yes' wait-idle
is "$(grep 'hint:' "$work/log" | tail -n 1 |
    sed 's/.*madvise(\(.*\)) = 0.*/\1/')" 'map+16M, 16.0625M, MADV_RANDOM' \
    "advice of a part is given back there"
play 'select 0..8M' 'advise random' wait-idle 'select 0..64M' \
    'race S N work random touches=16 yes' wait-idle
is "$(grep 'hint:' "$work/log" | tail -n 1 |
    sed 's/.*madvise(\(.*\)) = 0.*/\1/')" 'map+0, 8M, MADV_RANDOM' \
    "of a part of what was selected by number, too"
ok "no column is made of nothing" grep -q '"c":null' "$work/out"

# Stretches of another advice, more than can be told.
many=$(for i in $(seq 40); do
	printf '"select %dM..%d.5M" "advise random" ' $((i - 1)) $((i - 1))
done)
eval "play $many wait-idle escape '$race' wait-idle"
has 'race: what advice was in force is not known of all' "$work/log" \
    "advice that is not known is not said to be given back"
play "$race" wait-idle
hasnt 'race: what advice was in force' "$work/log" "it mostly is known"

# Pictures that are kept by hand.
play 'advise evict yes' wait-idle 'pace full' 'work random touches=32' \
    wait-idle 'snap B' 'work random touches=32' wait-idle 'snap C' \
    'key c' 'wait-samples 1' "$shown"
is "$(column compare.b.touches compare.c.touches compare.a)" "32 64 null" \
    "snap counts from the last eviction on"
is "$(column compare.b.walk_ns compare.c.walk_ns compare.c.used_percent |
    sed 's/^[0-9]* /n /')" "n null null" "of two walks no time is known"
has '?' "$work/s.txt" "which the screen says, too"
play 'pace full' 'work random touches=8' wait-idle 'snap A' 'key c' "$shown"
has 'A: nothing was evicted before' "$work/s.txt" \
    "a picture without an eviction says so"
play 'key c' 'wait-samples 1'
has 'nothing to compare yet' "$work/log" "c with nothing kept says why"

# One large, another order, and back.
play "$race" wait-idle 'key 3' "$shown"
hasnt 'MADV_NORMAL' "$work/s.txt" "3: one map has the room"
has 'MADV_RANDOM' "$work/s.txt" "which is C"
has 'A  normal' "$work/s.txt" "the table is whole"
play "$race" wait-idle 'key 3 Esc' "$shown"
has 'MADV_NORMAL' "$work/s.txt" "Esc: all three again"
play "$race" wait-idle 'key o' "$shown"
ok "o: what read the least stands first" \
    grep -q 'C  random .*B  sequential .*A  normal' "$work/s.txt"
play "$race" wait-idle 'key Esc' "$shown"
hasnt COMPARE "$work/s.txt" "Esc: back to the map"
play "$race" wait-idle 'key Esc c' "$shown"
has COMPARE "$work/s.txt" "c: what was kept again"

# Asked, stopped, in the way of nothing.
play "${race% yes}" "$shown"
has 'evicts before each hint, which may drop pages others use. Do it? y/[n]' \
    "$work/s.txt" "it asks"
play "${race% yes}" 'key n' wait-idle
ok "n: no" grep -q '"compare":null' "$work/out"
play "${race% yes}" 'key y' wait-idle
is "$(column compare.c.touches)" 64 "y: yes"
for key in x Esc; do
	play 'advise sequential' wait-idle \
	    'race R N work sequential passes=1000 yes' 'wait-samples 12' \
	    "key $key" wait-idle
	ok "$key stops it" grep -q 'note: race .* stopped' "$work/log"
	is "$(grep 'hint:' "$work/log" | tail -n 1 |
	    sed 's/.*, \(MADV_[A-Z]*\)).*/\1/')" MADV_SEQUENTIAL \
	    "and the advice is as it was"
	is "$(column compare worker.running)" "null false" \
	    "half a run is not kept, and does not go on"
done
play "$race" 'wait-samples 3' 'key : t o u c h Enter' wait-idle
has 'touch: a race is on: x stops it' "$work/log" \
    "nobody else acts meanwhile"
is "$(column compare.a.touches compare.b.touches compare.c.touches)" \
    "64 64 64" "and it goes on"
play "$race" 'wait-samples 3' 'bind F5 touch' wait-idle 'key c F5' wait-idle
is "$status" 0 "a key may be bound meanwhile"
is "$(grep -c 'work: touch page' "$work/log")" 1 "which is for later"

# Keys are named as they are bound.
play 'bind F7 compare' 'bind F8 freeze' 'snap A' 'key : n e w e s t Enter'
has 'eviction: F7 compares' "$work/log" "the key that compares"
has 'newest: freeze the picture first (F8)' "$work/log" "the key that freezes"
play 'bind compare F9 stop' "$race" 'wait-samples 3' \
    'key : s n a p Space A Enter' 'key : t o u c h Enter' \
    wait-idle
has 'snap: a race is on: F9 stops it' "$work/log" "the key that stops"
has 'touch: a race is on: F9 stops it' "$work/log" "whatever is asked for"

# A column that nobody kept.
play 'snap A' 'compare B' "$shown"
is "$status" 0 "compare B without B: no error"
has 'B: nothing is kept there' "$work/s.txt" "but said"
play 'key c' 'compare A' "$shown"
has 'A: nothing is kept there' "$work/s.txt" "or A, with nothing at all"
hasnt COMPARE "$work/s.txt" "and nothing is open"
play "$race" wait-idle escape 'compare C' "$shown"
has COMPARE "$work/s.txt" "compare C opens what is compared"
hasnt 'MADV_NORMAL' "$work/s.txt" "with C large"
play "$race" wait-idle 'compare C' escape escape 'compare C' "$shown"
hasnt 'MADV_NORMAL' "$work/s.txt" "each time"

# refuses LINE TEXT: it is not even begun.
refuses() {
	play "$1"
	is "$status" 1 "$1: refused"
	has "$2" "$work/err" "and said why"
}
refuses 'race' 'usage: race RACER'
refuses 'race N S' 'usage: race RACER'
refuses 'race N work' 'usage: race RACER'
refuses 'race work random' 'usage: race RACER'
refuses 'race E work random yes' 'E is no hint that can race'
refuses 'race sideways work random yes' 'sideways is no hint that can race'
refuses 'race N S R W work random yes' 'W is one hint too many'
refuses 'race N work sideways yes' 'sideways'
refuses 'race N work random colour=red yes' 'colour=red'
refuses 'race N work sequential passes=0 yes' 'a walk without an end'
refuses 'race N work sequential op=write yes' 'no op=write'
refuses 'race N work sequential pause=on yes' 'a walk that pauses'
refuses 'snap D' 'snap: A, B, C, not D'
refuses 'compare D' 'compare: order or A, B, C, not D'
done_testing
