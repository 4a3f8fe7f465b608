#!/bin/sh
# Pages that a hint was to drop and that stay: how many they are is told, and
# who has them.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
"$HELPERS/pages" make "$dir/f" 16384
mkdir "$work/open"
chmod 777 "$work/open"

# hold [PAGES [lock]]: others have these pages, until let_go.
hold() {
	rm -f "$work/fifo" "$work/held"
	mkfifo "$work/fifo"
	$as "$HELPERS/pages" hold "$dir/f" "$@" <"$work/fifo" \
	    >"$work/held" &
	holder=$!
	exec 3>"$work/fifo"
	poll_until 10 grep -q held "$work/held"
}
let_go() {
	exec 3>&-
	wait $holder
}
as=

# like PATTERN WHAT: the line does. Large folios keep a few pages more.
like() {
	ok "$2" grep -q -e "$1" "$work/line" || diag <"$work/line"
}

# drop HINT: on a file that is cached and mapped.
drop() {
	drive 160x40 "$dir/f" 'advise populate' wait-idle "$@" wait-idle \
	    'wait-samples 2' "save-screen $work/screen.txt"
}

held_by_another() {
	hold
	drop 'advise evict yes'
	event FADV_DONTNEED >"$work/line"
	has "16384 of 16384 stay, mapped by pages ($holder): pages that" \
	    "$work/line" "E, and another maps all of it"
	has "evict: 16384 of 16384 pages stay cached, mapped by pages" \
	    "$work/screen.txt" "the diagnosis says it"
	let_go
}
undisturbed held_by_another

part_is_held() {
	hold 1000:4096
	drop 'advise evict yes'
	event FADV_DONTNEED >"$work/line"
	like "4[01][0-9][0-9] of 16384 stay, mapped by pages ($holder): p" \
	    "another maps a part"
	drop 'advise pageout yes'
	event MADV_PAGEOUT >"$work/line"
	like "4[01][0-9][0-9] of 16384 stay, mapped by pages ($holder): p" \
	    "and so of PAGEOUT"
	let_go
}
undisturbed part_is_held

# Small enough for an ordinary user's limit.
locked_by_another() {
	hold 1000:1024 lock
	drop 'advise evict yes'
	event FADV_DONTNEED >"$work/line"
	like "1[01][0-9][0-9] of 16384 stay, locked by pages ($holder): l" \
	    "another locks a part"
	let_go
}
undisturbed locked_by_another

# A second one that maps no page of the range is none.
beside() {
	hold 8192:4096
	drive 160x40 "$dir/f" 'advise populate' wait-idle select 'goto 16M' \
	    'advise evict yes' wait-idle
	event FADV_DONTNEED >"$work/line"
	hasnt stay "$work/line" "who maps other pages keeps none of these"
	let_go
}
undisturbed beside

nobody_holds() {
	drop 'advise evict yes'
	event FADV_DONTNEED >"$work/line"
	hasnt stay "$work/line" "nobody maps it: nothing stays"
}
undisturbed nobody_holds

# Another user may not look into a process of root's.
hidden() {
	hold 1000:4096
	rm -f "$work/open/log"
	printf '%s\n' 'wait-samples 2' 'advise populate' wait-idle \
	    'advise evict yes' wait-idle >"$work/script"
	run as_nobody timeout 60 "$dir/pagetide" --headless --size 120x40 \
	    --script "$work/script" --log "$work/open/log" "$dir/f"
	grep FADV_DONTNEED "$work/open/log" | tail -n 1 >"$work/line"
	like "4[01][0-9][0-9] of 16384 stay: maybe others map them: not all" \
	    "what may not be looked into is said"
	let_go
}
# few LINE TEXT WHAT: so few that large folios might keep them,
# where the range has an end inside the file.
few() {
	hold 1000:600
	rm -f "$work/open/log"
	printf '%s\n' 'wait-samples 2' 'advise populate' wait-idle \
	    "$1" 'goto 32M' 'advise evict yes' wait-idle >"$work/script"
	run as_nobody timeout 60 "$dir/pagetide" --headless --size 120x40 \
	    --script "$work/script" --log "$work/open/log" "$dir/f"
	grep FADV_DONTNEED "$work/open/log" | tail -n 1 >"$work/line"
	like "6[0-9][0-9] of [0-9]* stay: maybe $2" "$3"
	let_go
}
if as_nobody true 2>/dev/null; then
	cp "$PAGETIDE" "$dir/pagetide"
	chown 65534 "$dir/f"
	undisturbed hidden
	undisturbed few goto\ 0 'others map them' \
	    "of a whole file no folio reaches further"
	undisturbed few select 'large folios that reach further' \
	    "of a part of it one may"
else
	skip "not root: no other user to be" 3
fi
done_testing
