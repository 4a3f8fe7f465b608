#!/bin/sh
# Each hint by its effect on a real file, as the event line tells it.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
pages=1024
"$HELPERS/pages" make "$dir/f" $pages
before=$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")

# session LINE...: a headless session on the evicted file; its events are in
# $work/log.
session() {
	"$HELPERS/pages" evict "$dir/f" || return 1
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' 'pace full' "$@" |
	    timeout 60 "$PAGETIDE" --headless --size 120x40 --script - \
	    --log "$work/log" "$dir/f" >"$work/out" 2>&1
	status=$?
	[ $status = 0 ] || diag <"$work/out"
}

# effect NEEDLE WORD: the number after WORD in the last event with NEEDLE.
effect() {
	grep -F -e "$1" "$work/log" | tail -n 1 |
	    sed -n "s/.*[ ;]$2 \\([+-][0-9]*\\).*/\\1/p"
}

residency() {
	"$HELPERS/residency" "$dir/f"
}

session 'advise random' wait-idle 'work random touches=64 seed=3' wait-idle
is "$status" 0 "RANDOM, then 64 random touches"
touched=$(effect "walk random" cached)
is "$touched" "$(effect "walk random" major)" "a major fault for each page"
is "$touched" "$(effect "walk random" mapped)" "and a PTE"
ok "64 touches of $pages pages hit about 62 pages" \
    test "${touched#+}" -ge 50 -a "${touched#+}" -le 64
is "+$(residency)" "$touched" "no page more is in the cache"

session 'goto 50%' touch wait-idle
near=$(effect "touch page" cached)
is "$(effect "touch page" major)" +1 "NORMAL: one touch, one major fault"
ok "and a block of pages" test "${near#+}" -gt 1

session 'advise populate' wait-idle 'advise dontneed' wait-idle \
    'view mapped' "save-screen $work/dontneed.txt"
is "$(effect MADV_POPULATE_READ mapped)" "+$pages" "POPULATE_READ maps all"
is "$(effect MADV_DONTNEED mapped)" "-$pages" "DONTNEED drops all PTEs"
is "$(effect MADV_DONTNEED cached)" +0 "and leaves the cache as it was"
is "$(residency)" $pages "which mincore confirms"

session 'advise sequential' wait-idle 'wait-samples 1' \
    "save-screen $work/seq.txt" 'advise normal' wait-idle 'wait-samples 1' \
    "save-screen $work/normal.txt"
has "SEQUENTIAL" "$work/seq.txt" "the advice is read back from VmFlags"
has "advice NORMAL" "$work/normal.txt" "NORMAL clears it"

session 'advise populate' wait-idle 'advise evict yes' wait-idle
is "$(residency)" 0 "evict empties the cache"
is "$(effect "MADV_DONTNEED" mapped)" "-$pages" "and the page table"

session 'advise mlock' wait-idle 'advise pageout yes' wait-idle
is "$(effect mlock mapped)" "+$pages" "mlock brings all in"
has "= -1 EINVAL" "$work/log" "PAGEOUT of locked pages is refused"
is "$(residency)" $pages "and they stay"

session 'advise populate' wait-idle 'advise pageout yes' wait-idle
is "$(residency)" 0 "PAGEOUT evicts what is mapped here alone"

session 'advise willneed' wait-idle
is "$(effect MADV_WILLNEED mapped)" +0 "WILLNEED makes no PTE"
ok "but brings pages" test "$(residency)" -gt 0

session 'goto 25%' select 'goto 50%' 'advise populate' wait-idle
first=$("$HELPERS/residency" -p "$dir/f" | cut -c 257)
is "$first" 1 "a selected range: its first page came"
ok "only the range is mapped" test "$(effect POPULATE mapped)" = +256 -o \
    "$(effect POPULATE mapped)" = +272

is "$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")" "$before" \
    "the user's file is as it was"
done_testing
