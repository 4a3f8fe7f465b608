#!/bin/sh
# Looking changes nothing: no page comes in or goes, nobody else has a fault,
# and what is watched can still be evicted.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
f=$dir/f
pages=2000
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; test_end' EXIT

"$HELPERS/pages" make "$f" $pages

residency() {
	"$HELPERS/residency" "$f"
}

# looks SKIP N: N views at every zoom from the one after SKIP on, and the
# pause, the help, all of the file: far more than 20 samples. Nothing acts.
looks() {
	for view in $(seq "$1"); do
		echo 'view next'
	done
	for view in $(seq "$2"); do
		printf '%s\n' 'zoom fit' 'wait-samples 2' 'zoom in' \
		    'wait-samples 2' 'zoom in' 'zoom in' 'wait-samples 2' \
		    'zoom pages' 'wait-samples 3' 'move end' \
		    'wait-samples 2' 'move home' 'goto 50%' \
		    'wait-samples 2' freeze 'zoom out' 'wait-samples 2' \
		    newest 'zoom in' freeze 'wait-samples 1' \
		    "save-screen $work/look.svg" 'view next'
	done
	printf '%s\n' select 'move down' escape expand \
	    'wait-samples 2' expand help 'wait-samples 1' escape \
	    'span longer' 'size 200x60' 'wait-samples 2' 'size 40x12' \
	    'wait-samples 2' 'note done'
}
looks 0 12 >"$work/looks.all"
parts="1 2 3 4"
for part in $parts; do
	looks $((part * 3 - 3)) 3 >"$work/looks.$part"
done

# look PART OPTION...: a whole session that only looks.
look() {
	look_script=$work/looks.$1
	shift
	run timeout 60 "$PAGETIDE" --headless -d 0.01 --script "$look_script" \
	    "$@" "$f"
	[ "$status" = 0 ] || diag <"$work/err"
}

list() {
	run timeout 60 "$PAGETIDE" -d 0.01 -n 25 "$@" "$f"
}

# --- cold: nothing comes in ---

# cold_stays WHAT COMMAND...
cold_stays() {
	cold_what=$1
	shift
	"$HELPERS/pages" evict "$f"
	times=$(stat -c '%X %Y %Z' "$f")
	"$@"
	is "$status $(residency)" "0 0" "cold, $cold_what: no page comes in"
	is "$(stat -c '%X %Y %Z' "$f")" "$times" "and no time is touched"
}

for how in auto $(methods "$f"); do
	cold_stays "all views, $how" look all --read-only --source $how
	cold_stays "batch, $how" list --batch --source $how
done
cold_stays "NDJSON with cells" list --ndjson --cells 512
cold_stays "all views with an idle worker" look all

# --- warm: nothing goes; in parts, since reclaim may take a page of a file
# that nobody uses ---

# warm_stays WHAT COMMAND...
warm_stays() {
	warm_what=$1
	shift
	"$HELPERS/pages" evict "$f"
	"$HELPERS/pages" read "$f" 0:$pages
	"$HELPERS/residency" -p "$f" >"$work/before"
	"$@"
	"$HELPERS/residency" -p "$f" >"$work/after"
	is "$status" 0 "warm, $warm_what"
	ok "the very same pages stay" cmp "$work/before" "$work/after"
}

for how in $(methods "$f"); do
	undisturbed warm_stays "batch, $how" list --batch --source $how
	for part in $parts; do
		undisturbed warm_stays "views part $part, $how" look $part \
		    --read-only --source $how
	done
done
for part in $parts; do
	undisturbed warm_stays "views part $part, an idle worker" look $part
done

# --- another process that maps the file ---

mkfifo "$work/fifo"
"$HELPERS/pages" hold "$f" <"$work/fifo" >"$work/held" &
pid=$!
exec 9>"$work/fifo"
poll_until 20 test -s "$work/held"

faults() {
	sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 8,10
}

before=$(faults)
look all --read-only
list --batch --source mincore
look all
is "$(faults)" "$before" "who maps the file has no fault more (min, maj)"
ok "of those it had" test "${before% *}" -gt 0
exec 9>&-
wait "$pid"
pid=

# --- watched, it can be evicted ---

# evictable WHAT OPTION...
evictable() {
	evict_what=$1
	shift
	"$HELPERS/pages" read "$f" 0:$pages
	rm -f "$work/log" "$work/go"
	# For a second the worker may have done it.
	printf '%s\n' 'wait-samples 30' 'note now' 'wait-samples 30' \
	    "save-screen $work/screen.txt" >"$work/script"
	timeout 60 "$PAGETIDE" --headless -d 0.05 --script "$work/script" \
	    --log "$work/log" "$@" "$f" >"$work/out" 2>&1 &
	pid=$!
	poll_until 20 grep -q 'note now' "$work/log"
	ok "$evict_what: it can be evicted" "$HELPERS/pages" evict "$f"
	status=0
	wait "$pid" || status=$?
	pid=
	is "$status $(residency)" "0 0" "and stays so"
	is "$(pages_shown cached "$pages" <"$work/screen.txt")" 0 \
	    "as the screen shows"
	ok "who did it was somebody else" grep -q "not the worker" \
	    "$work/screen.txt" || diag <"$work/screen.txt"
}

undisturbed evictable "with an idle worker"
undisturbed evictable "read-only" --read-only
undisturbed evictable "by mincore" --source mincore
done_testing
