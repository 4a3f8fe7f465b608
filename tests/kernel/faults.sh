#!/bin/sh
# Where the faults of another process land, against what a helper knows that
# it touched.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/data
pages=64
"$HELPERS/pages" make "$file" $pages
"$HELPERS/pages" evict "$file"

# watch NAME COMMAND...: pagetide, which the command runs, on that mapping; it
# writes a line a sample. Then it has begun.
watch() {
	tell where "$1"
	shift
	begin "$@" "$PAGETIDE" -p $mapper -m "$answer" --faults --ndjson \
	    -d 0.1 -n 2000 --cells $pages
	poll_until 20 last by
}

# last FIELD...: of the newest whole line; false: null.
last() {
	at=$1
	shift
	sed '$d' "$work/out" | tail -n 1 | "$HELPERS/jsonget" "landing.$at" \
	    "$@" >"$work/last" 2>/dev/null && [ -s "$work/last" ] &&
	    ! grep -q -x null "$work/last"
}

landed() {
	last minor && [ "$(cat "$work/last")" -ge "$1" ]
}

stop() {
	kill $pid
	status=0
	wait $pid || status=$?
}

# cells NAME: its cells of the newest line, as 0 and 1.
cells() {
	sed '$d' "$work/out" | tail -n 1 | "$HELPERS/jsonget" "cells.$1" |
	    tr -dc 01
}

# want FIRST N...: a line of 0 and 1, 1 for these.
want() {
	awk -v n=$pages -v ranges="$*" 'BEGIN {
		m = split(ranges, r, " ")
		for (i = 0; i < n; i++) {
			on = 0
			for (k = 1; k < m; k += 2)
				on = on || i >= r[k] && i < r[k] + r[k + 1]
			printf "%d", on
		}
		print ""
	}'
}

mapper_start "$HELPERS/mapper"
watch anon
if last why_not_faults; then
	stop
	mapper_end
	# For no other reason may they not be counted.
	grep -q 'perf_event_open is refused' "$work/last" &&
	    skip_all "no perf events: $(cat "$work/last")"
	fail "they are counted, not: $(cat "$work/last")"
	done_testing
	exit 0
fi
is "$(last by && cat "$work/last")" faults "they are counted as they land"

# Each page that it touches has its fault, and no other has one: by one thread,
# and by those it starts later.
tell write anon 3 7
tell touch anon 20 2
tell thread anon 40 5
tell thread anon 50 1
tell write memfd 0 4
ok "all have come" poll_until 20 landed 15
sleep 0.3
is "$(cells landed_minor)" "$(want 3 7 20 2 40 5 50 1)" "page by page"
is "$(cells landed_major)" "$(want)" "none was major"
last minor landing.major landing.lost landing.restarts landing.one_of
is "$(cat "$work/last")" "15 0 0 0 1" "none is lost"
last elsewhere
ok "what it touches else is counted" test "$(cat "$work/last")" -ge 4
place() {
	last sites && grep -q '"mapper+0x[0-9a-f]*"\|mapper+0x' "$work/last"
}
ok "the code that did it has its place" poll_until 10 place
# symbols FIELD: what is called by a name there.
symbols() {
	last "$1" && grep -q '"mapper_touches+0x[0-9a-f]*"' "$work/last"
}
if grep -q 'define HAVE_LIBDW' config.h && ldconfig -p 2>/dev/null |
    grep -q 'libdw\.so\.1'; then
	ok "and its function" poll_until 10 symbols sites
	ok "as each of the hottest pages has" symbols hottest
else
	skip "no libdw" 2
fi
stop

# Of a file: what is not cached is major.
cold() {
	sync -f "$file"
	"$HELPERS/pages" evict "$file"
	"$PAGETIDE" --json "$file" | "$HELPERS/jsonget" layers.cached_pages \
	    >"$work/cached"
	grep -q -x 0 "$work/cached"
}
both() {
	last minor landing.major && [ "$(awk '{ print $1 + $2 }' \
	    "$work/last")" -ge 3 ]
}
major_ones() {
	watch shared
	tell random shared 0 $pages
	poll_until 5 cold
	tell touch shared $1 1
	tell touch shared $(($1 + 25)) 2
	ok "faults of a file, too" poll_until 20 both
	is "$(cells landed_major)" "$(want $1 1 $(($1 + 25)) 2)" \
	    "major ones, page by page"
	stop
}
for first in 5 10 15; do
	test_from=$test_n
	major_ones $first >"$work/.tap"
	grep -q '^not ok' "$work/.tap" && [ $first != 15 ] || break
	sed 's/^/# try: /; s/^# try: ok/# try: was ok/' "$work/.tap"
	test_n=$test_from
done
cat "$work/.tap"

# As root each has a name and how long it took: pages read one by one, then those
# that are cached.
named() {
	last named && [ "$(cat "$work/last")" -ge "$1" ]
}
# way NAME: "faults max_ns" of major or minor ones that went so.
way() {
	last ways && tr -d ' \n' <"$work/last" | tr '{' '\n' | sed -n \
	    "s/.*\"name\":\"$1\",\"major\":$2,\"faults\":\([0-9]*\),\
\"ns\":[0-9]*,\"max_ns\":\([0-9]*\).*/\1 \2/p"
}
ways() {
	mapper_end
	mapper_start "$HELPERS/mapper"
	tell random shared 0 $pages
	poll_until 5 cold
	watch shared
	poll_until 10 named 0
	tell touch shared 3 1
	tell touch shared 30 2
	ok "each has a name" poll_until 10 named 3
	set -- $(way miss-single true)
	is "$1" 3 "cold ones are read one by one"
	ok "which takes long: $2 ns" test "${2:-0}" -gt 5000
	last minor landing.major
	is "$(cat "$work/last")" "0 3" "and all of them are major"
	cat "$file" >/dev/null
	tell touch shared 40 1
	poll_until 10 named 4
	set -- $(way fault-around false) $(way hit false)
	is "$1" 1 "cached ones are mapped, with those around"
	last named landing.minor landing.major
	ok "nothing is counted that has no fault" awk \
	    '$1 != $2 + $3 { exit 1 }' "$work/last"
	stop
}
watch anon
poll_until 5 named 0 || :
if last why_not_named; then
	stop
	skip "no names: $(cat "$work/last")" 6
else
	stop
	undisturbed ways
fi

# On a screen: marks that fade, the view of their density, the table.
printf '%s\n' 'faults on' 'wait landing.one_of >= 1' \
    "save-screen $work/begun.txt" 'wait landing.minor >= 2' 'wait-samples 2' \
    "save-screen $work/marks.txt" 'view faults' 'wait-samples 8' \
    "save-screen $work/density.txt" 'size 80x24' 'key z' \
    "save-screen $work/over.txt" 'size 60x20' "save-screen $work/small.txt" \
    'key Esc' "save-screen $work/map.txt" 'size 120x40' \
    'freeze' 'faults off' \
    "save-screen $work/frozen.txt" 'freeze' 'view faults' 'wait-samples 2' \
    "save-screen $work/off.txt" >"$work/script"
tell where anon
begin timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --headless --size 120x40 \
    --script "$work/script" --view mapped
poll_until 20 test -s "$work/begun.txt"
tell write anon 60 2
status=0
wait $pid || status=$?
is "$status" 0 "a session" || diag <"$work/err"
has "faults of process $mapper are marked where they land" "$work/begun.txt" \
    "says that they are"
hasnt "#o#" "$work/begun.txt" "with none at first"
has "#o##o#" "$work/marks.txt" "then has two marks"
has "o minor, * major" "$work/marks.txt" "which the legend explains"
has "FAULTS 2 minor, 0 major" "$work/density.txt" "has the table"
has "each recorded" "$work/density.txt" "of all of them"
ok "with their code" grep -q 'mapper+0x\|mapper_touches+0x' \
    "$work/density.txt"
for size in over small; do
	ok "which has room on any screen: $size" grep -q \
	    'mapper+0x.* 2 *$\|mapper_touches+0x.* 2 *$' "$work/$size.txt"
	has "by the code at" "$work/$size.txt" "under its heading"
	has " z map " "$work/$size.txt" "the footer leads back"
done
hasnt "by the code at" "$work/map.txt" "as does Esc"
has "FAULTS 2 minor, 0 major" "$work/frozen.txt" \
    "and keeps it while it is frozen"
has "not recorded" "$work/off.txt" "off is said"
mapper_end

# Many in a moment are no rate that is too high: each is recorded.
file=2 pages= mapper_start "$HELPERS/maploop"
begin "$PAGETIDE" -p $mapper -m "$answer" --faults --ndjson -d 0.1 -n 2000
poll_until 20 last by
tell 'run 40 0'
many() {
	last elsewhere && [ "$(cat "$work/last")" -ge 1000 ]
}
ok "many faults in a moment" poll_until 20 many
# Half a second is what the rate is of.
seen=$(wc -l <"$work/out")
poll_until 20 eval '[ "$(wc -l <"$work/out")" -gt $((seen + 8)) ]'
last one_of landing.restarts
is "$(cat "$work/last")" "1 0" "are recorded each"
stop
mapper_end

# A rate that is too high: one of N, and it is said.
mapper_start "$HELPERS/mapper"
watch anon
echo "churn anon 0 $pages" >&3
thinned() {
	last one_of landing.estimated && [ "$(cut -d ' ' -f 1 \
	    "$work/last")" -gt 1 ]
}
if poll_until 15 thinned; then
	is "$(cut -d ' ' -f 2 "$work/last")" true "counts are estimates then"
	last restarts
	ok "with a gap where that began" test "$(cat "$work/last")" -ge 1
else
	skip "no 50,000 faults a second here" 2
fi
echo stop >&3
read -r answer <&4
stop

# Gone back to, and in a recording: what had landed by then, and the marks of what
# landed a moment before.
mapper_end
mapper_start "$HELPERS/mapper"
tell where anon
cat >"$work/script" <<END
wait-samples 3
view faults
wait landing.minor >= 10
wait-samples 2
save-screen $work/live.txt
view cache
save-screen $work/live-marks.txt
view faults
mark here
wait-samples 3
save-screen $work/ready.txt
wait landing.minor >= 30
wait-samples 2
save-screen $work/after.txt
freeze
earlier mark
save-screen $work/then.txt
view cache
save-screen $work/then-marks.txt
END
begin timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --faults --headless \
    -d 0.1 --record "$work/r.pt" --script "$work/script"
poll_until 20 grep -q '"by":"faults"' "$work/r.pt"
tell write anon 3 7
tell touch anon 20 3
poll_until 20 test -s "$work/ready.txt"
tell write anon 30 20
status=0
wait $pid || status=$?
is "$status $(cat "$work/err")" '0 ' "a session that goes back"
cat >"$work/script" <<END
later 100000
earlier mark
view faults
save-screen $work/replayed.txt
view cache
save-screen $work/replayed-marks.txt
later 100000
view faults
save-screen $work/end.txt
END
run timeout 60 "$PAGETIDE" --replay "$work/r.pt" --headless \
    --script "$work/script"
is "$status $(cat "$work/err")" '0 ' "and its recording"
# cells_of NAME: the cells, and how many are told; marks: those alone.
cells_of() {
	sed -n '5,20p' "$work/$1.txt" | cut -c 1-76
	grep -o 'FAULTS  *[0-9]* minor, [0-9]* major' "$work/$1.txt"
}
marks_of() {
	sed -n '5,20p' "$work/$1.txt" | cut -c 12-75 | tr -c 'o\n' '-'
}
has 'FAULTS 10 minor, 0 major' "$work/live.txt" "ten have landed"
has 'FAULTS 30 minor, 0 major' "$work/after.txt" "and then more"
is "$(cells_of then)" "$(cells_of live)" "back to when ten had"
is "$(cells_of replayed)" "$(cells_of live)" "and in the recording"
is "$(cells_of end)" "$(cells_of after)" "and at its end"
is "$(marks_of live-marks | tr -dc o)" oooooooooo \
    "they are marked while it is new"
is "$(marks_of then-marks)" "$(marks_of live-marks)" "back then, too"
is "$(marks_of replayed-marks)" "$(marks_of live-marks)" \
    "and in the recording"

# Refused: what is new in the page tables, and why.
mapper_end
mapper_start "$HELPERS/mapper"
watch anon "$HELPERS/seccomp" -e EACCES -s perf_event_open --
last by
is "$(cat "$work/last")" "page tables" "without perf events by page tables"
poll_until 20 sh -c 'test "$(wc -l <"$1")" -ge 5' sh "$work/out"
tell write anon 11 3
ok "new PTEs are seen" poll_until 20 landed 3
is "$(cells landed_minor)" "$(want 11 3)" "page by page"
last major landing.elsewhere landing.one_of || :
is "$(cat "$work/last")" "null null null" "of faults nothing is known"
last why_not_faults
has "perf_event_open is refused" "$work/last" "and it says why"
stop
mapper_end

# An ordinary user, of a process of his own: not what the kernel touches.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 755 "$dir"
	cp "$PAGETIDE" "$work/pagetide"
	chmod 755 "$work"
	mapper_start setpriv --reuid=65534 --regid=65534 --clear-groups \
	    "$HELPERS/mapper"
	tell where anon
	begin setpriv --reuid=65534 --regid=65534 --clear-groups \
	    "$work/pagetide" -p $mapper -m "$answer" --faults --ndjson \
	    -d 0.1 -n 2000 --cells $pages
	poll_until 20 last by
	last by
	cp "$work/last" "$work/by"
	if grep -q -x faults "$work/by"; then
		tell write anon 8 2
		ok "an ordinary user sees them" poll_until 20 landed 2
		is "$(cells landed_minor)" "$(want 8 2)" "page by page"
		last system_calls
		is "$(cat "$work/last")" false "but for system calls"
		last why_not_named
		has "tracepoints need root or CAP_PERFMON" "$work/last" \
		    "why they have no names"
		last named || :
		is "$(cat "$work/last")" null "of which nothing is known"
	else
		last why_not_faults || diag <"$work/by"
		has perf_event_paranoid "$work/last" \
		    "an ordinary user is told which sysctl would help"
		skip "perf events are for root here" 4
	fi
	stop
	mapper_end
else
	skip "not run as root" 5
fi
done_testing
