#!/bin/sh
# Recordings that are kept in tests/data: those of somebody else, which are
# refused in one line, and one that can be replayed for ever.
. "${srcdir:-.}/tests/lib.sh"

tapes=$srcdir/tests/data/tapes
zst=yes
"$PAGETIDE" --replay "$tapes/good.pt.zst" --json >/dev/null 2>"$work/err" ||
    ! grep -q libzstd "$work/err" || zst=

# refused FILE WHAT: in each way to read it, in one line that says where.
refused() {
	for how in --json --ndjson --headless; do
		set -- "$1" "$2" $how
		[ $how != --headless ] || set -- "$@" --script /dev/null
		file=$1 what=$2
		shift 2
		run timeout 60 "$PAGETIDE" "$@" --replay "$tapes/$file"
		line=$(sed "s,^pagetide: .*/tapes/,," "$work/err")
		set -- "$file" "$what"
		[ "$status" = 1 ] && [ "$(wc -l <"$work/err")" = 1 ] &&
		    [ "$line" = "$file: at byte $what" ] && continue
		fail "$file is refused"
		diag "$how: status $status: $line"
		diag "want: $file: at byte $what"
		return
	done
	pass "$file is refused"
}

refused empty.pt '0: the recording ends before its first sample'
refused version.pt "0: this is a recording of schema 2, and \
pagetide-recording/1 is all that this pagetide reads"
refused deep.pt '3954: nested too deeply'
refused utf8.pt "150: no JSON: unable to decode byte 0xff near '\"fake'"
refused control.pt '3954: a control character in a text'
refused control2.pt '3954: a control character in a text'
refused counts.pt '150: a sample that is none: "overview"'
refused pages.pt '150: a sample that is none: "overview"'
refused number.pt "150: no JSON: real number overflow near '1e999'"
if [ -n "$zst" ]; then
	refused bomb.pt.zst '3954: a line that is too long'
	refused window.pt.zst '0: no zstd, or one with too large a window'
else
	skip 'no libzstd here' 2
fi

# replays FILE: to its end, with nothing to be said.
replays() {
	run timeout 60 "$PAGETIDE" --ndjson --replay "$tapes/$1"
	is "$status $(wc -l <"$work/out") $(cat "$work/err")" "0 $2 " "$1"
}
replays good.pt 12
replays cut.pt 9
# Two workers, and where their faults landed.
replays landed.pt 13
"$PAGETIDE" --json --replay "$tapes/landed.pt" >"$work/landed"
is "$("$HELPERS/jsonget" landing.minor <"$work/landed")" 1 \
    'with where a fault landed'
if [ -n "$zst" ]; then
	replays good.pt.zst 12
	replays cut.pt.zst 5
else
	skip 'no libzstd here' 2
fi

# Samples that name events which are not there, or which none can have.
for last in 9 9223372036854775807; do
	sed "s/\"last\":[0-9]*/\"last\":$last/" "$tapes/good.pt" \
	    >"$work/last.pt"
	for kind in cast json csv svg; do
		run timeout 20 "$PAGETIDE" --replay "$work/last.pt" \
		    --export "$work/last.$kind"
		is "$status $(cat "$work/err")" '0 ' \
		    "the newest event is $last: exported as .$kind"
	done
	is "$(grep -c '"m"' "$work/last.cast")" 4 \
	    "with the marks that there are"
	printf '%s\n' 'later 100' 'scroll-events oldest' \
	    'scroll-events newest' 'expand events' \
	    "save-screen $work/last.txt" >"$work/scroll"
	run timeout 60 "$PAGETIDE" --headless --size 100x36 \
	    --replay "$work/last.pt" --script "$work/scroll"
	is "$status $(grep -cE "[+][0-9]+ event" "$work/last.txt")" '0 0' \
	    "shown, and none came later"
	has 'touch page 0' "$work/last.txt" "with its newest event"
done

# An event between the moment that a sample was measured and the moment that it
# was kept is marked at the sample.
sed 's/\("seq":3,"ns":\)1000600000000/\11000650000000/' "$tapes/good.pt" \
    >"$work/between.pt"
run "$PAGETIDE" --replay "$work/between.pt" --export "$work/between.cast"
is "$(sed -n 's/^\[\([0-9.]*\),"m",".  here.*/\1/p' "$work/between.cast")" \
    0.500000 "an event just after a sample is marked"

# For ever: what is added to samples later is not in it, all else is the same.
forever() {
	run "$PAGETIDE" --replay "$srcdir/tests/data/$1" --json --cells 64
	is "$status" 0 "$1 is replayed"
	tr ',{}' '\n\n\n' <"$work/out" | grep . >"$work/$1.json"
	cat >"$work/script" <<-'EOF'
	at -4.4
	view both
	save-screen SCREEN.txt
	EOF
	sed -i "s,SCREEN,$work/$1," "$work/script"
	run "$PAGETIDE" --headless --size 100x36 --replay \
	    "$srcdir/tests/data/$1" --script "$work/script"
	is "$status" 0 "and shown"
}
forever forever.pt
[ "${UPDATE_SCREENS:-0}" != 1 ] ||
    cp "$work/forever.pt.json" "$srcdir/tests/data/forever.json"
is "$(grep -v -x -F -f "$work/forever.pt.json" \
    "$srcdir/tests/data/forever.json")" '' "each value is what it was"
ok "there are some" test "$(wc -l <"$srcdir/tests/data/forever.json")" -gt 200
screen_is forever.txt "$work/forever.pt.txt"
if [ -n "$zst" ]; then
	forever forever.pt.zst
	ok "with zstd the same is told" cmp "$work/forever.pt.json" \
	    "$work/forever.pt.zst.json"
	ok "and shown" cmp "$work/forever.pt.txt" "$work/forever.pt.zst.txt"
else
	skip 'no libzstd here' 4
fi
done_testing
