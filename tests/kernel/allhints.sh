#!/bin/sh
# The hints without a key, and what is said where one did less than its name
# promises, on a real file: against the truth table of what was measured.
# tests/kernel/hints.sh has those with a key.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
pages=16384
"$HELPERS/pages" make "$dir/f" $pages
before=$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")

# session LINE...: a headless session on the evicted file $file; its events
# are in $work/log.
file=$dir/f
session() {
	drive_cold 120x40 "$file" "$@"
}

# The same on the file as it is.
warm_session() {
	drive 120x40 "$file" "$@"
}

# says NEEDLE TEXT DESCRIPTION: that event has the text.
says() {
	event "$1" >"$work/line"
	has "$2" "$work/line" "$3"
}

# quiet NEEDLE HINT: accepted, and nothing changed.
quiet() {
	says "$1" " = 0" "$2 is accepted"
	within "$(effect "$1" cached)" -$slack 0 "$2 changes nothing cached"
	within "$(effect "$1" mapped)" -$slack 0 "and nothing mapped"
}

residency() {
	"$HELPERS/residency" "$file"
}

# number FIELD: of a sample without a worker.
number() {
	"$PAGETIDE" --read-only --json "$file" | "$HELPERS/jsonget" "$1"
}

# Reclaim may take pages between the act and the look; a hint that drops or
# brings all moves five times as many.
slack=3000
all=$((pages - slack))

# --- reading ahead: one call is cut, many are not ----------------------

read_ahead() {
	session 'advise willneed' wait-idle
	one=$(effect MADV_WILLNEED cached)
	one=${one#+}
	within "$one" 8 $pages "WILLNEED brings pages"
	if [ "$one" -lt $all ]; then
		says MADV_WILLNEED " of $pages asked" "and says of how many"
		said=$(event MADV_WILLNEED |
		    sed -n 's/.*[; ] \([0-9]*\) of .*/\1/p')
		is "$said" "$one" "as many as were measured to come"
	else
		skip "one call reads all of the file here" 2
	fi
	session 'advise readahead' wait-idle
	brings 'readahead(fd' "readahead(2)"
	session 'advise fadvise-willneed' wait-idle
	brings FADV_WILLNEED "fadvise WILLNEED"
}

# brings NEEDLE HINT: as many pages as the one before, and maps none.
brings() {
	within "$(effect "$1" cached)" $((one * 7 / 8)) $((one * 9 / 8)) \
	    "$2 brings as many"
	within "$(effect "$1" mapped)" 0 0 "and maps none"
}

read_all() {
	session 'advise willneed-all' wait-idle
	within "$(effect MADV_WILLNEED cached)" $all $pages \
	    "WILLNEED in chunks brings all"
	within "$(effect MADV_WILLNEED mapped)" 0 0 "and maps none"
	within "$(residency)" $all $pages "which mincore confirms"
	event MADV_WILLNEED >"$work/line"
	chunk=$(bytes_of "$(sed -n 's/.*map+0, \([0-9.KMG+]*\), .*/\1/p' \
	    "$work/line")")
	calls=$(sed -n 's/.*MADV_WILLNEED) x \([0-9]*\) = 0.*/\1/p' \
	    "$work/line")
	bytes=$((pages * $(getconf PAGESIZE)))
	is "$calls" "$(((bytes + chunk - 1) / chunk))" \
	    "the event counts the calls"
}

undisturbed read_ahead
undisturbed read_all

# --- the struct file's readahead ---------------------------------------

# touched [HINT]: how many pages a touch in the middle of the file brings.
touched() {
	[ $# = 0 ] || set -- "advise fadvise-$1" wait-idle
	session "$@" 'goto 50%' touch wait-idle
	brought=$(effect "touch page" cached)
	echo "${brought#+}"
}

windows() {
	window=$(touched)
	for hint in normal random; do
		within "$(touched $hint)" $((window * 7 / 8)) \
		    $((window * 9 / 8)) \
		    "fadvise $hint leaves the window of a fault"
	done
	if [ "$window" -le $((pages / 4)) ] && [ "$window" -ge 8 ]; then
		within "$(touched sequential)" $((window * 3 / 2)) \
		    $((window * 5 / 2)) "fadvise SEQUENTIAL doubles it"
	else
		skip "a window of $window pages"
	fi
}

undisturbed windows

# --- dropping ----------------------------------------------------------

# What is said is said where no more than 1 % were reclaimed.
drop_mapped() {
	session 'advise populate' wait-idle 'advise fadvise-dontneed yes' \
	    wait-idle
	says FADV_DONTNEED " = 0" "fadvise DONTNEED of mapped pages is accepted"
	within "$(effect FADV_DONTNEED cached)" -$slack 0 "and drops nothing"
	says FADV_DONTNEED "mapped here" "and the event says why"
}

drop_unmapped() {
	session 'advise populate' wait-idle 'advise dontneed' wait-idle \
	    'advise pageout yes' wait-idle 'advise fadvise-dontneed yes' \
	    wait-idle
	says MADV_DONTNEED "the cache keeps the pages" \
	    "DONTNEED keeps the cache"
	says MADV_PAGEOUT " = 0" "PAGEOUT of unmapped pages is accepted"
	within "$(effect MADV_PAGEOUT cached)" -$slack 0 "and evicts nothing"
	says MADV_PAGEOUT "nothing mapped here" "and the event says why"
	within "$(effect FADV_DONTNEED cached)" -$pages -$all \
	    "fadvise DONTNEED evicts what nobody maps"
	within "$(residency)" 0 0 "which mincore confirms"
}

undisturbed drop_mapped
undisturbed drop_unmapped

# --- locks -------------------------------------------------------------

# in_force SCREEN: the advice, which stands where there is room for it.
in_force() {
	sed -n '1,2s/.*| advice //p' "$1" | sed 's/  .*//; s/ |.*//'
}

lock_onfault() {
	session 'advise mlock-onfault' wait-idle 'wait-samples 1' \
	    "save-screen $work/onfault.txt" 'work sequential touches=64' \
	    wait-idle 'advise munlockall' wait-idle 'wait-samples 1' \
	    "save-screen $work/unlocked.txt"
	within "$(effect MLOCK_ONFAULT cached)" 0 0 \
	    "mlock2 ONFAULT reads nothing"
	within "$(effect MLOCK_ONFAULT mapped)" 0 0 "and maps nothing"
	is "$(in_force "$work/onfault.txt")" "NORMAL locked $onfault" \
	    "it is read back from VmFlags, if they show it"
	within "$(effect "walk sequential" mapped)" 64 $pages \
	    "touches map pages"
	hasnt "locked on-fault" "$work/unlocked.txt" "munlockall takes it off"
	within "$(effect 'munlockall()' cached)" -$slack 0 "and evicts nothing"
}

lock() {
	session 'advise mlock' wait-idle 'wait-samples 1' \
	    "save-screen $work/locked.txt" 'advise dontneed' wait-idle \
	    'advise fadvise-dontneed yes' wait-idle 'advise dontneed-locked' \
	    wait-idle
	is "$(in_force "$work/locked.txt")" "NORMAL locked$whole" \
	    "what is locked as a whole is, too"
	says 'MADV_DONTNEED)' "the range is locked" \
	    "why DONTNEED of locked pages fails"
	says FADV_DONTNEED "locked pages stay" "and why fadvise does nothing"
	if event DONTNEED_LOCKED | grep -q EINVAL; then
		skip "no MADV_DONTNEED_LOCKED in this kernel" 2
		return
	fi
	within "$(effect DONTNEED_LOCKED mapped)" -$pages -$all \
	    "DONTNEED_LOCKED drops the PTEs"
	within "$(effect DONTNEED_LOCKED cached)" -$slack 0 \
	    "and keeps the cache"
}

# Linux 6.1 says of a lock that it is one, no more.
onfault=on-fault
"$HELPERS/onfault" || onfault='on-fault?'
undisturbed lock_onfault
whole=
[ "$onfault" = on-fault ] || whole=' on-fault?'
undisturbed lock

# --- what does nothing to a shared file --------------------------------

# useless HINT NEEDLE: on pages that are all mapped.
useless() {
	session 'advise populate' wait-idle "advise $1" wait-idle
	quiet "$2" "$1"
}

collapse() {
	session 'advise populate' wait-idle 'advise collapse' wait-idle
	within "$(effect MADV_COLLAPSE cached)" -$slack 0 \
	    "COLLAPSE evicts nothing, whether the kernel does it or not"
}

undisturbed useless fadvise-noreuse FADV_NOREUSE
undisturbed useless fsync 'fsync(fd)'
undisturbed useless sync-range sync_file_range
undisturbed collapse

session 'advise free' wait-idle 'advise populate-write' wait-idle \
    'advise hugepage' wait-idle 'wait-samples 1' \
    "save-screen $work/huge.txt" 'advise nohugepage' wait-idle \
    'wait-samples 1' "save-screen $work/nohuge.txt"
says MADV_FREE " = -1 EINVAL" "FREE is not for files"
says POPULATE_WRITE " (:map private write)" \
    "POPULATE_WRITE is not for what may not be written"
if event MADV_HUGEPAGE | grep -q EINVAL; then
	skip "no transparent huge pages in this kernel" 5
else
	has "advice NORMAL hugepage" "$work/huge.txt" \
	    "it is read back from VmFlags"
	has "advice NORMAL nohugepage" "$work/nohuge.txt" "and taken back"
	undisturbed useless hugepage MADV_HUGEPAGE
fi

# --- what was written to private pages ---------------------------------

# Copies are nobody's cache: no reclaim takes them without swap.
session 'map private write' 'wait-samples 2' 'advise dontneed' wait-idle \
    'work sequential op=write touches=1024' wait-idle 'wait-samples 2' \
    'advise dontneed' "save-screen $work/ask.txt" 'key n' \
    'advise free yes' wait-idle
has "1024 private pages would be lost" "$work/ask.txt" \
    "DONTNEED asks where data would go, and says how much"
is "$(grep -c 'MADV_DONTNEED)' "$work/log")" 1 \
    "it did not ask when there was none, and is not made on a no"
says MADV_FREE " = -1 EINVAL" "FREE is not for copies of a file's pages"

is "$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")" "$before" \
    "the user's file is as it was"

# --- dirty pages, of a writer that is not us ---------------------------

# dirty_file: writes $file without waiting for the storage. A file that is
# cut off first would be written at once by ext4.
file=$dir/d
dirty_file() {
	dd if=/dev/zero of="$file" bs=4096 count=1024 conv=notrunc 2>/dev/null
}

# stays_dirty: as long as one needs to look.
stays_dirty() {
	for try in 1 2 3 4 5; do
		dirty_file
		[ "$(number layers.dirty_pages)" != 1024 ] || return 0
	done
	return 1
}

pageout_dirty() {
	dirty_file
	warm_session 'advise populate' wait-idle 'advise pageout yes' \
	    wait-idle
	says MADV_PAGEOUT "dirty pages stay" "PAGEOUT writes nothing"
	within "$(residency)" 1000 1024 "and evicts nothing that is dirty"
}

# What it has written may be reclaimed before one looks.
evict_dirty() {
	dirty_file
	warm_session 'advise evict yes' wait-idle
	says FADV_DONTNEED "dropped by a second call" \
	    "evict of dirty pages only starts to write them"
	warm_session 'advise evict yes' wait-idle
	within "$(residency)" 0 0 "the second call evicts them"
}

if stays_dirty; then
	undisturbed pageout_dirty
	for hint in sync-range fsync; do
		dirty_file
		warm_session "advise $hint" wait-idle
		is "$(number layers.dirty_pages)" 0 "$hint writes it"
	done
	undisturbed evict_dirty
else
	skip "dirty pages are not counted, or do not stay so, here" 6
fi
done_testing
