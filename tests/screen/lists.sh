#!/bin/sh
# Lists that lie over the panels, and those that scroll: help, events, views.
. "${srcdir:-.}/tests/lib.sh"

# play SIZE LINE...: a session of these lines.
play() {
	size=$1
	shift
	printf '%s\n' 'wait-samples 2' "$@" >"$work/script"
	run timeout 60 "$PAGETIDE" --headless --fake 7 --size "$size" \
	    --view both --script "$work/script"
	[ "$status" = 0 ] || diag <"$work/err"
}
shown="save-screen $work/s.txt"
said() {
	tail -n 2 "$work/s.txt" | sed -n '1s/ *$//p'
}
pages() {
	sed -n 's/.*HELP  page \([0-9]*\) of \([0-9]*\).*/\1 \2/p' \
	    "$work/s.txt"
}

# While frozen the events of that moment scroll, however many came since.
{
	seq -f 'note number-%g.' 60
	printf '%s\n' freeze 'key a'
	seq -f 'note later-%g.' 80
	for n in $(seq 30); do
		printf '%s\n' "save-screen $work/e.$n.txt" 'key PgUp'
	done
	printf '%s\n' 'key Home' "$shown" 'key Home' "save-screen $work/t.txt"
} >"$work/script"
run "$PAGETIDE" --headless --fake 7 --script "$work/script"
is "$(cat "$work"/e.*.txt | grep -o 'number-[0-9]*\.' | sort -u | wc -l)" 60 \
    "frozen: PgUp leads to all events"
is "$(cat "$work"/e.*.txt | grep -c 'later-')" 0 "and to no later one"
has 'number-1.' "$work/s.txt" "Home: to the oldest"
has 'the oldest events' "$work/t.txt" "which is said"

# Opened again it begins at the first page.
play 80x24 help 'scroll-help last' escape 'scroll-help down' "$shown"
is "$(pages | cut -d ' ' -f 1)" 2 "the help that scrolls open is new"
play 80x24 help 'scroll-help last' escape 'scroll-help up' "$shown"
is "$(said)" 'the first page' "and at its beginning"

# What is compared lies over the presentation, too, and the help over that.
play 80x24 present 'snap A' compare help 'scroll-help last' "$shown"
is "$(pages | cut -d ' ' -f 1)" "$(pages | cut -d ' ' -f 2)" \
    "the last page of the help is its last"

# No line of the help is cut where there are two columns.
{
	printf '%s\n' 'wait-samples 2' help
	for n in 1 2 3 4 5 6; do
		printf '%s\n' "save-screen $work/h.$n.txt" 'scroll-help down'
	done
} >"$work/script"
run "$PAGETIDE" --headless --fake 7 --size 120x40 --script "$work/script"
is "$(cat "$work"/h.*.txt | grep -c '[^ ]\.\.\( \|$\)')" 0 \
    "the help is not cut at 120x40"

# view KEY...: the title of the view that these lead to.
view() {
	play 120x40 "key $*" "$shown"
	sed -n 's/^ \([A-Z][A-Z]* [^|,]*\).*by fake.*/\1/p' "$work/s.txt"
}
both=$(view 0)
ok "the view to begin with" test -n "$both"
ok "w is another" test "$(view w)" != "$both"
is "$(view w v v v Esc w)" "$both" "Esc in the list: w goes back all the same"
is "$(view w v v v Enter y y)" "$(view w v v v Enter)" \
    "Enter in the list: y goes back to what was kept"
is "$(view v v v w w)" "$both" \
    "a letter in the list: back to the view of before the list"
is "$(view w v v V Enter w)" "$both" "nothing new chosen: as if never open"
done_testing
