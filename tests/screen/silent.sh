#!/bin/sh
# No key is silent: each changes the picture, or says why it does not, at each
# size, in each mode, also where there is nothing left for it to do.
. "${srcdir:-.}/tests/lib.sh"

# loud NAME SIZE OPTIONS SETUP KEY...: each key three times, by itself; a note
# between two takes away what was said.
loud() {
	name=$1 size=$2 options=$3 setup=$4
	shift 4
	rm -f "$work"/[0-9]*.ans
	{
		echo 'wait-samples 3'
		n=0
		for key; do
			for again in 1 2 3; do
				n=$((n + 1))
				printf '%s\n' "$setup" "note $n" \
				    "save-screen $work/$n.a.ans" \
				    "key $key" "save-screen $work/$n.b.ans"
			done
		done
	} >"$work/loud.pt"
	timeout 60 "$PAGETIDE" --headless --fake 7 --size "$size" $options \
	    --script "$work/loud.pt" >"$work/out" 2>&1 ||
	    diag <"$work/out"
	n=0 silent=
	for key; do
		for again in 1 2 3; do
			n=$((n + 1))
			if [ ! -f "$work/$n.b.ans" ] ||
			    cmp -s "$work/$n.a.ans" "$work/$n.b.ans"; then
				silent="$silent $key($again)"
			fi
		done
	done
	is "$silent" '' "$name at $size: no key is silent"
}

keys=$("$PAGETIDE" --list-keys | awk -F '\t' '
	$1 == "main" && $3 != "quit" { print $2 }')
frozen=$("$PAGETIDE" --list-keys | awk -F '\t' '
	$1 == "frozen" { print $2 }')
none='z Z ! F3 F4 F10 U+00E9 Ctrl-W Insert Unnamed .'
back='key Esc'
for size in 120x40 80x24 60x20 40x12; do
	loud "main" $size '' "$back" $keys $none
done
loud "read-only" 80x24 --read-only "$back" $keys $none
loud "frozen" 80x24 '' "key Esc
freeze" $frozen $keys $none
events=$("$PAGETIDE" --list-keys | awk -F '\t' '
	$1 == "events" { print $2 }')
loud "events" 80x24 '' "expand map
expand events" $events
loud "help" 80x24 '' "help" Esc z F3 f n

# says SIZE KEYS TEXT: what is said, in the last line but one.
says() {
	printf '%s\n' 'wait-samples 3' "key $2" "save-screen $work/s.txt" |
	    "$PAGETIDE" --headless --fake 7 --size "$1" --script -
	is "$(tail -n 2 "$work/s.txt" | head -n 1)" "$3" "$1: $2"
}
says 80x24 F3 'F3 does nothing: ? lists the keys'
says 80x24 U+00E9 'é does nothing: ? lists the keys'
says 80x24 . '. does something while the picture is frozen only'
says 80x24 '? f' 'f does nothing here: Esc goes back'
says 80x24 T 'side panel: no room under 100 columns: z has it on all of the screen'
says 40x12 T 'side panel: no room under 100 columns:..'
says 40x12 o 'graphs: no room under 16 lines'
says 40x12 a 'events: no room under 20 lines'
says 80x24 'e o' 'the graphs gave up the room: e takes it back'
says 80x24 x 'no walk to stop'
says 80x24 'f p x' stopping
says 80x24 'e Esc Esc' 'nothing to go back from'
says 80x24 '1 1' 'a page a cell already'
says 80x24 h 'the cursor is at the first page already'
printf '%s\n' 'wait-samples 3' 'key S' "save-screen $work/s.txt" |
    "$PAGETIDE" --headless --fake 7 --size 40x12 --script -
has 'S madvise(' "$work/s.txt" "without a list of events the newest is said"

# No event is lost to sight: each is on one of the pages, whatever came since.
{
	seq -f 'note number-%g.' 60
	echo 'key a'
	for n in $(seq 30); do
		printf '%s\n' "save-screen $work/e.$n.txt" 'key PgUp'
	done
	printf '%s\n' 'note latest' "save-screen $work/held.txt" 'key End' \
	    "save-screen $work/end.txt"
} | "$PAGETIDE" --headless --fake 7 --script - >"$work/out" 2>&1
is "$(cat "$work"/e.*.txt | grep -o 'number-[0-9]*\.' | sort -u | wc -l)" 60 \
    "PgUp leads to all events"
has 'newer below' "$work/held.txt" "what is shown is not the newest"
is "$(grep -c latest "$work/held.txt")" 0 "one that comes does not move it"
has latest "$work/end.txt" "End leads to the newest"

# w, i and y again go back to where one was.
view() {
	printf '%s\n' 'wait-samples 3' "key $1" "save-screen $work/s.txt" |
	    "$PAGETIDE" --headless --fake 7 --view mapped --script -
	sed -n 's/^ \([A-Z][A-Z]* [^|,]*\).*by fake.*/\1/p' "$work/s.txt"
}
mapped=$(view 0)
has MAPPED "$work/s.txt" "the view to begin with"
for key in w i y; do
	ok "$key is another view" test "$(view $key)" != "$mapped"
	is "$(view "$key $key")" "$mapped" "$key again goes back"
done
is "$(view 'w y y')" "$(view w)" "to the view before, whichever"
done_testing
