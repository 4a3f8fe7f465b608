#!/bin/sh
# pagetide diff: two moments of recordings beside each other.
. "${srcdir:-.}/tests/lib.sh"

r=$work/r.pt
cat >"$work/script" <<'EOF'
wait-samples 3
outside 2048 1024
wait-samples 10
advise evict yes
wait-samples 10
EOF
run "$PAGETIDE" --headless --fake 7 --record "$r" --script "$work/script"
is "$status" 0 "a session is recorded"

run "$PAGETIDE" diff "$r" "$r"
is "$status" 0 "a recording is the same as itself"
has 'the same, in all that is known' "$work/out" "which is said"
run "$PAGETIDE" diff "$r@0.1" "$r@1s"
is "$status $(cat "$work/err")" '5 ' "two moments of one may differ"
has "A  $r: sample 2 at 12:00:00.200, 100 ms after the first" "$work/out" \
    "which they are is said"
has 'cached  ' "$work/out" "the layer that differs"
has '8M..' "$work/out" "and where"
is "$(grep -E '^[0-9].*\.\.' "$work/out" | grep -c -v -E '^(8|9|10|11)M')" 0 \
    "there alone"

# The totals, against those of the samples; and cells that sum up to them.
"$PAGETIDE" --replay "$r" --ndjson >"$work/all"
at() {
	sed -n "$1p" "$work/all" | "$HELPERS/jsonget" layers.cached_pages
}
run "$PAGETIDE" diff --json "$r@0.1" "$r@1s"
is "$status" 5 "as JSON"
is "$("$HELPERS/jsonget" schema same a.seq layers.cached.a_pages \
    layers.cached.b_pages layers.cached.went_pages <"$work/out")" \
    "pagetide-diff/1 false 2 $(at 2) $(at 11) 0" "with its totals"
is "$("$HELPERS/jsonget" layers.cached.came_pages <"$work/out")" \
    $(($(at 11) - $(at 2))) "and what came"
"$HELPERS/jsonget" cells <"$work/out" | sed 's/{/\n/g' |
    sed -n 's/.*"cached":\[\([0-9]*\),\([0-9]*\)\].*/\1 \2/p' >"$work/cells"
is "$(awk '{ sum += $2 - $1 } END { print sum }' "$work/cells")" \
    $(($(at 11) - $(at 2))) "cell by cell"
run "$PAGETIDE" diff --json "$r@1s" "$r"
is "$("$HELPERS/jsonget" layers.cached.b_pages layers.cached.went_pages \
    <"$work/out")" "0 $(at 11)" "an eviction"
run "$PAGETIDE" diff "$r@-0" "$r"
is "$status" 0 "a time before the end"

# Two recordings, of files of two sizes, and with grids of two sizes.
run "$PAGETIDE" --headless --anon 1M --record "$work/a.pt" \
    --script /dev/null
run "$PAGETIDE" diff "$work/a.pt" "$r"
is "$status" 5 "two recordings"
has 'size  1.0 MiB -> 64.0 MiB' "$work/out" "of two sizes"
has 'cached  ? -> 0 pages' "$work/out" "what is unknown stays it"

# The view of it: the same totals, and each cell of the map as JSON has it.
moments='diff 12:00:00.2 12:00:01'
view() {
	printf '%s\n' "$@" "save-screen $work/view.txt" >"$work/lines"
	run timeout 60 "$PAGETIDE" --headless $options --size 120x40 \
	    --script "$work/lines"
	is "$status $(cat "$work/err")" '0 ' "$what: the session"
}
"$PAGETIDE" diff --json "$r@0.1" "$r@0.9s" >"$work/json"
"$HELPERS/jsonget" cells <"$work/json" | sed 's/{/\n/g' |
    sed -n 's/.*"first_page":\([0-9]*\),.*"cached":\[\([0-9]*\),\([0-9]*\)\].*/\1 \2 \3/p' |
    awk '{ sum[int($1 / 16)] += $3 - $2 }
	END { for (i = 0; i < 1024; i++) {
		printf("%s", (sum[i] > 0 ? "+" : sum[i] < 0 ? "-" : " "))
		if (i % 64 == 63)
			print ""
	} }' | tr 'X@' '  ' >"$work/want"
came=$("$HELPERS/jsonget" layers.cached.came_pages <"$work/json")
for options in "--replay $r" '--fake 7'; do
	what="diff, $options"
	case $options in
	--fake*) view 'wait-samples 3' 'outside 2048 1024' \
	    'wait-samples 10' 'advise evict yes' 'wait-samples 10' \
	    "$moments" ;;
	*) view 'later 1000' "$moments" ;;
	esac
	sed -n '5,20p' "$work/view.txt" | cut -c 12-75 | tr 'X@' '  ' \
	    >"$work/got"
	ok "$what: each cell" cmp "$work/want" "$work/got"
	has " +$came -0" "$work/view.txt" "$what: the totals"
	has ' A 12:00:00.200' "$work/view.txt" "$what: the moments"
	view 'view diff'
	has 'of no moments yet' "$work/view.txt" "$what: none yet"
	for line in 'diff 11:00 -0' 'diff x -0' 'diff -0 25:00' 'diff -0'; do
		printf '%s\n' "$line" >"$work/lines"
		run timeout 60 "$PAGETIDE" --headless $options \
		    --script "$work/lines"
		is "$status $(wc -l <"$work/err")" '1 1' \
		    "$what: $line: one line"
	done
done
has 'usage: diff TIME TIME' "$work/err" "which says what is wrong"
wrong() {
	want=$1
	shift
	run "$PAGETIDE" diff "$@"
	is "$status $(wc -l <"$work/err")" "$want 1" "diff $*: one line"
}
wrong 2
wrong 2 "$r"
wrong 2 "$r" "$r" "$r"
wrong 2 --nothing "$r" "$r"
wrong 1 "$r@1h" "$r"
wrong 1 "$r@-1h" "$r"
wrong 1 "$r@x" "$r"
wrong 1 "$work/none" "$r"
wrong 1 "$work/script" "$r"
# Standard input goes by once.
for what in - -@0.5 -@0; do
	want=5
	[ $what != -@0 ] || want=0
	status=0
	"$PAGETIDE" diff -- "$what" "$r@0" <"$r" >/dev/null 2>"$work/err" ||
	    status=$?
	is "$status $(cat "$work/err")" "$want " "diff -- $what"
done
run "$PAGETIDE" diff "-@0" "$r"
has 'goes behind --' "$work/err" "which it needs"
run "$PAGETIDE" diff -- "-@-1s" "$r"
is "$status $(wc -l <"$work/err")" '2 1' "not by a time before its end"
has 'a time before the end is of a file' "$work/err" "which is said"
mkfifo "$work/pipe"
run timeout 20 "$PAGETIDE" diff "$work/pipe@-1s" "$r"
is "$status $(wc -l <"$work/err")" '2 1' "nor of a pipe"
run "$PAGETIDE" diff - - <"$r"
is "$status $(wc -l <"$work/err")" '2 1' "nor both"
run "$PAGETIDE" diff --help
is "$status" 0 "there is help"
if [ -w /dev/full ]; then
	status=0
	"$PAGETIDE" diff "$r" "$r" >/dev/full 2>"$work/err" || status=$?
	is "$status $(wc -l <"$work/err")" '1 1' "a full disk is told"
else
	skip 'no /dev/full'
fi
done_testing
