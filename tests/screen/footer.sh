#!/bin/sh
# Each key that the footer names does something in the mode it stands in, at
# each size, and where there is a help its key is always there.
. "${srcdir:-.}/tests/lib.sh"

sizes='40x12 60x20 80x24 120x40 200x60'

# footer_keys FILE: the names of keys in its last line, one a line. Of each part
# these are the words before the first that is no key.
footer_keys() {
	tail -n 1 "$1" | sed 's/ | /  /g; s/^ //; s/  /\n/g' | awk '
	BEGIN {
		split("Space Esc Enter Tab Up Backspace PgUp PgDn", names)
		for (i in names)
			known[names[i]] = 1
	}
	{
		for (i = 1; i < NF && (length($i) == 1 || $i in known); i++)
			print $i
	}'
}

# play OPTIONS: runs $work/script.
play() {
	timeout 120 "$PAGETIDE" --headless --fake 7 $1 --script \
	    "$work/script" >"$work/out" 2>&1 || diag <"$work/out"
}

# press OPTIONS SIZE SETUP KEYS: what the keys say of themselves, each pressed
# by itself.
press() {
	options=$1 size=$2 setup=$3
	shift 3
	(set +f; rm -f "$work"/k.*.txt)
	{
		printf '%s\n' "size $size" 'wait-samples 2'
		n=0
		for key; do
			n=$((n + 1))
			[ "$key" = q ] && continue
			printf '%s\n' 'key Esc Esc Esc Esc' "$setup" \
			    "key $key" "save-screen $work/k.$n.txt"
		done
	} >"$work/script"
	play "$options"
	n=0
	for key; do
		n=$((n + 1))
		[ "$key" = q ] || [ -s "$work/k.$n.txt" ] ||
		    printf '%s: not pressed\n' "$key"
		cat "$work/k.$n.txt" 2>/dev/null | grep -e 'does nothing' \
		    -e 'does something while' -e 'read-only'
	done
	:
}

# Keys are names of files with one character to the shell, else.
set -f

# mode NAME HELP OPTIONS SETUP: the setup's footer; HELP: "? help", or none.
mode() {
	name=$1 help=$2 options=$3 setup=$4
	for size in $sizes; do
		rm -f "$work/s.txt"
		printf '%s\n' "size $size" 'wait-samples 2' "$setup" \
		    "save-screen $work/s.txt" >"$work/script"
		play "$options"
		[ -z "$help" ] || ok "$name, $size: the key of the help" \
		    grep -q "$help" "$work/s.txt"
		footer_keys "$work/s.txt" >"$work/keys"
		ok "$name, $size: there are keys" test -s "$work/keys"
		# Freezing again is no setup: silent.sh has its keys.
		[ "$name" = frozen ] && continue
		is "$(press "$options" "$size" "$setup" $(cat "$work/keys") |
		    grep -v '^ read-only: watching' | grep -v '| read-only' |
		    head -n 5)" '' "$name, $size: each does something"
	done
}

mode idle '? help' '' 'stop'
mode range '? help' '' 'select 0..4M'
mode mouse '? help' '' 'select 0..4M
mouse'
mode walk '? help' '' 'work sequential
wait-samples 2'
mode paused '? help' '' 'work sequential
wait-samples 2
pause on'
mode frozen '? help' '' 'work sequential
freeze'
mode events '? help' '' 'expand events'
mode expanded '? help' '' 'expand map'
mode read-only '? help' --read-only 'view cache'
mode compare '? help' '' 'snap A
compare'
mode lesson '? help' '' 'lesson faults yes
wait-samples 9'
mode views '' '' 'views'
mode lessons '' '' 'lesson'
mode help '' '' 'help'
mode found '' '' 'help
find-help key'

# A presentation has no footer: what leads back is said.
printf '%s\n' 'wait-samples 2' present "save-screen $work/s.txt" \
    >"$work/script"
play '--size 60x20'
is "$(tail -n 1 "$work/s.txt")" 'B goes back, ? lists the keys' \
    "presentation: what leads back"
# Keys beneath a list are no suggestions.
printf '%s\n' 'wait-samples 2' lesson "save-screen $work/s.txt" \
    >"$work/script"
play '--size 60x20'
is "$(grep -c 'walks through' "$work/s.txt")" 0 \
    "a list: nothing of what lies beneath"
# The list of views may cover the line that says which one it is.
printf '%s\n' 'wait-samples 2' 'key v v' "save-screen $work/s.txt" \
    >"$work/script"
play '--size 60x20'
has 'VIEWS  COST' "$work/s.txt" "the list of views says which is on"
# Where only others act, no help is about what would.
printf '%s\n' 'wait-samples 2' 'help advise' "save-screen $work/s.txt" \
    >"$work/script"
play --read-only
has 'not with --read-only' "$work/s.txt" "read-only: why there is no advice"
is "$("$PAGETIDE" --list-keys --read-only | grep -c '^lesson')" 0 \
    "read-only: no keys of lessons"
done_testing
