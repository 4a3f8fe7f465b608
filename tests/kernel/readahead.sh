#!/bin/sh
# Windows of readahead: with a readahead of 128 KiB they are known to the page.
. "${srcdir:-.}/tests/lib.sh"

need losetup mkfs.ext4 blockdev
[ "$(id -u)" = 0 ] || skip_all "not root"
dir=$(realfs_dir) || skip_all "no real file system"
[ "$(getconf PAGESIZE)" = 4096 ] || skip_all "pages are not of 4 KiB"

# A disk that reads ahead 128 KiB.
readahead_of 256 "$dir" || skip_all "no loop device: $(cat "$work/.loop")"
f=$mnt/f
"$HELPERS/pages" make "$f" 16384

# windows OPTION LINE...: of a session on the cold file, the oldest first:
# FIRST+PAGES mMARKER KIND, one a line, in $work/windows.
windows() {
	option=$1
	shift
	"$HELPERS/pages" evict "$f"
	opened='wait trace == on || trace == refused'
	[ -z "$option" ] || opened='wait-samples 4'
	printf '%s\n' 'wait-samples 2' 'view readahead' "$opened" \
	    'pace full' "$@" 'wait-samples 2' |
	    timeout 60 "$PAGETIDE" --headless -d 0.05 --size 120x40 $option \
	    --script - --ndjson --log "$work/log" "$f" >"$work/out" \
	    2>"$work/err" || diag <"$work/err"
	tail -n 1 "$work/out" >"$work/last"
	"$HELPERS/jsonget" readahead.last <"$work/last" | tr '{' '\n' |
	    sed -n 's/.*"first_page":\([0-9]*\),"pages":\([0-9]*\),"marker_page":\([0-9a-z]*\),"trigger_page":\([0-9a-z]*\),"kind":"\([a-z]*\)".*/\1+\2 m\3 \5 by \4/p' |
	    tac >"$work/windows"
}
by() {
	"$HELPERS/jsonget" readahead.by <"$work/last"
}
# first N: the first windows, joined by commas.
first() {
	head -n "$1" "$work/windows" | paste -s -d, -
}

windows '' 'goto 4M' touch wait-idle
[ "$(by)" = tracepoints ] ||
    skip_all "no tracepoints: $(sed -n 's/.*note: //p' "$work/log")"

mapped() {
	windows '' 'goto 4000K' touch wait-idle 'wait-samples 2' \
	    'goto 4032K' touch wait-idle
	is "$(first 9)" "984+32 m1008 around by 1000,1016+32 m1016 async by 1008" \
	    "NORMAL: around the page, then from its marker"
	windows '' 'advise sequential' wait-idle 'goto 4000K' touch wait-idle
	is "$(first 9)" "1000+32 mnull sync by 1000" \
	    "SEQUENTIAL amidst the file: from the page, no marker"
	windows '' 'advise random' wait-idle 'goto 4000K' touch wait-idle
	is "$(first 9)" "" "RANDOM: no window"
	windows '' 'goto 0' select 'goto 508K' 'advise willneed' wait-idle
	is "$(sed 's/ m.* forced.*/ forced/' "$work/windows" | head -n 1)" \
	    "0+128 forced" "WILLNEED: forced"
}
undisturbed mapped
# What was there is not asked for again, but stands in the window. The last
# windows of a file end with it.
backward() {
	windows '' 'pace 1000' 'work backward touches=60' wait-idle
	is "$(first 4)" "16367+17 mnull around by 16383,16350+32 m16374 around \
by 16366,16333+32 m16357 around by 16349,16316+32 m16340 around by 16332" \
	    "BACKWARD: around each page, 17 lower each time"
	windows '' 'advise random' wait-idle 'goto 65500K' touch wait-idle \
	    'advise normal' wait-idle 'goto 65516K' touch wait-idle
	is "$(first 9)" "16363+21 mnull around by 16379" \
	    "at the end of the file, over a page that is there: one"
}
undisturbed backward
# The marker at the end of the file has nothing to read: what comes next is not
# its window.
nothing_left() {
	windows '' 'goto 65480K' touch wait-idle 'wait-samples 2' \
	    "goto $(((16354 + 24) * 4))K" touch wait-idle 'goto 0' select \
	    'goto 508K' 'advise willneed' wait-idle
	is "$(sed 's/ m[^ ]* / /' "$work/windows" | paste -s -d, -)" \
	    "16354+30 around by 16370,0+128 forced by null" \
	    "WILLNEED after a marker that had nothing read: forced"
}
undisturbed nothing_left
calls() {
	windows '' 'work sequential op=read touches=200' wait-idle
	is "$(sed 's/ .*//' "$work/windows" | head -n 9 | paste -s -d' ' -)" \
	    "0+4 4+8 12+4 16+8 24+8 32+16 48+16 64+32 96+32" \
	    "read(2): windows grow"
	is "$(head -n 2 "$work/windows" | paste -s -d, -)" \
	    "0+4 m1 sync by 0,4+8 m4 async by 1" "each from the marker before"
}
undisturbed calls
windows '' 'work sequential touches=200' wait-idle
note=$(sed 's/ .*//' "$work/windows" | head -n 3 | paste -s -d' ' -)
ok "a mapping has windows of one size: $note" \
    sh -c '! sed "1d; s/ .*//; s/.*+//" "$1" | grep -qvx 32' - "$work/windows"

# How much of what was read was touched then: all that was read(2) by a walk, or
# loaded; each page once, however often it stands in a window.
field() {
	"$HELPERS/jsonget" "readahead.$1" <"$work/last"
}
used() {
	windows '' 'work sequential op=read touches=100' wait-idle \
	    'wait-samples 4' "save-screen $work/used.txt"
	is "$(field touched_pages) of $(field kept_pages)" \
	    "100 of $(field pages)" "100 pages of a read(2) walk are touched"
	has "touched since: 100 of $(field pages), " "$work/used.txt" \
	    "as the panel says"
	windows '' 'pace 1000' 'work backward touches=60' wait-idle \
	    'wait-samples 4'
	is "$(field touched_pages) of $(field kept_pages)" \
	    "60 of $("$HELPERS/jsonget" layers.cached_pages <"$work/last")" \
	    "windows that overlap have each page once"
	case $(methods "$f") in
	*cachestat*)
		windows '--trace off' 'goto 4000K' touch wait-idle \
		    'wait-samples 4'
		is "$(field touched_pages) of $(field kept_pages)" "1 of 32" \
		    "of those that were seen, too" ;;
	*)
		skip "what mincore sees comes late: no window is seen" ;;
	esac
}
undisturbed used

# As events: a window by itself is a line, many that follow each other are one.
events() {
	rm -f "$work/log"
	windows '' 'goto 4000K' touch wait-idle 'wait-samples 2' \
	    'work sequential op=read touches=200' wait-idle
	grep -o 'note: readahead .*' "$work/log" >"$work/notes"
	is "$(head -n 1 "$work/notes")" \
	    "note: readahead 984+32 marker 1008, around by page 1000" \
	    "an event tells a window"
	is "$(sed -n '2s/;.*//p' "$work/notes")" \
	    "note: readahead 0+4 marker 1, sync by page 0" \
	    "another the first of a walk"
	has "; and $(($(field windows) - 2)) more of $(($(field pages) - 36)) \
pages, the last " "$work/notes" "and how many follow it"
	is "$(grep -c . "$work/notes")" 2 "in one line"
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 4' touch wait-idle |
	    timeout 60 "$PAGETIDE" --headless --script - --log "$work/log" "$f"
	hasnt "note: readahead" "$work/log" "not where nobody asks for them"
}
undisturbed events

# On the screen.
windows '' 'goto 4000K' touch wait-idle 'zoom pages' 'wait-samples 2' \
    "save-screen $work/map.txt"
has "984+32" "$work/map.txt" "the table has the window"
has "WINDOWS  1 of 32 pages" "$work/map.txt" "and how many there were"
has "ooooooo" "$work/map.txt" "the map its pages"
has "oMo" "$work/map.txt" "and its marker"

# Seen, without the right.
seen() {
	windows '--trace off' 'goto 4000K' touch wait-idle 'wait-samples 2' \
	    'goto 4032K' touch wait-idle
	is "$(by)" looks "without tracepoints looks tell"
	is "$(first 9)" "984+32 mnull seen by 1000,1016+32 mnull seen by 1008" \
	    "what came with each touch"
	# More than are kept.
	windows '--trace off' 'pace 400' 'work stride stride=32 touches=512' \
	    wait-idle "save-screen $work/wrapped.txt"
	n=$("$HELPERS/jsonget" readahead.windows <"$work/last")
	ok "of $n windows each is counted" test "$n" -gt 300
	is "$("$HELPERS/jsonget" readahead.pages <"$work/last")" \
	    "$("$HELPERS/jsonget" layers.cached_pages <"$work/last")" \
	    "with all pages of them"
	has "WINDOWS  $n of " "$work/wrapped.txt" "on the screen, too"
}
case $(methods "$f" 2>/dev/null) in
*cachestat*) undisturbed seen ;;
*) skip "without cachestat looks may not see it" 5 ;;
esac
done_testing
