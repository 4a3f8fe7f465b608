#!/bin/sh
# What the benchmarks could not measure is no number in their rows.
. "${srcdir:-.}/tests/lib.sh"
budgets=$work/budgets
. "$srcdir/tests/bench/rows"

is "$(ratio 15 10)" 1.5 "a ratio"
is "$(ratio 123456 5e5 2)" 0.25 "with two digits"
is "$(ratio 0 10)" 0.0 "0 is a number"
is "$(ratio '' 10)$(ratio 10 '')" '' "nothing by something is none"
is "$(or_not 3 ' ms'), $(or_not '' ' ms')" '3 ms, not measured' "in remarks"
for row in '3:yes' '6:**no**' ':**no**'; do
	: >"$budgets"
	budget what "${row%:*}" 5 ' ms' remark
	got=${row%:*}
	is "$(cat "$budgets")" "| what | ${got:-not measured}${got:+ ms} | \
5 ms | ${row#*:} | remark |" "a row of '$got'"
done
done_testing
