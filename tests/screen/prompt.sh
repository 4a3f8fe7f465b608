#!/bin/sh
# The prompt for commands: what Tab makes of what is typed, and what the line
# under it says of the word under the cursor.
. "${srcdir:-.}/tests/lib.sh"

# keys WORD...: each is typed, or pressed if it is the name of a key.
keys() {
	for key; do
		case $key in
		Tab | BackTab | Space | Enter | Esc | Up | Down | Left | Home | \
		Backspace | Ctrl-*) echo "key $key" ;;
		*) printf '%s\n' "$key" | awk '{
			for (i = 1; i <= length($0); i++) {
				c = substr($0, i, 1)
				print "key " (c == " " ? "Space" : \
				    c == "\"" ? "U+0022" : c)
			}
		}' ;;
		esac
	done
}

# after OPTION... -- WORD...: the last two lines of the screen after those
# keys, at the prompt, in $line and $hint.
after() {
	options=
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	shift
	rm -f "$work/log" "$work/screen.txt"
	{
		printf '%s\n' 'size 100x30' 'wait-samples 1' command
		keys "$@"
		echo wait-idle
		echo "save-screen $work/screen.txt"
	} >"$work/keys.pt"
	timeout 60 "$PAGETIDE" --headless --fake 7 $options \
	    --script "$work/keys.pt" --log "$work/log" >"$work/out" 2>&1 ||
	    diag <"$work/out"
	line=$(tail -n 2 "$work/screen.txt" | sed -n '1s/ *$//p')
	hint=$(tail -n 2 "$work/screen.txt" | sed -n '2{s/^ //;s/ *$//p;}')
}
shows() {
	is "$line|$hint" "$1|$2" "$3"
}

after --
is "$line" ':' 'empty'
ok 'Tab is in the footer' test "${hint#*Tab complete}" != "$hint"
after -- zo
shows ':zo' 'zoom in|out|fit|pages   pages a cell' 'one command begins so'
after -- s
is "$(echo "$hint" | tr ' ' '\n' | grep -c '^s')" \
    "$(echo "$hint" | wc -w)" 'several do: they are listed'
after -- xyz
shows ':xyz' 'no command xyz: help lists them' 'none does'
after -- vi
shows ':vi' 'view views' 'one may go on'
after -- view Space
hint=${hint#*: }
is "$line|${hint%% changed*}" ':view|cache mapped both cost' \
    'what a command takes'
after -- zo Tab i Tab
is "$line" ':zoom in' 'Tab: the command, then a word of it'
after -- view Space m Tab
is "$line" ':view mapped' 'Tab: the name of a view'
after -- view Space m
shows ':view m' "mapped   share of the cell's pages mapped" 'its help'
after -- adv Tab w Tab
shows ':advise willneed' \
    'willneed   start reading into the cache; capped a call, maps nothing' \
    'Tab: what they have in common'
after -- adv Tab w Tab Tab Tab
is "$line" ':advise willneed-all' 'Tab again: each in turn'
after -- adv Tab w Tab Tab Tab Tab
is "$line" ':advise willneed' 'and round'
after -- adv Tab w Tab BackTab
is "$line" ':advise willneed-all' 'Shift-Tab: backwards'
after -- adv Tab w Tab Tab Tab x
is "$line" ':advise willneed-allx' 'what is typed then stays'
after -- work Space hot Tab op=w Tab
is "$line" ':work hotspot op=write' 'an option with its word'
after -- work Space hot Tab s
shows ':work hotspot s' 'seed= share=' 'options of that walk only'
after -- work Space loop Space set Tab
shows ':work loop set=' 'set=   size of what is walked over and over' \
    'behind = there is no blank'
after -- goto Space 5
shows ':goto 5' 'goto [OFFSET]   cursor to 12M, 50% or 0x1f000' \
    'a number: what the command takes'
after -- map Space pr Tab w Tab
is "$line" ':map private write' 'words of map'
after -- 'note "one vi' Tab
is "$line" ':note "one vi' 'nothing within quotation marks'
after --read-only -- ad
shows ':ad' 'advise   not with --read-only' 'read-only: not what acts'
after --read-only -- new
is "$hint" 'newest   while frozen: show the newest sample' \
    'read-only: those that do not act'
after -- help Space sc Tab
is "$line" ':help scroll-' 'Tab: the name of a command'
after -- race Space
ok 'a race: hints first' test "${hint#*: normal sequential }" != "$hint"
after -- 'race normal work ' Tab
is "$line" ':race normal work sequential' 'behind work: walks, not hints'
after -- 'race normal random work random s'
shows ':race normal random work random s' \
    'seed=   the same number, the same walk' 'and their options'
after -- 'bind fr' Tab F9 Tab
is "$line" ':bind frozen F9' 'a mode and a key of bind'
after -- 'bind PgU' Tab
is "$line" ':bind PgUp' 'a key without a mode'
after -- 'bind events z view ma' Tab
is "$line" ':bind events z view mapped' 'the command line of bind'
after -- 'bind z zoom '
shows ':bind z zoom' 'zoom in|out|fit|pages: in out fit pages' \
    'and what it takes'
mkdir "$work/dir" && : >"$work/dir/one.txt" && mkdir "$work/dir/two" &&
    : >"$work/dir/with blank.txt"
after -- "save-s" Tab "$work/dir/" Tab
is "$line" ":save-screen $work/dir/one.txt" 'files, but for those with blanks'
after -- "save-s" Tab "$work/dir/t" Tab
is "$line" ":save-screen $work/dir/two/" 'a folder'

# What is wrong is said with what there is.
said() {
	after -- "$1" Enter
	is "$(sed -n 's/.* error: //p' "$work/log")" "$2" ":$1"
}
said 'view foo' "no view foo: $(sed -n 's/.*\[VIEW_[A-Z]*\] = { "\([a-z]*\)".*/\1/p' \
    "$srcdir/src/view/scene.c" | tr '\n' ' ' | sed 's/ $//')"
ok 'all views are named' test "$(sed -n 's/.*no view foo//p' "$work/log" |
    wc -w)" -ge 15
said 'work foo' "no pattern foo: sequential backward random stride single \
permutation hotspot loop chunked"
said 'work random set=1' 'work: set=1 means nothing to random'
said 'work stride colour=1' "work: no option colour=1: op=load op=write \
op=pread op=read stride= passes= touches= read= pause=off pause=on"
said 'work random op=think' 'work: can'\''t use op=think: load write pread read'
said 'advise will' 'which hint is will: willneed or willneed-all?'
said 'zoomm in' 'no command zoomm: zoom?'
said 'zoom sideways' 'zoom: in, out, fit or pages, not sideways'

said 'span 3' 'span: longer, shorter or 0.1, 0.2, 0.5, 1, 2, 5, 10, 30 or 60 seconds, not 3'

said 'help foo' 'no command foo: find-help freeze faults filter?'
printf '%s\n' 'wait-samples 1' 'bind frozen z view dirty' \
    "save-screen $work/screen.txt" >"$work/bind.pt"
run "$PAGETIDE" --headless --fake 7 --script "$work/bind.pt"
has 'z runs view dirty, while frozen' "$work/screen.txt" \
    'bind says what it did'

# One page of one command: its form, what it does, its keys, its words.
help_has() {
	has "$1" "$work/screen.txt" ":help of it: $1"
}
after -- 'help adv' Enter
help_has 'advise HINT [yes]'
help_has 'hint on the range; yes: do not ask'
help_has 'W  WILLNEED: read into the cache, capped'
after -- 'help panel' Enter
help_has ' latency'
help_has 'm  memory as a box, or back'
hasnt 'major' "$work/screen.txt" 'and no legend'
# A line that presses keys which run it once more has an end.
after -- 'key : Up Enter' Enter
has 'error: key: a key that was pressed by one' "$work/log" \
    'keys that press themselves are refused'
ok 'and the session goes on' test -s "$work/screen.txt"

# What does not fit says so at its beginning.
printf '%s\n' 'size 40x12' 'wait-samples 1' command >"$work/keys.pt"
keys 'note a line that is longer than the screen is wide' >>"$work/keys.pt"
echo "save-screen $work/screen.txt" >>"$work/keys.pt"
run "$PAGETIDE" --headless --fake 7 --script "$work/keys.pt"
is "$(tail -n 2 "$work/screen.txt" | sed -n '1s/ *$//p')" \
    ':..at is longer than the screen is wide' 'cut at the left with a sign'

# Beginnings do where there is no choice.
after -- 'expa ev' Enter
hasnt 'error' "$work/log" ':expa ev is expand events'
after -- 'view map' Enter
has 'MAPPED' "$work/screen.txt" ':view map is the view mapped'
after -- 'adv seq' Enter
has 'MADV_SEQUENTIAL' "$work/log" ':adv seq is a hint'
after -- 'work ra touches=5' Enter
hasnt 'error' "$work/log" ':work ra touches=5 is a walk'
printf '%s\n' 'wait-samples 1' command 'key q Enter' 'wait-samples 1' \
    'note "not reached"' >"$work/q.pt"
run "$PAGETIDE" --headless --fake 7 --script "$work/q.pt" --log "$work/log"
is "$status" 0 ':q ends it'
hasnt 'not reached' "$work/log" 'at once'

# Ranges by number: one more never drops the one before.
drive_fake() {
	printf '%s\n' 'wait-samples 2' "$@" >"$work/range.pt"
	rm -f "$work/log"
	run "$PAGETIDE" --headless --fake 7 --script "$work/range.pt" \
	    --log "$work/log"
}
drive_fake 'select 16M..32M' 'advise random' wait-idle 'select 25%..50%' \
    'goto 1M' 'advise normal' wait-idle 'select ..5000' \
    'advise sequential' wait-idle 'select 60M..' 'advise willneed' \
    wait-idle 'select all' 'advise random' wait-idle
is "$status" 0 'select RANGE'
is "$(sed -n 's/.*madvise(\([^)]*\)).*/\1/p' "$work/log")" \
    "$(printf '%s\n' 'map+16M, 16M, MADV_RANDOM' \
    'map+16M, 16M, MADV_NORMAL' 'map+0, 8K, MADV_SEQUENTIAL' \
    'map+60M, 4M, MADV_WILLNEED' 'map+0, 64M, MADV_RANDOM')" \
    'each is on the range that was named'
drive_fake select 'goto 8M' select 'goto 16M' 'advise random' wait-idle
ok 'select twice begins anew' grep -q 'madvise(map+8M, ' "$work/log"
drive_fake select 'goto 8M' 'key s' 'advise random' wait-idle
ok 'the key s drops it' grep -q 'madvise(map+0, 64M' "$work/log"
said 'select 32M..16M' 'select: no part of the file: 32M..16M'
said 'select 64M..' 'select: no part of the file: 64M..'
said 'select 5M' 'select: all, toggle or a range like 16M..32M, not 5M'
said 'select x..5M' 'select: all, toggle or a range like 16M..32M, not x..5M'
done_testing
