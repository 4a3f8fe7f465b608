#!/bin/sh
# Each option with values that are in and out of its bounds, alone and with
# others: the status and what is said, compared with tests/screens/options.txt.
# UPDATE_SCREENS=1 rewrites it.
. "${srcdir:-.}/tests/lib.sh"

echo 'wait-samples 1' >"$work/s"
head -c 5000 "$srcdir/tests/lib.sh" >"$work/f"
cd "$work" || exit

# tries OPTION...: on the simulated file; F is a file, S a script.
tries() {
	run timeout 20 "$PAGETIDE" "$@" -n 1
	echo "$*: $status $(cat "$work/err")"
}

# bare OPTION...: as they are.
bare() {
	run timeout 20 "$PAGETIDE" "$@"
	echo "$*: $status $(cat "$work/err")"
}

{
	for value in 0 0.009 0.01 .01 1 3600 3600.1 3601 1m 10ms 9ms x '' -1; do
		tries --fake 7 -b -d "$value"
	done
	for value in 0 1 x '' -1 1.5 18446744073709551615 \
	    18446744073709551616; do
		tries --fake "$value" -b
	done
	for value in 0 1 16384 16385 x ''; do
		tries --fake 7 --ndjson --cells "$value"
	done
	for value in 0 x '' -1 18446744073709551616; do
		bare --fake 7 -b -n "$value"
	done
	for value in 0 1x 1x0 0x1 1x1 1000x1000 1001x1 1x1001 80x24x 80x24x1 \
	    80x 80 x '' +80x24 ' 80x24' 80X24; do
		bare --fake 7 --headless -s s --size "$value"
	done
	for value in 0 0.05 0.1 0.15 0.3 600 600.1 601 x ''; do
		bare --fake 7 --headless -s s --window "$value"
	done
	for value in 0 2097151 2M 8M 1G 1073741825 x ''; do
		bare --fake 7 --headless -s s --history "$value"
	done
	for value in auto always never no ''; do
		tries --fake 7 -b --color "$value"
	done
	for value in cividis light grey 16 8 mono rainbow ''; do
		tries --fake 7 -b --scheme "$value"
	done
	for value in cache mapped both cost changed dirty writeback evicted \
	    recent inflight touched locked private holes none ''; do
		bare --fake 7 --headless -s s --view "$value"
	done
	for value in auto mincore none ''; do
		tries f -b --source "$value"
	done
	for value in inode name none ''; do
		tries f -b --follow "$value"
	done
	for value in private private,write shared shared,write populate \
	    private,private none '' ,; do
		bare --fake 7 --headless -s s --map "$value"
	done
	for value in 0 1 4M 2T 1T1 x ''; do
		bare --headless -s s --anon "$value" --read-only
	done
	for value in 0 1 4194303 x ''; do
		bare --headless -s s --memory-limit "$value" f
	done
	for value in 0 1 120 121 x ''; do
		tries --fake 7 -b --fps "$value"
	done
	bare --nonsense
	bare -Z
	bare --json=1 --fake 7
	bare --size
	bare -d
	bare --c
	bare --cel 3 --fake 7 --json
	bare f f
	bare f -b -n 1 -- f
	# What goes together and what does not.
	bare --fake 7 f
	bare --fake 7 --headless
	bare --fake 7 --headless --json
	bare --fake 7 --headless -s s
	bare --fake 7 --headless -s s -b
	bare --fake 7 --headless -s s --cells 3
	bare --fake 7 --headless -s s --json --cells 3
	bare --fake 7 --headless -s s -n 3
	bare --fake 7 --headless -s s -r
	bare --fake 7 -s s -b -n 1
	bare --fake 7 -s s --json
	bare --fake 7 -s s --ndjson -n 1
	bare --fake 7 --cells 3 -b -n 1
	bare --fake 7 --json -n 2
	bare --fake 7 --json --ndjson
	bare --fake 7 -b --json
	bare --fake 7 --json -d 1
	bare --fake 7 --mouse -b -n 1
	bare --fake 7 --size 80x24 -b -n 1
	bare --fake 7 --map private -b -n 1
	bare --fake 7 --map private --json
	bare --fake 7 --map private --headless -s s
	bare --fake 7 --map private --headless -s s -r
	bare --fake 7 --memory-limit 8M --headless -s s
	bare --memory-limit 8M -b -n 1 f
	bare --memory-limit 8M -r --headless -s s f
	bare --anon 4M --fake 7
	bare --anon 4M f
	bare --anon 4M --json
	bare --anon 4M --headless -s s -r
	bare --fake 7 -b -n 1 --ascii --color never --scheme mono -v dirty
	bare truth nothing
	bare truth touch evict
	bare truth --nonsense
	bare truth -x
	bare truth --json=1
	bare truth --dir
	bare truth --dir /nowhere touch
	bare --headless -s missing --fake 7
	bare --log /nowhere/log -b -n 1 --fake 7
} >"$work/options.txt"
cd "$builddir" || exit
screen_is options.txt "$work/options.txt"

# What is printed for the asking.
for option in --help --list-keys '--list-keys -r' '-r --list-keys' \
    'truth --help' 'truth -h'; do
	echo "== $option"
	"$PAGETIDE" $option
done >"$work/help.txt" 2>&1
screen_is help.txt "$work/help.txt"
is "$("$PAGETIDE" --list-keys --read-only)" \
    "$("$PAGETIDE" --read-only --list-keys)" "--list-keys in any order"

# What changes the screen, or what is printed.
sample() {
	timeout 20 "$PAGETIDE" --fake 7 "$@" 2>&1
}
is "$(sample --ndjson -n 3 | wc -l) $(sample -b -n 2 | wc -l)" "3 2" "-n"
shot() {
	printf '%s\n' 'wait-samples 2' "save-screen $work/x.txt" \
	    "save-screen $work/x.ans" >"$work/s"
	timeout 20 "$PAGETIDE" --fake 7 --headless -s "$work/s" "$@"
}
shot --size 33x11
is "$(wc -l <"$work/x.txt")" 11 "--size"
shot --view dirty
has DIRTY "$work/x.txt" "--view"
shot --window 3
has "working set 3 s" "$work/x.txt" "--window"
shot --ascii
is "$(LC_ALL=C tr -d ' -~\n' <"$work/x.txt" | wc -c)" 0 "--ascii"
shot --color never
hasnt '38;5' "$work/x.ans" "--color never: no colour"
NO_COLOR=1 shot
hasnt '38;5' "$work/x.ans" "NO_COLOR: no colour"
NO_COLOR=1 shot --color always
has '38;5' "$work/x.ans" "--color always beats it"
NO_COLOR='' shot
has '38;5' "$work/x.ans" "an empty NO_COLOR is none"
shot --scheme 16
hasnt '38;5' "$work/x.ans" "--scheme"
shot -d 2
has 'last 2 s' "$work/x.txt" "-d"
shot --log "$work/log"
has 'command: wait-samples 2' "$work/log" "--log"
done_testing
