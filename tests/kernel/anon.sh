#!/bin/sh
# Hints on anonymous memory, where data can be lost: what is asked before, and
# what the kernel does.
. "${srcdir:-.}/tests/lib.sh"

thp=/sys/kernel/mm/transparent_hugepage/enabled

# anon LINE...: a session on 4 MiB of memory; its events are in $work/log.
anon() {
	drive 160x40 --anon=4M 'advise nohugepage' wait-idle "$@"
}

# With all of it written. Without huge pages, which come by luck.
written() {
	anon 'work sequential op=write' wait-idle "$@"
}

# calls NAME: how many of that hint were made.
calls() {
	grep -c "hint: madvise(map+0, 4M, $1)" "$work/log"
}

# asks NAME COMMAND VERB: a hint that loses what was written.
asks() {
	written "$2" "save-screen $work/ask.txt" 'key n' 'wait-samples 2' \
	    "save-screen $work/kept.txt"
	has "$1): 1024 private pages $3 be lost. Do it? y/[n]" \
	    "$work/ask.txt" "$1 asks, and says how much data would go"
	has "not done" "$work/log" "$1: n"
	is "$(calls "$1")" 0 "makes no call"
	has "mapped 1024 = 4.0 MiB | private 1024" "$work/kept.txt" \
	    "and all stays"
}

asks MADV_DONTNEED 'advise dontneed' would
asks MADV_FREE 'advise free' may

# What needs a file is not offered, says why, and asks of nobody's pages.
anon 'help' 'find-help "not here"' "save-screen $work/help.txt" escape \
    'advise evict' wait-idle 'advise pageout' wait-idle \
    "save-screen $work/offered.txt"
has 'W  not here: anonymous memory has no file' "$work/help.txt" \
    'the help says why W does nothing'
is "$(tail -n 1 "$work/offered.txt" | grep -c ' W P \| D E ')" 0 \
    'the footer offers neither W nor E'
is "$(calls MADV_PAGEOUT)" 1 'PAGEOUT of memory of our own asks nothing'
has 'EBADF: anonymous memory has no file' "$work/log" 'nor does E'

# What was never written can't be lost: there is nothing to ask. A kernel that
# has no page of zeros does not show what was written.
read_private=0
if zero_page; then
	anon 'work sequential' wait-idle 'advise dontneed' wait-idle
	is "$(calls MADV_DONTNEED)" 1 \
	    "DONTNEED asks nothing where nothing was written"
	is "$(effect MADV_DONTNEED mapped)" -1024 "and drops the page of zeros"
else
	read_private=1024
	skip "no page of zeros here" 2
fi

written 'advise dontneed' 'key y' wait-idle 'work sequential' wait-idle \
    'wait-samples 2' "save-screen $work/zeros.txt"
is "$(effect MADV_DONTNEED private)" -1024 "DONTNEED, y: the data is gone"
is "$(effect MADV_DONTNEED mapped)" -1024 "and the PTEs"
has "mapped 1024 = 4.0 MiB | private $read_private" "$work/zeros.txt" \
    "what is read then is zeros"
hasnt "cached ?" "$work/log" "and nothing is said of a page cache"

written 'advise free' 'key y' wait-idle
has "; mapped 1024 =  private 1024 =" "$work/log" \
    "FREE, y: nothing goes while memory is not short"

written 'goto 25%' select 'goto 50%' 'advise dontneed yes' wait-idle
range=$(effect MADV_DONTNEED private)
ok "DONTNEED on a range: only that" test "${range#-}" -gt 250 \
    -a "${range#-}" -lt 300

case $(cat $thp 2>/dev/null) in
'' | *'[never]'*)
	skip "no transparent huge pages" 4
	;;
*)
	drive 160x40 --anon=4M 'work sequential op=write' wait-idle \
	    'advise collapse' wait-idle 'wait-samples 2' \
	    "save-screen $work/collapse.txt"
	ok "COLLAPSE of what was written is made" \
	    sh -c 'grep -q "MADV_COLLAPSE) = 0" "$1"' sh "$work/log"
	has "mapped 1024 = 4.0 MiB | private 1024" "$work/collapse.txt" \
	    "and loses nothing"
	drive 160x40 --anon=4M 'advise hugepage' wait-idle \
	    'work stride stride=512 op=write' wait-idle
	is "$(effect 'walk stride' minor)" +2 "HUGEPAGE: two faults"
	within "$(effect 'walk stride' private)" 513 1024 \
	    "bring more than one huge page"
	;;
esac

if dir=$(realfs_dir); then
	"$HELPERS/pages" make "$dir/f" 64
	drive 160x40 "$dir/f" 'advise populate' wait-idle 'advise free' \
	    wait-idle
	ok "FREE on a file is refused by the kernel, unasked" \
	    sh -c 'grep -q "MADV_FREE) = -1 EINVAL" "$1"' sh "$work/log"
else
	skip "no real file system"
fi
done_testing
