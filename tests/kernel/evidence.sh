#!/bin/sh
# The demonstrations of tests/lab, each run on a real file: what the screen
# that it saves says is checked, and by the same checks what the log says and
# the screen that is kept in tests/lab. UPDATE_EVIDENCE=1 keeps the new ones.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
lab=$srcdir/tests/lab
pages=16384
# Pages may be reclaimed between the act and the look: SLACK of them.
slack=1000
all=$((pages - slack))
"$HELPERS/pages" make "$dir/f" $pages
before=$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")
mkdir "$work/shots"

# acts SCREEN: the events on a saved screen, one a line.
acts() {
	awk '/^EVENTS/ { on = 1; next }
	    on && /^[0-9][0-9]:[0-9][0-9]:/ {
		if (act != "")
			print act
		act = $0
	    }
	    on && /^           [a-z]/ { act = act "; " $0 }
	    END { print act }' "$1"
}

# deed ACTS NEEDLE N WORD: the number after WORD in the Nth act with NEEDLE.
deed() {
	grep -F -e "$2" "$1" | sed -n "${3}p" |
	    sed -n "s/.*[ ;]$4 [+]\\{0,1\\}\\([-0-9]\\{1,\\}\\).*/\\1/p"
}

# forecast ACTS NEEDLE N minor|major
forecast() {
	grep -F -e "$2" "$1" | sed -n "${3}p" |
	    sed -n 's|.*forecast \([0-9]*\)/\([0-9]*\).*|\1 \2|p' |
	    awk -v n="$4" '{ print n == "minor" ? $1 : $2 }'
}

# took ACTS NEEDLE: how long that call took, in ns.
took() {
	grep -F -e "$2" "$1" | sed -n 1p |
	    sed -n 's/.* = 0 in \([0-9.]*\) \([a-z]*\).*/\1 \2/p' |
	    awk '$2 == "ns" { m = 1 } $2 == "us" { m = 1e3 }
		$2 == "ms" { m = 1e6 } $2 == "s" { m = 1e9 }
		{ printf "%d", $1 * m }'
}

# shown SCREEN cached|mapped|private: the pages in its line of numbers.
shown() {
	sed -n '2{
		s/^ page cache /| cached /
		s/.*| '"$2"' \([0-9]*\).*/\1/p
	}' "$1"
}

# kinds SCREEN: touches without a fault, with minor, with major ones.
kinds() {
	sed -n 's/.*| touches  *//p' "$1" | tr . 0
}

# --- what each demonstration shows: ACTS, and WHOSE they are ------------

populate="MAP_SHARED|MAP_POPULATE"
lesson_lazy() {
	within "$(deed "$1" "MAP_SHARED, fd" 1 mapped)" 0 0 \
	    "$2: mmap alone maps nothing"
	within "$(deed "$1" "MAP_SHARED, fd" 1 cached)" 0 $slack \
	    "and reads nothing"
	within "$(deed "$1" $populate 1 mapped)" $all $pages \
	    "MAP_POPULATE maps all"
	within "$(deed "$1" $populate 1 cached)" $all $pages "and reads all"
	ok "which takes ten times as long at least" test \
	    "$(took "$1" $populate)" -gt $(($(took "$1" "MAP_SHARED, fd") * 10))
	within "$(forecast "$1" "walk sequential" 1 major)" $all $pages \
	    "the walk after the first may cost a major fault a page"
	within "$(deed "$1" "walk sequential" 1 major)" 1 $((pages / 4)) \
	    "readahead makes fewer of them"
	within "$(deed "$1" "walk sequential" 1 minor)" 16 $pages \
	    "and there are minor ones"
	within "$(forecast "$1" "walk sequential" 2 minor)" 0 $slack \
	    "the walk after the second is to cost nothing"
	within "$(deed "$1" "walk sequential" 2 minor)" 0 $slack \
	    "and has no minor fault"
	within "$(deed "$1" "walk sequential" 2 major)" 0 $slack \
	    "nor a major one"
}

lesson_minor_major() {
	within "$(forecast "$1" "walk stride 32" 1 minor)" 250 256 \
	    "$2: half of the touches are to be minor faults"
	within "$(forecast "$1" "walk stride 32" 1 major)" 256 262 \
	    "half are to be major ones"
	within "$(deed "$1" "walk stride 32" 1 minor)" 250 256 "so it is: minor"
	within "$(deed "$1" "walk stride 32" 1 major)" 256 262 "and major"
	within "$(deed "$1" "walk stride 32" 1 cached)" 150 262 \
	    "a page came for each major one"
}

lesson_advice() {
	for n in 1 2 3; do
		within "$(forecast "$1" "walk random" $n major)" 60 64 \
		    "$2: walk $n has the same forecast"
	done
	within "$(deed "$1" "walk random" 1 cached)" 1000 $pages \
	    "NORMAL reads windows"
	within "$(deed "$1" "walk random" 2 cached)" 1000 $pages \
	    "SEQUENTIAL too"
	within "$(deed "$1" "walk random" 3 cached)" 60 64 \
	    "RANDOM reads the pages alone"
	within "$(deed "$1" "walk random" 3 major)" 60 64 \
	    "by a major fault for each"
	within "$(deed "$1" "walk random" 1 major)" 1 63 \
	    "NORMAL has fewer of them"
	within "$(deed "$1" "walk random" 2 major)" 1 63 "SEQUENTIAL too"
	for n in 1 2; do
		grep "walk random" "$1" | sed -n ${n}p >"$work/walk"
		has "readahead" "$work/walk" "walk $n: and is said to be why"
	done
}

lesson_chunked_end() {
	within "$(deed "$1" "walk chunked" 1 mapped)" 0 0 \
	    "$2: the windows leave nothing mapped"
	within "$(deed "$1" "walk chunked" 1 cached)" 0 $((pages / 8)) \
	    "and little in the cache"
	has "done, $pages touched" "$1" "though each page was touched"
	within "$(deed "$1" "walk sequential" 1 mapped)" $all $pages \
	    "a plain walk leaves all mapped"
	within "$(deed "$1" "walk sequential" 1 cached)" $((pages * 3 / 4)) \
	    $pages "and cached"
}

lesson_workingset() {
	within "$(deed "$1" "walk loop" 1 mapped)" 2000 2048 \
	    "$2: a loop over 8 MiB maps so many pages"
	within "$(deed "$1" "POPULATE_READ" 1 mapped)" 3600 4096 \
	    "POPULATE_READ maps 16 MiB"
	within "$(deed "$1" "MADV_WILLNEED" 1 cached)" 3600 4096 \
	    "WILLNEED reads 16 MiB"
	within "$(deed "$1" "MADV_WILLNEED" 1 mapped)" 0 0 "and maps nothing"
}

lesson_workingset_end() {
	within "$(deed "$1" "MADV_WILLNEED" 1 mapped)" 0 0 \
	    "$2: WILLNEED maps nothing"
}

lesson_drop() {
	within "$(deed "$1" "MADV_DONTNEED) = 0" 1 mapped)" -$pages -$all \
	    "$2: DONTNEED drops the PTEs"
	within "$(deed "$1" "MADV_DONTNEED) = 0" 1 cached)" -$slack 0 \
	    "and keeps the cache"
	within "$(forecast "$1" "walk sequential" 1 minor)" $all $pages \
	    "which is to cost minor faults"
	within "$(deed "$1" "walk sequential" 1 minor)" 16 $pages \
	    "and does, fault-around makes them fewer"
	within "$(deed "$1" "walk sequential" 1 major)" 0 $slack \
	    "and no major ones"
	within "$(deed "$1" POSIX_FADV_DONTNEED 2 cached)" -$pages -$all \
	    "evict empties the cache too"
	within "$(forecast "$1" "walk sequential" 2 major)" $all $pages \
	    "which is to cost major faults"
	within "$(deed "$1" "walk sequential" 2 major)" 1 $pages "and does"
	within "$(deed "$1" "walk sequential" 2 cached)" $all $pages \
	    "and all is read again"
}

lesson_mlock() {
	within "$(deed "$1" "mlock(map+60M" 1 mapped)" 1024 1024 \
	    "$2: mlock maps the range"
	grep "POSIX_FADV_DONTNEED) = -1 EINVAL, = 0" "$1" >"$work/evict"
	within "$(deed "$work/evict" POSIX 1 mapped)" -15360 -15000 \
	    "to evict all is refused where it is locked"
	within "$(deed "$work/evict" POSIX 1 cached)" -15360 -15000 \
	    "and the locked pages stay"
	within "$(forecast "$1" "walk stride 64" 1 major)" 240 240 \
	    "the walk is to have a major fault for each other page"
	within "$(deed "$1" "walk stride 64" 1 major)" 240 240 "so it has"
	within "$(deed "$1" "walk stride 64" 1 minor)" 0 2 \
	    "and none for the locked ones"
}

lesson_mlock_end() {
	within "$(deed "$1" "munlock(" 1 cached)" -$slack 0 \
	    "$2: munlock drops nothing"
	grep -A1 "munlock(" "$1" | tail -n 1 >"$work/evict"
	has "= 0, = 0" "$work/evict" "after it evict is not refused"
	within "$(deed "$work/evict" POSIX 1 cached)" -1264 -1200 \
	    "and empties the cache"
	within "$(deed "$1" "walk stride 64" 2 major)" 256 256 \
	    "the same walk has a major fault for each page now"
}

lesson_cow() {
	within "$(deed "$1" "walk sequential" 1 mapped)" $all $pages \
	    "$2: reading maps the pages of the file"
	is "$(deed "$1" "walk sequential" 1 private)" "" "and copies none"
	within "$(deed "$1" "op=write" 1 private)" 1024 1024 \
	    "1024 pages written are 1024 copies"
	within "$(forecast "$1" "op=write" 1 minor)" 1000 1024 \
	    "by a minor fault for each, as was forecast"
	within "$(deed "$1" "op=write" 1 minor)" 1000 1030 "as it was"
}

lesson_cow_end() {
	within "$(deed "$1" "MADV_DONTNEED) = 0" 1 private)" -1024 -1024 \
	    "$2: DONTNEED throws the copies away"
	is "$(deed "$1" "walk stride 16 0..64M" 1 private)" "" \
	    "then the file is read again"
}

lesson_thrash() {
	within "$(forecast "$1" "set=8M" 1 major)" 2048 2048 \
	    "$2: three passes over 8 MiB are to cost what one does"
	within "$(deed "$1" "set=8M" 1 major)" 2048 2248 "and do: it fits"
	within "$(forecast "$1" "set=32M" 1 major)" 8192 8192 \
	    "over 32 MiB too, if they fitted"
	within "$(deed "$1" "set=32M" 1 major)" 16385 24576 \
	    "but each pass has them anew"
	within "$(deed "$1" "set=32M" 1 cached)" 2048 4096 \
	    "in no more than 16 MiB"
}

lesson_thrash_readahead() {
	within "$(deed "$1" "walk random" 2 major)" 90 100 \
	    "$2: RANDOM reads the pages"
	is "$(grep "walk random" "$1" | sed -n '2s/.*read +396.0 KiB.*/396/p')" \
	    396 "and nothing else"
	ok "NORMAL reads ten times as much for the same touches" \
	    reads_mib "$1" "walk random" 1 4
	within "$(deed "$1" "walk random" 1 cached)" 1 4096 \
	    "of which 16 MiB at most stay"
}

# reads_mib ACTS NEEDLE N MIB: has it read so many MiB or more?
reads_mib() {
	grep -F -e "$2" "$1" | sed -n "${3}p" |
	    sed -n 's/.*read +\([0-9.]*\) \([A-Z]\).*/\1 \2/p' |
	    awk -v least="$4" '{
		exit !($2 == "G" || $2 == "M" && $1 + 0 >= least)
	    }'
}

# --- what is on a screen besides its events -----------------------------

screen_lazy() {
	within "$(shown "$1" mapped)" $all $pages "all is mapped"
}

screen_minor_major() {
	is "$(kinds "$1" | awk '{ print $1 + $2 + $3, ($2 >= 250) }')" \
	    "512 1" "LATENCY: 512 touches, half of them minor"
	ok "a major fault is dearer than a minor one" dearer "$1"
}

# dearer SCREEN: is the p50 of major above that of minor?
dearer() {
	sed -n 's/.*| p50 <= *//p' "$1" | awk '
	    function ns(v, unit) {
		return v * (unit == "ns" ? 1 : unit == "us" ? 1e3 : 1e6)
	    }
	    { exit !(ns($4, $5) > ns($2, $3)) }'
}

screen_advice() {
	within "$(shown "$1" cached)" 60 64 "what RANDOM left in the cache"
}

# In the middle of the walk.
screen_chunked() {
	within "$(shown "$1" mapped)" 16 1536 "chunked: few pages are mapped"
	within "$(shown "$1" cached)" 256 $((pages / 2)) "and cached"
	within "$(kinds "$1" | awk '{ print $1 + $2 + $3 }')" 1000 $((all)) \
	    "after many touches"
	has "@ chunked 8000/s" "$1" "the walk is on"
}

screen_chunked_end() {
	within "$(shown "$1" mapped)" $all $pages "all is mapped in the end"
	ok "and the graph has it" grep -q 'resident set [56][0-9]\.' "$1"
}

# sets SCREEN MIB: what the legend of the graph tells of the sets.
sets() {
	sed -n '/^## working set/s/[^0-9.]\{1,\}/ /gp' "$1" |
	    awk '{ print int($2 + 0.5), int($3 + 0.5), int($4 + 0.5) }' \
	    >"$work/sets"
	read -r touched resident cached <"$work/sets"
	is "$touched" "$2" "the working set is $2 MiB"
	within "$resident" 23 24 "the resident set 24 MiB"
	# Reclaim has seconds to take some that are not mapped.
	within "$cached" $((resident + 2)) 40 "and the page cache up to 40 MiB"
}

screen_workingset() {
	sets "$1" 8
	has "TOUCHED (working set), by the worker | 2048 = 8.0 MiB in 8 s" \
	    "$1" "in numbers"
	is "$(sed -n 's/^ *[04]M*[ >]|\(.*\)| .*/\1/p' "$1" | tr -d '#X@')" \
	    "" "the pages of the loop"
}

screen_workingset_end() {
	sets "$1" 0
	is "$(sed -n 's/^ *whole |\(.*\)|.*/\1/p' "$1" | tr -d ' ')" "" \
	    "no page is shown"
}

screen_drop() {
	within "$(shown "$1" cached)" $all $pages "all is cached in the end"
}

screen_mlock() {
	within "$(shown "$1" mapped)" 1250 1264 "locked pages are mapped"
	is "$(kinds "$1" | awk '{ print $1, $3 }')" "16 240" \
	    "LATENCY: 16 touches without a fault, 240 major ones"
	has "advice RANDOM partly locked" "$1" "a part is locked"
}

screen_mlock_end() {
	within "$(shown "$1" cached)" 250 256 "what the last walk read"
}

screen_cow() {
	is "$(shown "$1" private)" 1024 "1024 copies"
	has "private 1024, Private_Dirty 4.0 MiB" "$1" "smaps says the same"
}

screen_cow_end() {
	has "private 0, Private_Dirty 0 B" "$1" "no copy is left"
}

screen_thrash() {
	within "$(shown "$1" cached)" 2048 4096 "the limit is full"
	is "$(kinds "$1" | awk '{ print ($3 > 16384) }')" 1 \
	    "LATENCY: more major faults than the file has pages"
	has "thrash" "$1" "the diagnosis is thrash"
}

screen_thrash_readahead() {
	within "$(shown "$1" cached)" 90 100 "what RANDOM left in the cache"
}

# -------------------------------------------------------------------------

# look SHOT SCREEN WHOSE: all that a screen is to show.
look() {
	look_at=$(echo "$1" | tr - _)
	is "$(wc -l <"$2")" 40 "$3: a screen of 40 lines"
	acts "$2" >"$work/acts"
	is "$(grep -c '\.\.$' "$work/acts")" 0 "no event is cut off"
	"screen_$look_at" "$2"
	[ "$1" = chunked ] || "lesson_$look_at" "$work/acts" "$3"
}

# demo NAME SHOT...: the script, and what it shows.
demo() {
	demo_name=$1
	shift
	rm -f "$work/log" "$work"/shots/*
	status=0
	(cd "$work/shots" && exec timeout 120 "$PAGETIDE" --headless \
	    --size 120x40 --script "$lab/$demo_name.script" \
	    --log "$work/log" "$dir/f") >"$work/out" 2>&1 || status=$?
	is "$status" 0 "$demo_name.script" || diag <"$work/out"
	sed -n 's/^[0-9:.]* [0-9:.]* \(hint\|work\|worker\): //p' \
	    "$work/log" >"$work/logged"
	for shot; do
		[ "$shot" = chunked ] || "lesson_$(echo "$shot" | tr - _)" \
		    "$work/logged" "$shot, log"
		look "$shot" "$work/shots/$shot.txt" "$shot, screen"
	done
}

# shows NAME SHOT...: the demonstration, then the screens that are kept.
shows() {
	undisturbed demo "$@"
	shift
	for shot; do
		[ "${UPDATE_EVIDENCE:-0}" != 1 ] ||
		    cp "$work/shots/$shot.txt" "$lab/$shot.txt"
		look "$shot" "$lab/$shot.txt" "$shot, kept"
	done
}

shows lazy lazy
shows minor-major minor-major
shows advice advice
shows chunked chunked chunked-end
shows workingset workingset workingset-end
shows drop drop
locked=$(ulimit -l)
if [ "$locked" = unlimited ] || [ "$locked" -ge 4096 ]; then
	shows mlock mlock mlock-end
else
	skip "4 MiB may not be locked (RLIMIT_MEMLOCK)"
fi
shows cow cow cow-end
printf '%s\n' 'wait-samples 1' 'limit 16M' >"$work/limit.pt"
run "$PAGETIDE" --headless --script "$work/limit.pt" "$dir/f"
if [ "$status" = 0 ]; then
	shows thrash thrash thrash-readahead
else
	skip "$(sed 's/.*limit.pt:2: //; q' "$work/err")"
fi

is "$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")" "$before" \
    "the user's file is byte for byte as it was, and so are its times"
done_testing
