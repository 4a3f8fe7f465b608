#!/bin/sh
# `pagetide lesson`: the list, one that is checked, and files that are none.
. "${srcdir:-.}/tests/lib.sh"

run "$PAGETIDE" lesson
is "$status" 0 "the list"
is "$(wc -l <"$work/out")" \
    "$(find "$srcdir/docs/lessons" -name '*.lesson' | wc -l)" \
    "has a line for each"
ok "with its title" grep -q '^faults  *Minor, major, none' "$work/out"
is "$(awk 'length > 80' "$work/out")" '' "in 80 columns"
is "$(sed 's/^[^ ]* *//' "$work/out" | awk 'length > 50')" '' \
    "and a title that fits beside where one is"
is "$(grep -A 1 '^lock' "$srcdir"/docs/lessons/*.lesson | grep reveal)" '' \
    "no answer is on the screen before it is asked for"
is "$(grep -l 'the event' "$srcdir"/docs/lessons/*.lesson)" '' \
    "no caption is about what small screens do not show"
installed=$(sed -n '/^dist_lesson_DATA/,/[^\\]$/p' "$srcdir/Makefile.am" |
    grep -c 'docs/lessons/')
is "$installed" "$(wc -l <"$work/out")" "and all are installed"

# refused STATUS TEXT ARGUMENT...
refused() {
	refused_status=$1 refused_text=$2
	shift 2
	run "$PAGETIDE" "$@"
	is "$status" "$refused_status" "$*: status $refused_status"
	has "$refused_text" "$work/err" "and one line says why"
	is "$(wc -l <"$work/err")" 1 "and no more"
}
refused 1 'no lesson foo: faults' lesson --check foo
refused 2 '--check needs the name of a lesson, or all' lesson --check
refused 2 '--check goes with pagetide lesson' --check faults
refused 2 '--answers goes with pagetide lesson' --answers f "$work/x"
refused 2 'a lesson needs a terminal, --headless or --check' lesson faults
refused 2 'no --read-only' lesson --check --read-only faults
refused 1 "can't write $work/none/f: No such file" lesson --check faults \
    --answers "$work/none/f"
refused 2 'one FILE at a time' lesson --check faults a b

# A file of that name.
"$HELPERS/pages" make "$work/lesson" 16
(cd "$work" && run "$PAGETIDE" --json ./lesson
is "$status" 0 "a file of that name is ./lesson")
test_n=$((test_n + 1))

# lesson LINE...: one of these lines, in a folder of its own.
mkdir "$work/own"
PAGETIDE_LESSONS=$work/own
lesson() {
	printf '%s\n' 'lesson One' '' '# remark' "$@" \
	    >"$work/own/07-one.lesson"
	run timeout 60 "$PAGETIDE" lesson --fake 7 --check one
}
lesson step 'do touch' 'check since(counters.touches) == 1'
is "$status" 0 "what is so is ok"
ok "and said" grep -q '^one  *ok, ' "$work/out"
lesson step 'do touch' 'check since(counters.touches) == 2'
is "$status" 5 "what is not so: status 5"
has 'FAILED: step 1, line 6: not so: since(counters.touches) == 2' \
    "$work/out" "and said where"
# A lesson may come from somebody else.
for line in "save-screen $work/taken.txt" 'bind x quit' 'key q' 'lesson one' \
    next quit; do
	lesson step "do $line"
	has "line 5: ${line%% *}: no lesson may run it" "$work/out" \
	    "a lesson does no ${line%% *}"
done
ok "and wrote nothing" test ! -e "$work/taken.txt"
printf 'lesson A\302\233B\rC\nneeds target.pages == 1 else \302\233\nstep\n' \
    >"$work/own/07-one.lesson"
run "$PAGETIDE" lesson
printf '%-12s A?B?C\n' one >"$work/want"
is "$(cat "$work/out")" "$(cat "$work/want")" "no text of it steers a terminal"
run timeout 60 "$PAGETIDE" lesson --fake 7 --check one
is "$(cat "$work/out")" "$(printf '%-12s skipped: ?' one)" "nor does why"
cp "$work/own/07-one.lesson" "$work/own/08-two words.lesson"
run "$PAGETIDE" lesson
is "$(wc -l <"$work/out")" 1 "what can't be typed as a name is none"
rm "$work/own/08-two words.lesson"
lesson step 'do frobnicate'
is "$status" 5 "a command that is none"
has 'line 5: no command frobnicate' "$work/out" "is said, too"
lesson 'needs target.pages == 1 else there are too many pages' step
is "$status" 0 "what can't be taken is no failure"
ok "but skipped" grep -q '^one  *skipped: there are too many pages$' \
    "$work/out"
lesson 'try limit 16M' step
ok "as what is refused is" grep -q '^one  *skipped: limit' "$work/out"
lesson step 'predict How many?' 'choice 0' 'choice 5' lock 'do touch' \
    'reveal since(counters.touches)'
is "$status" 5 "a question that has no answer"
has 'none of the choices is what came' "$work/out" "is said"
lesson step 'predict How many?' 'choice 0' 'choice none of these' lock \
    'do touch' 'reveal since(counters.touches)'
is "$status" 0 "unless none of these may be it"
lesson step 'keep a = target.page_size_bytes' 'do touch' \
    'check $a * 2 == 8192' 'check 2 * ($a + 1) == 8194'
is "$status" 0 "what is kept is a number" || diag <"$work/out"
row=$(printf 'x%.0s' $(seq 74))
lesson step "say $row" "say $row" "say $row"
is "$status" 0 "captions of three lines"
lesson step "say $row" "say $row" "say ${row}x"
is "$status" 5 "that a caption is longer"
has 'more than 3 lines of 74 columns' "$work/out" "is said"
lesson step 'wait target.pages == 1'
is "$status" 5 "what never comes is not waited for"
has 'not so after 10 s: target.pages == 1' "$work/out" "and said"
printf '%s\n' 'lesson One' step 'do pace 1' 'do work sequential' step \
    >"$work/own/07-one.lesson"
run timeout 60 "$PAGETIDE" lesson --fake 7 --interval 1s --check one
is "$status" 5 "what never ends is not waited for"
has 'one          FAILED: step 1, line 4: not done after 60.0 s: work seq' \
    "$work/out" "and said, with lesson, step and line"

# wrong TEXT LINE...: is no lesson.
wrong() {
	wrong_text=$1
	shift
	lesson "$@"
	is "$status" 1 "$wrong_text: no lesson"
	has "$wrong_text" "$work/err" "and said where"
}
wrong "07-one.lesson:4: no word" frobnicate step
wrong ":4: no step"
wrong ":5: character 1: there is no field nonsense" step 'check nonsense == 1'
wrong ":5: nothing is kept as \$a" step 'check $a == 1'
wrong ":5: a { without a }" step 'say {target.pages'
wrong ":8: more than three lines" step 'say 1' 'say 2' 'say 3' 'say 4'
wrong ":5: choice: up to four, after predict" step 'choice 1'
wrong ":6: lock: after two choices" step 'predict a' lock
wrong ":5: reveal: after lock" step 'reveal 1'
wrong ":6: predict without a reveal" step 'predict a' step
wrong ':4: needs needs " else "' 'needs target.pages == 1' step
wrong ":4: before the first step" 'say hello' step

wrong ':5: anon: before all others' 'needs target.pages == 1 else no' \
    'anon 1M' step
wrong ':4: anon: a size should stand here' 'anon many' step
lesson 'anon 1M' step
ok "one about memory is none of a file" grep -q \
    '^one  *skipped: it is about memory without a file: pagetide' "$work/out"

# Answers, of a session that is scripted.
printf '%s\n' 'lesson One' step 'predict How "many"?' 'choice 1' 'choice 2' \
    lock 'do touch' 'reveal since(counters.touches)' \
    >"$work/own/07-one.lesson"
printf '%s\n' 'wait-samples 30' 'key 2' 'wait-samples 30' >"$work/script"
run timeout 60 "$PAGETIDE" lesson one --fake 7 --headless \
    --script "$work/script" --answers "$work/answers"
is "$status" 0 "a lesson with a script"
is "$(wc -l <"$work/answers")" 1 "leaves a line for its prediction"
is "$("$HELPERS/jsonget" schema lesson step question answered right is_right \
    <"$work/answers")" 'pagetide-answer/1 one 1 How "many"? 2 1 false' \
    "with all that was asked"
run timeout 60 "$PAGETIDE" lesson one --fake 7 --headless \
    --script "$work/script" --answers "$work/answers"
is "$(wc -l <"$work/answers")" 2 "and another one the next time"

# The user's own, beside the others and in place of them.
mkdir -p "$work/data/pagetide/lessons"
cp "$work/own/07-one.lesson" "$work/data/pagetide/lessons/99-mine.lesson"
cp "$work/own/07-one.lesson" "$work/data/pagetide/lessons/01-faults.lesson"
run env -u PAGETIDE_LESSONS XDG_DATA_HOME="$work/data" "$PAGETIDE" lesson
is "$(grep -c -x 'mine  *One' "$work/out")" 1 "a lesson of one's own"
is "$(grep '^faults ' "$work/out")" "$(printf '%-12s One' faults)" \
    "also in place of one that is there"
is "$(tail -n 1 "$work/out")" "$(printf '%-12s One' mine)" "and the last"
echo nonsense >"$work/own/01-bad.lesson"
run "$PAGETIDE" lesson --check all --fake 7
is "$status" 5 "one that is no lesson fails"
has '01-bad.lesson:1: "lesson TITLE" should stand here' "$work/err" "says why"
ok "and the others are taken all the same" grep -q '^one ' "$work/out"
rm "$work"/own/*
run "$PAGETIDE" lesson
is "$status" 1 "no lesson at all"
has 'there are none' "$work/err" "is said"
run "$PAGETIDE" lesson --check all --fake 7
is "$status" 1 "to check no lesson at all is no success"
done_testing
