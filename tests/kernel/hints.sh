#!/bin/sh
# Each hint by its effect on a real file, as the event line shows it.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
pages=1024
"$HELPERS/pages" make "$dir/f" $pages
before=$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")

# session LINE...: a headless session on the evicted file; its events are in
# $work/log.
session() {
	drive_cold 120x40 "$dir/f" "$@"
}

residency() {
	"$HELPERS/residency" "$dir/f"
}

# A few pages may be reclaimed between the act and the look: SLACK of them.
slack=60
all=$((pages - slack))

under_random() {
	session 'advise random' wait-idle 'work random touches=64 seed=3' \
	    wait-idle
	is "$status" 0 "RANDOM, then 64 random touches"
	touched=$(effect "walk random" mapped)
	within "$touched" 50 64 "64 touches of $pages pages hit about 62 pages"
	within "$(effect "walk random" major)" "${touched#+}" 64 \
	    "a major fault for each"
	within "$(effect "walk random" cached)" 40 "${touched#+}" \
	    "and no page more comes into the cache"
	within "$(residency)" 40 "${touched#+}" "which mincore confirms"
}

under_normal() {
	session 'goto 50%' touch wait-idle
	within "$(effect "touch page" major)" 1 1 \
	    "NORMAL: one touch, one major fault"
	within "$(effect "touch page" cached)" 2 $pages "and a block of pages"
}

maps_and_drops() {
	session 'advise populate' wait-idle 'advise dontneed' wait-idle
	within "$(effect MADV_POPULATE_READ mapped)" $all $pages \
	    "POPULATE_READ maps all"
	within "$(effect MADV_DONTNEED mapped)" -$pages -$all \
	    "DONTNEED drops all PTEs"
	within "$(effect MADV_DONTNEED cached)" -$slack 0 \
	    "and leaves the cache as it was"
	within "$(residency)" $all $pages "which mincore confirms"
}

within_the_second() {
	session 'advise populate' 'wait-samples 3' 'advise dontneed' wait-idle
	within "$(effect MADV_POPULATE_READ mapped)" $all $pages \
	    "a hint within the second is not booked on the one before it"
	has "mapped $pages -> 0" "$work/log" "which has its own"
}

evicts() {
	session 'advise populate' wait-idle 'advise evict yes' wait-idle
	within "$(residency)" 0 0 "evict empties the cache"
	within "$(effect MADV_DONTNEED mapped)" -$pages -$all \
	    "and the page table"
}

locks() {
	session 'advise mlock' wait-idle 'advise pageout yes' wait-idle
	within "$(effect mlock mapped)" $all $pages "mlock brings all in"
	has "= -1 EINVAL" "$work/log" "PAGEOUT of locked pages is refused"
	within "$(effect PAGEOUT mapped)" 0 0 \
	    "and they stay, mlocked as they are"
}

pages_out() {
	session 'advise populate' wait-idle 'advise pageout yes' wait-idle
	within "$(effect POPULATE_READ mapped)" $all $pages "populated again"
	within "$(effect PAGEOUT mapped)" -$pages -$all \
	    "PAGEOUT unmaps what is mapped here alone"
	within "$(residency)" 0 $slack "and evicts it"
}

reads_ahead() {
	session 'advise willneed' wait-idle
	within "$(effect MADV_WILLNEED mapped)" 0 0 "WILLNEED makes no PTE"
	within "$(residency)" 1 $pages "but brings pages"
}

part() {
	session 'goto 25%' select 'goto 50%' 'advise populate' wait-idle
	within "$(effect POPULATE mapped)" 200 320 \
	    "a selected range: only it is mapped"
}

undisturbed under_random
undisturbed under_normal
undisturbed maps_and_drops
undisturbed within_the_second
undisturbed evicts
undisturbed locks
undisturbed pages_out
undisturbed reads_ahead
undisturbed part

at_once() {
	session 'advise populate' 'advise dontneed' wait-idle
	within "$(effect MADV_POPULATE_READ mapped)" $all $pages \
	    "two hints at once: the first has what it did"
	within "$(effect MADV_DONTNEED mapped)" -$pages -$all \
	    "and the second what that did"
}
undisturbed at_once

session 'advise sequential' wait-idle 'wait-samples 1' \
    "save-screen $work/seq.txt" 'advise normal' wait-idle 'wait-samples 1' \
    "save-screen $work/normal.txt"
has "advice SEQUENTIAL" "$work/seq.txt" "the advice is read back from VmFlags"
has "advice NORMAL" "$work/normal.txt" "NORMAL clears it"

# A log that is written to: one event, the hints stay in sight.
cp "$dir/f" "$dir/g"
while [ ! -e "$work/done" ] && printf '%5000s' x >>"$dir/g"; do
	sleep 0.1
done &
printf '%s\n' 'wait-samples 3' 'advise normal' wait-idle 'wait-samples 9' \
    "save-screen $work/grow.txt" | timeout 60 "$PAGETIDE" --headless \
    --size 120x40 --script - "$dir/g" >"$work/out" 2>&1 || diag <"$work/out"
: >"$work/done"
wait
is "$(grep -c '! the file grew' "$work/grow.txt")" 1 \
    "a file that keeps growing is one event"
has "MADV_NORMAL" "$work/grow.txt" "hints are not pushed out by it"

# So large that no pass is over when the first act comes: what is not known
# then says why.
if truncate -s 1T "$dir/large" 2>/dev/null; then
	printf '%s\n' 'advise evict yes' wait-idle | timeout 60 "$PAGETIDE" \
	    --headless --source mincore --script - --log "$work/large.log" \
	    "$dir/large" >"$work/out" 2>&1 || diag <"$work/out"
	# Without PAGEMAP_SCAN a TiB is not counted in 5 ms.
	ok "a hint before the first pass is over: what it counted, and ?" \
	    grep -q -E 'mapped 0 =  cached \?;|; not counted;' \
	    "$work/large.log" || diag <"$work/large.log"
	has "(?: the first pass was not over)" "$work/large.log" "and why"
else
	skip "no file of 1 TiB here" 2
fi

is "$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")" "$before" \
    "the user's file is as it was"
done_testing
