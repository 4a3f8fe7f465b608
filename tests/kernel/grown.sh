#!/bin/sh
# A file that grows is mapped, locked and advised as far as it was: what of it
# is not is said.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"

# grown OPTIONS LINES-BEFORE LINES-AFTER: a session on a file of 1 MiB that
# 64 KiB are appended to in between.
grown() {
	"$HELPERS/pages" make "$dir/f" 256
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' "$2" wait-idle 'note before' \
	    'wait-samples 12' "save-screen $work/grown.txt" \
	    "$3" wait-idle 'wait-samples 2' "save-screen $work/after.txt" \
	    >"$work/script"
	timeout 60 "$PAGETIDE" $1 --headless --size 160x40 \
	    --script "$work/script" --log "$work/log" "$dir/f" \
	    >"$work/out" 2>&1 &
	session=$!
	poll_until 10 grep -q 'note before' "$work/log"
	truncate -s +65536 "$dir/f"
	wait $session
	status=$?
}

grown '' 'advise mlock' 'advise random'
is "$status" 0 "a locked file grows"
has 'the file grew now 1114112 B; 16 pages not mapped, nor locked: L maps all anew and locks it' \
    "$work/log" "the event says what is not locked"
has '16 pages not mapped, nor locked' "$work/grown.txt" "so does the screen"
# Before 6.2 the kernel does not show which kind of lock it is.
kind=
"$HELPERS/onfault" || kind=' on-fault?'
has "advice NORMAL locked$kind, partly mapped" "$work/grown.txt" \
    "and what is in force"
has 'over, the lock is gone' "$work/after.txt" \
    "an act that maps it anew takes the lock off, and says so"
has 'advice RANDOM' "$work/after.txt" "what is in force then"
hasnt 'partly mapped' "$work/after.txt" "all of it is mapped again"

grown '' 'advise mlock' 'advise mlock'
has 'advice NORMAL locked' "$work/after.txt" "L locks all of it"
hasnt 'partly mapped' "$work/after.txt" "that is all"

grown '' 'advise sequential' 'advise normal'
has 'the file grew now 1114112 B; 16 pages not mapped: the next act maps' \
    "$work/log" "one that is not locked"
has 'advice SEQUENTIAL, partly mapped' "$work/grown.txt" "in force there"
hasnt 'the lock' "$work/after.txt" "there was no lock"

grown '--map locked' 'wait-samples 1' 'advise random'
has '16 pages not mapped, nor locked' "$work/log" "a locked mapping"
hasnt 'the lock is gone' "$work/log" "which is made anew like that"
has 'advice RANDOM locked' "$work/after.txt" "so that the lock stays"

grown '--map length=512K' 'advise random' 'goto 600K'
has 'the file grew now 1114112 B; 144 pages not mapped' "$work/log" \
    "a mapping of a part"
hasnt 'maps all' "$work/log" "which no act makes longer"
has 'not mapped' "$work/after.txt" "beyond it the inspector says so"

# What the mapping anew costs is not the doing of the act before it: its
# outcome is unknown from there on, and no rate spans it.
spans_none() {
	"$HELPERS/pages" make "$dir/f" 4096
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 12' 'advise random' 'note before' \
	    'wait-samples 5' 'advise normal' wait-idle >"$work/script"
	timeout 60 "$PAGETIDE" --map populate --headless --size 160x40 \
	    --script "$work/script" --log "$work/log" "$dir/f" \
	    >"$work/out" 2>&1 &
	session=$!
	poll_until 10 grep -q 'note before' "$work/log"
	truncate -s +65536 "$dir/f"
	wait $session
	event MADV_RANDOM >"$work/line"
	has '(?: a gap came between)' "$work/line" "an outcome that is open is unknown"
	hasnt '(?' "$(event MADV_NORMAL >"$work/line"; echo "$work/line")" \
	    "the next one is known"
}
undisturbed spans_none
done_testing
