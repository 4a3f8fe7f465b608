#!/bin/sh
# What the benchmarks could not measure is no number in their rows.
. "${srcdir:-.}/tests/lib.sh"
budgets=$work/budgets
. "$srcdir/tests/bench/rows"

is "$(ratio 15 10)" 1.5 "a ratio"
is "$(ratio 123456 5e5 2)" 0.25 "with two digits"
is "$(ratio 0 10)" 0.0 "0 is a number"
is "$(ratio '' 10)$(ratio 10 '')" '' "nothing by something is none"
is "$(plus 7 3), $(plus 7 '')" "10, " "a sum"
is "$(minus 7 3)" 4 "a difference"
is "$(minus 7 '')$(minus '' 3)" '' "with nothing it is none"
is "$(or_not 3 ' ms'), $(or_not '' ' ms')" '3 ms, not measured' "in remarks"
is "$(printf '0m0.01s 0m0.02s\n1m2.50s 0m0.25s\n' | cpu_ms)" 62750 \
    "CPU time of all that has ended"
is "$(cpu_ms </dev/null)$(echo 0m0.01s 0m0.02s | cpu_ms)" '' \
    "of a command that failed there is none"
for row in '3:yes' '6:**no**' ':**no**'; do
	: >"$budgets"
	budget what "${row%:*}" 5 ' ms' remark
	got=${row%:*}
	is "$(cat "$budgets")" "| what | ${got:-not measured}${got:+ ms} | \
5 ms | ${row#*:} | remark |" "a row of '$got'"
done
done_testing
