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
