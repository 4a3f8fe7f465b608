#!/bin/sh
# Lessons on the simulated file: what each key leaves on the screen.
. "${srcdir:-.}/tests/lib.sh"

# play LINE...: a session of these lines.
play() {
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' "$@" >"$work/script"
	run timeout 60 "$PAGETIDE" --headless --fake 7 --size "${size:-120x40}" \
	    --script "$work/script" --log "$work/log"
	[ "$status" = 0 ] || diag <"$work/err"
}
taken='"lesson faults" "wait-samples 40"'
shown="save-screen $work/s.txt"

eval "play $taken '$shown'"
screen_is lesson-said-120x40.txt "$work/s.txt"
eval "play $taken 'key Space' 'wait-samples 20' '$shown'"
screen_is lesson-asks-120x40.txt "$work/s.txt"
hasnt 'next touch' "$work/s.txt" "what is asked for stands nowhere"
has '[3] a major fault' "$work/s.txt" "but what may be chosen does"
eval "play $taken 'key Space' 'wait-samples 20' 'key t' '$shown'"
has 'touch: first your prediction' "$work/s.txt" "nor may it be tried out"
is "$(grep -c 'work: touch' "$work/log")" 0 "in any way"
eval "play $taken 'key Space' 'wait-samples 20' 'key Space' '$shown'"
has 'first your prediction: 1 to 3' "$work/s.txt" "or be passed over"
eval "play $taken 'key Space' 'wait-samples 20' 'key 2' 'wait-samples 20' \
    '$shown'"
screen_is lesson-told-120x40.txt "$work/s.txt"
has 'Your prediction was [2]; what came is [3].' "$work/s.txt" \
    "what was predicted stands beside what came"
eval "play $taken 'key Space' 'wait-samples 20' 'key 2' 'wait-samples 20' \
    'key 3' '$shown'"
has 'nothing is asked' "$work/s.txt" "and stands"
eval "play $taken 'key Space' 'wait-samples 20' 'key 3' 'wait-samples 20' \
    'key Backspace' 'wait-samples 60' '$shown'"
has 'step 1 of 4' "$work/s.txt" "Backspace: the step before"
has 'mapped           0 of 1' "$work/s.txt" "with its state made anew"
eval "play $taken 'key Esc' 'wait-samples 20' '$shown'"
hasnt LESSON "$work/s.txt" "Esc: the lesson is left"
has 'all 64M' "$work/s.txt" "and all is as before"

# What the reader does himself makes nothing that is said false.
eval "play $taken 'key Enter' 'wait-samples 20' '$shown'"
has 'PREDICT' "$work/s.txt" "Enter goes on, too"
is "$(grep -c 'work: touch' "$work/log")" 0 "and touches nothing"
# The keys of a lesson hold over a frozen picture, too, and make it live.
eval "play $taken 'key Space' 'wait-samples 20' freeze 'wait-samples 2' \
    '$shown'"
has ' 1 2 3 predict' "$work/s.txt" "frozen: the lesson asks"
has 'Space live' "$work/s.txt" "and the footer has the way back"
eval "play $taken 'key Space' 'wait-samples 20' freeze 'wait-samples 2' \
    'key 3' 'wait-samples 20' '$shown'"
has 'A MAJOR fault' "$work/s.txt" "an answer is an answer"
hasnt 'Space live' "$work/s.txt" "and the picture is live again"
eval "play $taken freeze 'key Space' 'wait-samples 20' '$shown'"
has 'PREDICT' "$work/s.txt" "as it is when it goes on"
eval "play $taken freeze 'key Enter' 'wait-samples 20' freeze \
    'key Backspace' 'wait-samples 60' '$shown'"
has 'step 1 of 4' "$work/s.txt" "or back"
# Esc does what the footer says.
eval "play $taken 'select 0..1M' 'wait-samples 2' '$shown'"
has 'Esc no range' "$work/s.txt" "with a range of one's own: Esc drops that"
eval "play $taken 'select 0..1M' 'key Esc' 'wait-samples 2' '$shown'"
has 'Esc leave the lesson' "$work/s.txt" "and leaves no lesson"
has 'LESSON' "$work/s.txt" "the first time"
eval "play $taken 'expand map' 'wait-samples 2' '$shown'"
has 'Esc no more room' "$work/s.txt" "nor where the map has the room"
play 'lesson cow' 'wait-samples 60' 'key Esc' 'wait-samples 4' "$shown"
hasnt LESSON "$work/s.txt" "a range of the lesson's goes with it"
eval "play $taken 'key t' 'wait-samples 20' '$shown'"
has 'You have acted yourself since' "$work/s.txt" "an act by hand is said"
eval "play $taken 'key t' 'wait-samples 20' 'key Space' 'wait-samples 2' \
    '$shown'"
has 'you acted meanwhile: the state of this step is made' "$work/s.txt" \
    "and undone before it goes on"
eval "play $taken 'key t' 'wait-samples 20' 'key Space' 'wait-samples 60' \
    'key 3' 'wait-samples 20' '$shown'"
has 'A MAJOR fault' "$work/s.txt" "so that the next step is as it should be"
eval "play $taken 'key Space' 'wait-samples 20' 'key Down Right' 'key 3' \
    'wait-samples 20' 'key Space' 'wait-samples 20' 'key 2' \
    'wait-samples 20' '$shown'"
has 'A MINOR fault' "$work/s.txt" "a cursor that was moved moves no touch"
eval "play $taken 'key Space' 'key t' '$shown'"
has 'touch: a moment: the lesson acts' "$work/s.txt" \
    "nothing comes between its own acts" || diag <"$work/s.txt"
mkdir "$work/own"
printf '%s\n' 'lesson One' step 'say one' step 'do touch' \
    'say two' 'check since(counters.touches) == 2' \
    >"$work/own/01-one.lesson"
export PAGETIDE_LESSONS="$work/own"
play 'lesson one' 'wait-samples 40' 'key Space' 'wait-samples 20' \
    'key Space' "$shown"
has 'This is not so here: step 2, line 7: not so: since(counters.touches' \
    "$work/s.txt" "what is not so is said"
has 'LESSON 1 of 1  One' "$work/s.txt" "and the lesson stays"
hasnt ' two' "$work/s.txt" "without what it had said of it"
has 'it can be taken back; Esc leaves' "$work/s.txt" "which can't go on"
play 'lesson one' 'wait-samples 40' 'key Space' 'wait-samples 20' \
    'key Backspace' 'wait-samples 40' "$shown"
has 'step 1 of 2' "$work/s.txt" "but back"
# Each step is a mark: frozen, one goes back to it.
play 'lesson one' 'wait-samples 40' 'key Space' 'wait-samples 20' 'key Esc' \
    'wait-samples 4' 'earlier mark' "save-screen $work/one.txt" \
    'earlier mark' "save-screen $work/two.txt" 'earlier mark' "$shown"
cat "$work/one.txt" "$work/two.txt" >>"$work/s.txt"
has ':  lesson, step 1 of 2: One' "$work/s.txt" "a step is a mark"

printf '%s\n' 'lesson One' 'needs target.pages == 1 else why not' step \
    >"$work/own/01-one.lesson"
play 'lesson one' 'wait-samples 40' "$shown"
has "This lesson can't be taken here: why not" "$work/s.txt" \
    "as is why none can be taken"
printf '%s\n' 'lesson One' step 'predict How many?' \
    'choice one that is so long that it takes nearly all of a line if 1 == 2' \
    'choice another of that length that takes nearly all of a line if 1 == 1' \
    lock reveal 'say one' 'say two' 'say three' >"$work/own/01-one.lesson"
for size in 80x24 120x40; do
	play 'lesson one' 'wait-samples 40' 'key 1' 'wait-samples 20' "$shown"
	has 'That was the lesson: 0 of 1 predictions were right.' \
	    "$work/s.txt" "$size: all is said of the longest step"
	ok "above the map" grep -q '^   offset  0  *+' "$work/s.txt"
done
size=
PAGETIDE_LESSONS=$srcdir/docs/lessons

for size in 80x24 60x20; do
	eval "play $taken 'key Space' 'wait-samples 20' '$shown'"
	screen_is "lesson-asks-$size.txt" "$work/s.txt"
done
size=60x20
eval "play $taken 'key B' 'wait-samples 2' '$shown'"
screen_is lesson-present-60x20.txt "$work/s.txt"
# In front of a class: all that is said and asked, in full.
for name in faults path grows; do
	play "lesson $name" 'wait-samples 40' 'key B' 'wait-samples 2' \
	    'save-screen '"$work/p1.txt" 'key Space' 'wait-samples 30' \
	    'save-screen '"$work/p2.txt" 'key 1' 'wait-samples 30' \
	    'save-screen '"$work/p3.txt"
	is "$(cat "$work"/p[123].txt | grep -c '\.\.$')" 0 \
	    "presented, $name: no line is cut"
done
play 'lesson path' 'wait-samples 40' 'key B' 'key Space' 'wait-samples 30' \
    "$shown"
has '4, the disk' "$work/s.txt" "nor is a choice"
for size in 1x1 19x4 20x5 30x9 40x12 59x14 200x60; do
	eval "play $taken 'key Space' 'wait-samples 20' '$shown'"
	wide=$(awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }' \
	    "$work/s.txt")
	ok "$size: fits" test "$status" = 0 -a "$wide" -le "${size%x*}"
done
size=

# A race that is stopped by hand: the lesson's own Esc ends no lesson.
play 'lesson hints' 'wait-samples 40' 'key Space' 'wait-samples 20' 'key 3' \
    'wait-samples 8' 'key Esc' 'wait-samples 60' "$shown"
is "$status" 0 "a race of a lesson that is stopped"
mkdir "$work/own"
printf '%s\n' 'lesson One' step 'do escape' 'say still here' \
    >"$work/own/1-one.lesson"
PAGETIDE_LESSONS=$work/own
play 'lesson one' 'wait-samples 60' "$shown"
has 'still here' "$work/s.txt" "a line of a lesson does not end it"
PAGETIDE_LESSONS=$srcdir/docs/lessons

play 'key A' 'wait-samples 2' "$shown"
has 'faults        Minor, major, none' "$work/s.txt" "A lists them"
screen_is lessons-120x40.txt "$work/s.txt"
play 'key A' 'key j k k j Enter' 'wait-samples 40' "$shown"
has 'LESSON 1 of ' "$work/s.txt" "Enter takes the one chosen"
play 'key F2 Esc' 'wait-samples 2' "$shown"
hasnt LESSONS "$work/s.txt" "Esc closes the list"
play 'next' "$shown"
is "$status" 1 "without a lesson nothing goes on"
has 'next: no lesson is on' "$work/err" "which is said"
play 'lesson nonsense'
has 'no lesson nonsense: faults' "$work/err" "what there is none of, too"
done_testing
