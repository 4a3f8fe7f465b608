#!/bin/sh
# A file that one neither owns nor may write: mincore says that all of it is
# resident. The screen says that it does not know, why, and what would help.
. "${srcdir:-.}/tests/lib.sh"

as_nobody true 2>/dev/null || skip_all "only root can be somebody else"
dir=$(realfs_dir) || skip_all "no real file system"
f=$dir/f
"$HELPERS/pages" make "$f" 1000
chmod 644 "$f"
mkdir "$work/nobody"
chown 65534:65534 "$work/nobody"
chmod 755 "$dir"

# session FILE LINE...: a headless session as nobody.
session() {
	session_file=$1
	shift
	rm -f "$work/nobody/log"
	printf '%s\n' 'wait-samples 3' 'pace full' "$@" |
	    as_nobody timeout 60 "$PAGETIDE" --headless --ascii --script - \
	    --log "$work/nobody/log" "$session_file" >"$work/out" 2>&1
	status=$?
	[ $status = 0 ] || diag <"$work/out"
}

# map FILE: the cells of a saved screen, all rows in one line.
map() {
	awk -f "$srcdir/tests/map.awk" -f "$srcdir/tests/maprows.awk" "$1" |
	    tr -d '\n '
}

s=$work/nobody
why="the kernel reports residency only to who owns or may write the file"

not_ones_own() {
	"$HELPERS/pages" evict "$f"
	session "$f" "save-screen $s/1.txt" 'zoom pages' 'wait-samples 2' \
	    "save-screen $s/2.txt" 'view both' "save-screen $s/3.txt" \
	    'view mapped' 'advise populate' wait-idle 'wait-samples 2' \
	    "save-screen $s/4.txt" 'advise dontneed' wait-idle \
	    'wait-samples 2' "save-screen $s/5.txt"
	is "$status" 4 "a session on a cold file of somebody else"
	has "page cache ?" "$s/1.txt" "the total is unknown"
	hasnt "1000/1000" "$s/1.txt" "not what mincore said"
	is "$(map "$s/1.txt" | tr -d 'X' | fold -w 1 | sort -u)" "?" \
	    "all cells are unknown"
	has "$why" "$s/1.txt" "it says why"
	is "$(sed -n "s/.*may write the file: //p" "$s/1.txt" | tail -n 1 |
	    cut -c1-45)" "own it, get write permission, or be root" \
	    "and what would help"
	is "$(map "$s/2.txt" | tr -d 'X' | fold -w 1 | sort -u)" "?" \
	    "so they are at one page a cell"
	ok "and in the other view of it" grep -q '?' "$s/3.txt"
	has "mapped 1000 =" "$s/4.txt" "what the worker maps is known"
	is "$(map "$s/4.txt" | tr -d 'X' | fold -w 1 | sort -u)" "#" \
	    "in its view too"
	has "page cache ?" "$s/4.txt" "the page cache is not"
	has "mapped 0 =" "$s/5.txt" "and dropped PTEs are seen"
	ok "the effect on the cache is unknown" \
	    grep -q 'POPULATE_READ.*mapped 0 -> 1000  cached ?' "$s/log"
}

undisturbed not_ones_own

run as_nobody "$PAGETIDE" --batch -n 2 -d 0.02 "$f"
is "$status" 4 "batch: status 4"
is "$(grep -c 'cached=? ' "$work/out")" 2 "and ? in its lines"
is "$(cat "$work/err")" "pagetide: $why: \
own it, get write permission, or be root" "and the reason in one line"
for how in mincore cachestat; do
	run as_nobody "$PAGETIDE" --json --source $how "$f"
	ok "--source $how knows no better" test "$status" = 4 -o \
	    "$status" = 1
	hasnt '"cached_pages":1000' "$work/out" "and does not lie"
done

# One's own file, in the same session otherwise.
"$HELPERS/pages" make "$dir/own" 1000
chown 65534:65534 "$dir/own"
chmod 444 "$dir/own"
ones_own() {
	"$HELPERS/pages" evict "$dir/own"
	session "$dir/own" "save-screen $s/1.txt" 'advise populate' wait-idle \
	    'wait-samples 2' "save-screen $s/2.txt"
	is "$status" 0 "one's own file"
	is "$(pages_shown cached 1000 <"$s/1.txt")" 0 "is known: cold"
	hasnt "$why" "$s/1.txt" "without a remark"
	within "$(pages_shown cached 1000 <"$s/2.txt")" 900 1000 "and warm"
}

undisturbed ones_own
run as_nobody "$PAGETIDE" --batch -n 1 "$dir/own"
is "$status" 0 "batch: status 0"

# Root may know all.
"$HELPERS/pages" evict "$f"
run "$PAGETIDE" --json "$f"
is "$status $("$HELPERS/jsonget" layers.cached_pages <"$work/out")" "0 0" \
    "root is told the truth about the first file"
done_testing
