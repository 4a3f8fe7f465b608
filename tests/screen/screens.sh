#!/bin/sh
# Saved screens of the simulated file: the same seed, the same picture.
# UPDATE_SCREENS=1 rewrites them; look at the difference before you commit.
. "${srcdir:-.}/tests/lib.sh"

# shoot NAME SIZE LINE...: runs the lines headless and compares the screen.
shoot() {
	name=$1 size=$2
	shift 2
	printf '%s\n' "$@" "save-screen $work/$name.txt" |
	    timeout 60 "$PAGETIDE" --headless --fake 7 --size "$size" \
	    --script - $options >"$work/out" 2>"$work/err" ||
	    { fail "screen $name"; diag <"$work/err"; return; }
	screen_is "$name.txt" "$work/$name.txt"
}

options=
for size in 120x40 80x24 40x12 20x5 1x1 200x60; do
	shoot "start-$size" $size 'wait-samples 3'
done

# A walk over an evicted quarter, hints, and their effects.
lesson='advise evict yes
wait-idle
advise random
work random touches=64 seed=3
wait-idle
advise normal
goto 25%
touch
wait-idle
goto 0
work sequential touches=4000
wait-idle
advise dontneed
wait-idle'
for view in cache mapped both cost changed; do
	shoot "lesson-$view-120x40" 120x40 "$lesson" "view $view"
done
for size in 120x40 200x60; do
	shoot "latency-$size" $size "$lesson" 'key T'
	shoot "memory-$size" $size "$lesson" 'key m'
done
# Views of one layer, each where it has something to show. The line of the
# view is what a narrow screen has for a legend.
reads='advise evict yes
wait-idle
advise sequential
goto 50%
select
goto 100%
work random touches=2000 seed=5
wait-samples 4'
for size in 120x40 80x24; do
	shoot "inflight-$size" $size "$reads" 'key i'
	shoot "dirty-$size" $size 'outside 9000 1000 write' \
	    'wait-samples 3' 'key y'
done
shoot "writeback-120x40" 120x40 'outside 9000 1000 write' \
    'wait-samples 3' 'view writeback' 'goto 36M' 'key 1'
for view in evicted recent; do
	shoot "$view-120x40" 120x40 'advise populate' wait-idle 'goto 50%' \
	    select 'goto 75%' 'advise pageout yes' wait-idle "view $view"
done
shoot "locked-120x40" 120x40 'goto 25%' select 'goto 50%' 'advise mlock' \
    wait-idle 'view locked' 'key 1'
shoot "private-120x40" 120x40 'map private write' wait-idle 'goto 25%' \
    select 'goto 50%' 'work stride op=write stride=32' wait-idle escape \
    'view private' 'wait-samples 2'
# A working set of 8 MiB, then a walk through the file while time runs out for
# its pages.
sets='window 3
graph sets
span shorter
work loop set=8M passes=4
wait-idle
work sequential
wait-samples 50'
for size in 120x40 80x24; do
	shoot "touched-$size" $size "$sets" 'key w'
done
shoot "sets-200x60" 200x60 "$sets" 'window 1' 'wait-samples 40'
shoot "holes-120x40" 120x40 'wait-samples 3' 'view holes'
for size in 120x40 80x24; do
	shoot "diagnosis-$size" $size 'advise evict yes' wait-idle \
	    'wait-samples 25' 'work random touches=64' wait-idle
	shoot "diagnosis-hint-$size" $size 'advise mlock' wait-idle \
	    'advise dontneed yes' wait-idle
	shoot "diagnosis-quiet-$size" $size 'wait-samples 12'
done
shoot "unknown-120x40" 120x40 'wait-samples 3' 'key Space' 'key i'
shoot "lesson-80x24" 80x24 "$lesson"
shoot "lesson-40x12" 40x12 "$lesson"

shoot "running-120x40" 120x40 'advise evict yes' wait-idle \
    'work sequential' 'wait-samples 30'
shoot "paused-120x40" 120x40 'wait-samples 5' 'key Space' 'key l l j' \
    'wait-samples 5'
# All of a frozen screen is of its moment: what is done meanwhile, and what
# becomes of it, shows with the next step.
shoot "paused-acts-120x40" 120x40 'wait-samples 5' 'advise willneed' \
    'key Space' 'wait-samples 20' 'advise dontneed' wait-idle 'note hello'
# So is the result of a walk that ends meanwhile.
printf '%s\n' 'wait-samples 5' 'work sequential touches=800' \
    'wait-samples 2' 'key Space' "save-screen $work/then.txt" wait-idle \
    "save-screen $work/later.txt" newest "save-screen $work/step.txt" |
    "$PAGETIDE" --headless --fake 7 --script -
ok "a walk does not end in a frozen picture" cmp "$work/then.txt" "$work/later.txt"
has "800 touched" "$work/step.txt" "until the next sample is shown"
shoot "paused-step-120x40" 120x40 'wait-samples 5' 'view changed' \
    'advise willneed' 'key Space' 'wait-samples 20' 'goto 50%' select \
    'goto 75%' 'work sequential' wait-idle 'wait-samples 20' escape newest
shoot "paused-zoomed-120x40" 120x40 'wait-samples 5' 'view changed' \
    'advise willneed' 'wait-samples 2' 'key Space' 'key 1'
shoot "zoomed-120x40" 120x40 'wait-samples 2' 'key 1' 'goto 12M' \
    'wait-samples 1'
shoot "selected-120x40" 120x40 'wait-samples 2' 'goto 25%' 'key s' \
    'goto 50%' 'wait-samples 1'
shoot "outside-120x40" 120x40 'wait-samples 20' 'outside 4096 2048' \
    'wait-samples 2' 'view changed'
shoot "help-120x40" 120x40 'wait-samples 1' 'key ?'
shoot "help-80x24" 80x24 'wait-samples 1' 'view cost' 'key ?'
shoot "help-found-80x24" 80x24 'wait-samples 1' 'key ? /' 'key p t e Enter' \
    'key n'
for size in 120x40 80x24 60x20; do
	shoot "views-$size" $size 'wait-samples 1' 'key v v'
done
shoot "expanded-120x40" 120x40 'wait-samples 1' 'key e'
for size in 60x20 200x60; do
	shoot "present-$size" $size "$lesson" 'key B'
done
shoot "present-left-60x20" 60x20 'wait-samples 1' 'key F11' 'key Esc'
shoot "expanded-events-120x40" 120x40 "$lesson" 'key a'
shoot "prompt-120x40" 120x40 'wait-samples 1' 'key : v i e w'
shoot "confirm-80x24" 80x24 'wait-samples 1' 'key E'
shoot "wrong-80x24" 80x24 'wait-samples 1' 'key : n o n s e n' 'key s e Enter'

for size in 120x40 80x24 60x20 200x60; do
	shoot "race-$size" $size 'race N S R work random touches=64 yes' \
	    wait-idle
done
shoot "snap-120x40" 120x40 'pace full' 'work random touches=32' wait-idle \
    'snap B' 'advise evict yes' wait-idle 'work random touches=32' \
    wait-idle 'snap C' compare 'wait-samples 1'

options=--read-only
shoot "readonly-120x40" 120x40 'wait-samples 3'
shoot "readonly-help-120x40" 120x40 'wait-samples 1' 'key ?'

options=--ascii
shoot "ascii-both-120x40" 120x40 "$lesson" 'view both'
ok "--ascii: no byte above 0x7e" sh -c \
    '! LC_ALL=C grep -q "[^ -~]" "$work/ascii-both-120x40.txt"'

# A recording of the screen is as wide as the screen at most.
options=
for size in 1x1 2x2 5x3 19x5 20x4 21x6 33x7 64x9 99x20 100x20 101x30 \
    400x120; do
	printf '%s\n' 'wait-samples 2' "save-screen $work/s.txt" \
	    "save-screen $work/s.svg" "save-screen $work/s.ans" |
	    timeout 60 "$PAGETIDE" --headless --fake 7 --size $size \
	    --script - >"$work/out" 2>&1 || diag <"$work/out"
	wide=$(awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }' \
	    "$work/s.txt")
	lines=$(wc -l <"$work/s.txt")
	ok "$size: fits" test "$wide" -le "${size%x*}" -a \
	    "$lines" -le "${size#*x}" -a "$lines" -gt 0
	rm -f "$work/s.txt"
done

# The narrow side panel keeps names and values apart.
options=
printf '%s\n' 'size 100x30' 'zoom pages' 'advise mlock' wait-idle \
    'wait-samples 2' "save-screen $work/s.txt" | timeout 60 "$PAGETIDE" --headless --fake 7 \
    --script - >"$work/out" 2>&1 || diag <"$work/out"
has "address 0x" "$work/s.txt" "a narrow panel keeps names and values apart"

printf '%s\n' 'note now watch D' 'wait-samples 1' \
    "save-screen $work/s.txt" | timeout 60 "$PAGETIDE" --headless --fake 7 \
    --script - >"$work/out" 2>&1 || diag <"$work/out"
has "now watch D" "$work/s.txt" "a note of several words"

# Rows of a map are in one unit: 1280K and 1360K, not 1.25M and 1M+336K.
printf '%s\n' 'size 116x40' 'wait-samples 1' 'zoom pages' 'goto 1M' \
    "save-screen $work/rows.txt" | timeout 60 "$PAGETIDE" --headless --fake 7 \
    --script - >"$work/out" 2>&1 || diag <"$work/out"
is "$(sed -n 's/^ *\([0-9][0-9.]*[KMG+0-9]*\)>* *|.*/\1/p' "$work/rows.txt" |
    tr -d '0-9' | sort -u)" K "row labels have one unit"

# The forecast is of a whole walk.
printf '%s\n' 'wait-samples 1' 'work sequential touches=100' wait-idle \
    'work sequential' 'wait-samples 3' stop wait-idle |
    timeout 60 "$PAGETIDE" --headless --fake 7 --log "$work/log" \
    --script - >"$work/out" 2>&1 || diag <"$work/out"
ok "a walk that ended has a forecast" \
    grep -q "done, 100 touched; .* it would be " "$work/log"
ok "one that was stopped has none" \
    sh -c 'grep "stopped; " "$1" | grep -qv "it would be"' sh "$work/log"

# The script's own errors.
run sh -c 'printf "wait-samples 1\nnonsense\n" |
    "$PAGETIDE" --headless --fake 1 --script -'
is "$status" 1 "a wrong line ends the script"
has "-:2: no command nonsense: note?" "$work/err" "and is named"
run sh -c 'echo "save-screen /nowhere/x.txt" |
    "$PAGETIDE" --headless --fake 1 --script -'
is "$status" 1 "a file that can't be written"
has "No such file" "$work/err" "is said"
run sh -c 'echo "save-screen x.gif" |
    "$PAGETIDE" --headless --fake 1 --script -'
has ".txt, .ans or .svg" "$work/err" "formats"
run sh -c 'echo "map from=1M" |
    "$PAGETIDE" --headless --fake 1 --script -'
is "$status" 1 "what the simulation does not map"
has "the simulated file (--fake) can be mapped from its start on only" \
    "$work/err" "is refused in a clear line"
run sh -c 'echo "advise normal" |
    "$PAGETIDE" --headless --read-only --fake 1 --script -'
is "$status" 1 "--read-only refuses to act"
has "not with --read-only" "$work/err" "and says so"
cp "$srcdir/tests/lib.sh" "$work/watched.txt"
before=$(cksum <"$work/watched.txt")
run sh -c 'echo "save-screen $work/watched.txt" |
    "$PAGETIDE" --headless --script - "$work/watched.txt"'
is "$status" 1 "never over the file that is watched"
is "$(cksum <"$work/watched.txt")" "$before" "which stays as it was"
done_testing
