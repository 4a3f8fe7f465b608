#!/bin/sh
# What undisturbed() and poll_until() of lib.sh make of what fails for a while.
. "${srcdir:-.}/tests/lib.sh"

# tap LINE...: a test of its own with these lines, what it says is in
# $work/out. $count is a file with a line for each call of seen().
count=$work/count
export count
tap() {
	: >"$count"
	{
		echo '. "${srcdir:-.}/tests/lib.sh"'
		echo 'seen() { echo >>"$count"; wc -l <"$count"; }'
		printf '%s\n' "$@" done_testing
	} >"$work/test"
	run sh "$work/test"
}

calls() {
	wc -l <"$count"
}

tap 'late() { ok "one" true; ok "late" test "$(seen)" -ge 3; }' \
    'ok "before" true' 'undisturbed late' 'ok "after" true'
is "$(grep -v '^#' "$work/out")" 'ok 1 - before
ok 2 - one
ok 3 - late
ok 4 - after
1..4' "two failed tries and a good one are passed tests, counted once"
is "$(calls)" 3 "there is no try after the good one"
is "$(grep -c '^# try [12]: not ok 3 - late' "$work/out")" 2 \
    "the failed ones are comments"
is "$(grep -c '^# try .: ok' "$work/out")" 0 "without what passed in them"

tap 'never() { is "$(seen)" 0 "never"; pass "always"; }' \
    'undisturbed never' 'ok "after" true'
is "$(grep -v '^#' "$work/out")" 'not ok 1 - never
ok 2 - always
ok 3 - after
1..3' "what fails each time fails, once"
is "$(calls)" 8 "after eight tries"
is "$(sed -n '/^not ok/,$p' "$work/out" | sed -n '2,3p')" '# got:  8
# want: 0' "with the last one's reason"

tap 'other() {' '[ "$(seen)" = 2 ] || { fail "first"; return; }' \
    'skip "no reason" 2' 'pass "last"' '}' 'undisturbed other' \
    'undisturbed true' 'pass "after"'
is "$(grep -v '^#' "$work/out")" 'ok 1 # SKIP no reason
ok 2 # SKIP no reason
ok 3 - last
ok 4 - after
1..4' "a try may have other tests than the one before"

tap 'args() { is "$*" "a b c" "arguments"; kept=$1; }' \
    'undisturbed args a "b c"' 'is "$kept" a "variables"'
is "$(cat "$work/out")" 'ok 1 - arguments
ok 2 - variables
1..2' "a good first try is silent; arguments and variables are kept"

# A poll within a poll has its own time.
tap 'inner() { poll_until 0 false; [ "$(seen)" -ge 3 ]; }' \
    'ok "outer" poll_until 5 inner'
is "$(grep -c '^ok 1' "$work/out")" 1 "one poll within another"
done_testing
