#!/bin/sh
# Mappings: what mmap's flags do, as the event line shows it, and that a
# private mapping that is written leaves the file alone.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
pages=2048
"$HELPERS/pages" make "$dir/f" $pages
before=$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")

# session LINE...: a headless session on the file; its events are in $work/log.
session() {
	drive 160x40 "$dir/f" "$@"
}

# took NEEDLE: how long that mmap took, in ns; truncated.
took() {
	grep -F -e "$1" "$work/log" | tail -n 1 |
	    sed -n 's/.* = 0 in \([0-9.]*\) \([a-z]*\);.*/\1 \2/p' |
	    awk '$2 == "ns" { m = 1 } $2 == "us" { m = 1e3 }
		$2 == "ms" { m = 1e6 } $2 == "s" { m = 1e9 }
		{ printf "%d", $1 * m }'
}

# A few pages may be reclaimed between the act and the look.
slack=60
all=$((pages - slack))
len=8M

# --- lazy against populate ---------------------------------------------

lazy_or_not() {
	session 'advise populate' wait-idle map wait-idle \
	    "save-screen $work/lazy.txt" 'map populate' wait-idle \
	    'map populate' wait-idle
	lazy="mmap(NULL, $len, PROT_READ, MAP_SHARED, fd, 0)"
	populate="mmap(NULL, $len, PROT_READ, MAP_SHARED|MAP_POPULATE, fd, 0)"
	has "$lazy = 0 in " "$work/log" "map: the very call, and its time"
	within "$(effect "$lazy" mapped)" -$pages -$all "the old PTEs are gone"
	within "$(effect "$lazy" minor)" 0 1 "and lazy mapping costs no fault"
	has "   nothing 0 " "$work/lazy.txt" "nothing is mapped afterwards"
	has "$populate = 0 in " "$work/log" "map populate: the very call"
	ok "populate takes longer than lazy mapping" \
	    test "$(took "$populate")" -gt "$(took "$lazy")"
}

populated() {
	session map wait-idle 'map populate' wait-idle
	within "$(effect "$populate" mapped)" $all $pages \
	    "populate maps all at once"
}

undisturbed lazy_or_not
undisturbed populated

# --- the worker's own start is no act ----------------------------------

# since WORD SCREEN: the total beside it in the side panel.
since() {
	sed -n "s,.*| *$1  *[0-9.k/s]*  *\([0-9]*\).*,\1,p" "$2"
}

session "save-screen $work/start.txt" touch wait-idle 'wait-samples 1' \
    "save-screen $work/touch.txt"
within "$(since "minor faults" "$work/start.txt")" 0 9 \
    "the worker's own start is not in the totals"
faults() {
	echo $(($(since "minor faults" "$1") + $(since "major faults" "$1")))
}
within $(($(faults "$work/touch.txt") - $(faults "$work/start.txt"))) 1 3 \
    "one touch is one fault more"
rm -f "$work/log"
printf '%s\n' 'advise normal' wait-idle | timeout 60 "$PAGETIDE" --headless \
    --map private,write,length=1M --script - --log "$work/log" "$dir/f" \
    >"$work/out" 2>&1 || diag <"$work/out"
within "$(effect "mmap(" minor)" 0 9 "nor in the effect of the first mapping"
has "madvise(map+0, 1M, MADV_NORMAL) = 0" "$work/log" \
    "an act while it is being mapped is on that mapping"
hasnt "the file grew" "$work/log" "which is the first one"

# --- how it is mapped is on the screen ---------------------------------

session 'map private write' wait-idle "save-screen $work/private.txt"
has "MAP_PRIVATE rw-" "$work/private.txt" "a private mapping is said to be one"
has "mapped anew: PTEs and advice start over" "$work/log" \
    "that it was mapped is said when it was"
has "Private_Dirty" "$work/private.txt" "with what smaps says of it"

locked() {
	session 'map locked' wait-idle "save-screen $work/locked.txt" \
	    'advise dontneed yes' wait-idle
	has "MAP_SHARED|MAP_LOCKED r--" "$work/locked.txt" "and a locked one"
	has "advice NORMAL locked" "$work/locked.txt" "which VmFlags confirm"
	within "$(effect MAP_LOCKED mapped)" $all $pages "locked: all is mapped"
	has "MADV_DONTNEED) = -1 EINVAL" "$work/log" "and locked pages stay"
}

part() {
	session 'map from=1M length=2M' wait-idle 'advise populate' wait-idle \
	    "save-screen $work/part.txt"
	has "MAP_SHARED r-- 1M..3M" "$work/part.txt" "a part of the file"
	within "$(effect POPULATE_READ mapped)" 452 512 \
	    "a hint goes to the part"
	has "madvise(map+1M, 2M, MADV_POPULATE_READ)" "$work/log" \
	    "and its call says so"
	within "$(sed -n 's/.*| mapped \([0-9]*\) .*/\1/p' "$work/part.txt")" \
	    452 512 "no page besides is mapped"
}

undisturbed locked
undisturbed part

run sh -c 'printf "%s\n" "wait-samples 2" "map from=1M length=2M" wait-idle \
    "goto 0" touch | "$PAGETIDE" --headless --script - "$1"' sh "$dir/f"
has "only 1M..3M is mapped" "$work/err" "touching besides it is refused"

# --- copy-on-write -----------------------------------------------------

# Populating a private mapping that may be written is a write to every page.
copies="PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_POPULATE"
copied() {
	session 'advise populate' wait-idle 'map private write populate' \
	    wait-idle 'view private' 'wait-samples 15' \
	    "save-screen $work/copies.txt" 'map private write' wait-idle \
	    'goto 25%' touch wait-idle
	within "$(effect "$copies" private)" $pages $pages \
	    "all pages are copied"
	within "$(effect "$copies" minor)" $pages $((pages + 2)) \
	    "by a fault each"
	has "PRIVATE (copies of the worker)" "$work/copies.txt" \
	    "they have a view"
	has "private $pages, Private_Dirty 8.0 MiB" "$work/copies.txt" \
	    "and smaps says the same"
	is "$(effect "touch page" private)" +0 "reading copies nothing"
	within "$(effect "touch page" mapped)" 1 $pages \
	    "it maps pages of the file"
}

# Writing a page copies that page, and no other.
written() {
	session 'advise populate' wait-idle 'map private write' wait-idle \
	    'work stride op=write stride=16' wait-idle 'view private' \
	    'wait-samples 15' "save-screen $work/writes.txt"
	within "$(effect "walk stride" private)" $((pages / 16)) \
	    $((pages / 16)) "128 pages written, 128 pages copied"
	has "private 128, Private_Dirty 512.0 KiB" "$work/writes.txt" \
	    "the screen and smaps say so"
}

undisturbed copied
undisturbed written
session 'work sequential op=write' wait-idle
has "EACCES" "$work/log" "writing a read-only mapping is refused"
session 'map private' 'work sequential op=write' wait-idle
has "EACCES" "$work/log" "private or not"
hasnt "worker died" "$work/log" "nobody dies of it"

# --- anonymous memory --------------------------------------------------

# anon LINE...: a session on 4 MiB of memory.
anon() {
	rm -f "$work/log"
	printf '%s\n' 'wait-samples 2' 'pace full' "$@" |
	    timeout 60 "$PAGETIDE" --headless --size 160x40 --script - \
	    --log "$work/log" --anon 4M >"$work/out" 2>&1
	status=$?
	[ $status = 0 ] || diag <"$work/out"
}

anon 'advise nohugepage' wait-idle 'work sequential' wait-idle \
    "save-screen $work/zeros.txt" 'work stride op=write stride=4' wait-idle \
    'wait-samples 15' "save-screen $work/anon.txt" 'map populate' wait-idle
is "$status" 0 "--anon: a session"
has "MAP_PRIVATE|MAP_ANONYMOUS rw-" "$work/anon.txt" "said to be anonymous"
has "no page cache" "$work/anon.txt" "without a page cache"
has "mapped 1024 = 4.0 MiB" "$work/zeros.txt" "reading maps"
if zero_page; then
	has "private 0" "$work/zeros.txt" \
	    "the page of zeros, which is not private"
	within "$(effect "walk stride" private)" 256 256 "writing makes pages"
else
	has "private 1024" "$work/zeros.txt" "no page of zeros: a page each"
	is "$(effect "walk stride" private)" "" "which writing keeps"
fi
has "mmap(NULL, 4M, PROT_READ|PROT_WRITE, \
MAP_PRIVATE|MAP_ANONYMOUS|MAP_POPULATE, -1, 0) = 0 in " "$work/log" \
    "mapped anew, populated"
run "$PAGETIDE" --json --anon 4M
is "$status" 2 "--anon without a worker is refused"

# --- what is refused ---------------------------------------------------

for how in write 'shared write'; do
	run sh -c 'printf "%s\n" "map $2" |
	    "$PAGETIDE" --headless --script - "$1"' sh "$dir/f" "$how"
	is "$status" 1 "map $how: refused"
	has "never writes to a file that is yours" "$work/err" "in a clear line"
done
run "$PAGETIDE" --headless --script /dev/null --map wrote "$dir/f"
is "$status" 2 "--map with another word is refused"
run "$PAGETIDE" --json --map private "$dir/f"
is "$status" 2 "--map without a worker too"
begins_mapped() {
	printf '%s\n' "wait-samples $(patience 2)" \
	    "save-screen $work/option.txt" |
	    timeout 60 "$PAGETIDE" --headless --size 160x40 --script - \
	    --map private,write "$dir/f"
	has "MAP_PRIVATE rw-" "$work/option.txt" "--map: it begins like that"
}
undisturbed begins_mapped

# The demo file is our own: it may be written, but not when it is named.
mkdir -m 700 "$dir/cache"
printf '%s\n' 'wait-samples 2' 'map shared write' wait-idle \
    'work stride op=write touches=8' wait-idle "save-screen $work/own.txt" \
    >"$work/own.pt"
run env XDG_CACHE_HOME="$dir/cache" "$PAGETIDE" --headless --size 160x40 \
    --script "$work/own.pt" --log "$work/own.log"
is "$status" 0 "the demo file may be mapped shared and writable"
has "MAP_SHARED rw-" "$work/own.txt" "and it is said so"
has "done, 8 touched" "$work/own.log" "and it is written"
run "$PAGETIDE" --headless --script "$work/own.pt" \
    "$dir/cache/pagetide/demo"
is "$status" 1 "named on the command line it is somebody's"

is "$(cksum <"$dir/f"; stat -c '%Y %Z' "$dir/f")" "$before" \
    "the user's file is byte for byte as it was, and so are its times"
done_testing
