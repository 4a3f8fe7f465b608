#!/bin/sh
# Hints on another process, against its own page tables and the page cache.
. "${srcdir:-.}/tests/lib.sh"

need setpriv
[ "$(id -u)" = 0 ] || skip_all "not run as root: they take CAP_SYS_NICE"
dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/data
pages=64
"$HELPERS/pages" make "$file" $pages
sync -f "$file"

# on NAME LINE...: a session on that mapping runs the lines.
on() {
	tell where "$1"
	shift
	printf '%s\n' 'wait-samples 3' "$@" >"$work/script"
	rm -f "$work/log"
	run timeout 60 $as "$program" -p $mapper -m "$answer" --headless \
	    --size 160x50 --log "$work/log" --script "$work/script" $with
}

count() {
	tell bits "$1"
	printf %s "$answer" | tr -d 0 | wc -c
}

as='' with='' program=$PAGETIDE
mapper_start "$HELPERS/mapper"
tell touch shared 0 $pages
is "$(count shared)" $pages "all is mapped"
on shared 'advise pageout' "save-screen $work/asked.txt" 'key n' \
    'wait-samples 2'
is "$status" 0 "a session"
has "process_madvise($mapper, 0x$answer+256K, MADV_PAGEOUT). Do it?" \
    "$work/asked.txt" "it asks, and names process, range and call"
is "$(count shared)" $pages "which does nothing yet"
on shared 'select 0..64K' 'advise cold' 'key y' 'wait-idle'
has "+64K, MADV_COLD) = 64K in " "$work/log" "of a part"
pageout() {
	"$HELPERS/pages" make "$file" $pages
	sync -f "$file"
	tell touch shared 0 $pages
	on shared 'advise pageout yes' 'wait-idle' 'wait-samples 2' \
	    "save-screen $work/after.txt"
	has "+256K, MADV_PAGEOUT) = 256K in " "$work/log" "PAGEOUT"
	has "mapped $pages -> 0" "$work/log" "takes its PTEs"
	has "; $pages evicted, 0 stay" "$work/log" "and evicts the pages"
	hasnt "changed the cache" "$work/after.txt" "which nobody else did"
	is "$(count shared)" 0 "as it sees itself"
}
undisturbed pageout
# What is cached and was not mapped by it stays.
stays() {
	"$HELPERS/pages" make "$file" $pages
	sync -f "$file"
	tell random shared 0 $pages
	tell touch shared 0 8
	mapped=$(count shared)
	on shared 'advise pageout yes' 'wait-idle'
	has "; $mapped evicted, $((pages - mapped)) stay: cached, not mapped" \
	    "$work/log" "what it had not mapped stays, which is said"
}
undisturbed stays
# What was not asked for says nothing of others.
part() {
	"$HELPERS/pages" make "$file" $pages
	sync -f "$file"
	tell touch shared 0 $pages
	on shared 'select 0..64K' 'advise pageout yes' 'wait-idle'
	has "; 16 evicted, $((pages - 16)) stay: not all was in the range" \
	    "$work/log" "of a part the rest stays"
}
undisturbed part
on shared 'advise willneed yes' 'wait-idle'
has "MADV_WILLNEED) = 256K in " "$work/log" "WILLNEED"
# On the file: pages that nobody has mapped go, whatever the process maps.
beside() {
	"$HELPERS/pages" make "$file" $pages
	sync -f "$file"
	tell random shared 0 $pages
	tell touch shared 0 8
	mapped=$(count shared)
	on shared 'advise fadvise-dontneed' "save-screen $work/asked.txt" \
	    'key y' 'wait-idle'
	has "posix_fadvise(fd, 0, 256K, POSIX_FADV_DONTNEED), the file of" \
	    "$work/asked.txt" "a call on the file is asked for, too"
	has "the file of process $mapper = 0 in " "$work/log" "and made"
	has "mapped $mapped -> $mapped  cached $pages -> $mapped;" \
	    "$work/log" "takes what is cached alone"
	is "$(count shared)" "$mapped" "and no PTE"
	on shared 'advise fadvise-willneed yes' 'wait-idle' 'wait-samples 5' \
	    'advise readahead yes' 'wait-idle'
	has "WILLNEED), the file of process $mapper = 0 in " "$work/log" \
	    "brought in again"
	has "readahead(fd, 0, 256K), the file of process $mapper = 0 in " \
	    "$work/log" "by either call"
	is "$("$HELPERS/residency" "$file")" $pages "as mincore says"
}
undisturbed beside
on anon 'advise fadvise-dontneed yes'
has "there is no file that can be opened" "$work/err" "memory has no file"
on shared 'advise fadvise-random yes'
has "fadvise-random: it is of one's own open file" "$work/err" \
    "nor does it help what another process reads"
on shared 'advise dontneed yes'
has "dontneed: no call drops another process's PTEs" "$work/err" \
    "what the kernel takes from nobody is not asked"
# Their keys are there, dim, and say why.
# refused KEY WHAT...: it says that, and asks nothing.
refused() {
	on shared "key $1" "save-screen $work/key.txt"
	shift
	has "$*" "$work/key.txt" "$*"
}
refused N "normal: process_madvise takes it of one's own memory only"
refused L "mlock: one can lock one's own memory only"
refused P "populate: no call maps pages for another process"
refused t "touch: the process alone touches its memory"
refused f "work: the process alone touches its memory"
refused ] "window: its touches that make no fault are not known"
refused Y "of our worker; view faults names its faults"
on shared "save-screen $work/keys.txt" help "save-screen $work/one.txt" \
    'key PgDn' "save-screen $work/two.txt"
cat "$work/one.txt" "$work/two.txt" >"$work/help.txt"
has "W bring in  C O drop  N S R D L t refused | v views" "$work/keys.txt" \
    "the footer has those that act and those that do not"
has " D  no call drops another process's PTEs" "$work/help.txt" \
    "the help has why"
has " O  PAGEOUT: reclaim what no other maps (asks)" "$work/help.txt" \
    "and what the others do"
with=--read-only
on shared 'advise pageout yes'
has "advise: not with --read-only" "$work/err" "nor anything with --read-only"
on shared "save-screen $work/keys.txt"
hasnt refused "$work/keys.txt" "whose keys are not told then"
with=
mapper_end

# The file is there when the process has ended: what a hint on it did was not
# others.
orphan() {
	mapper_start "$HELPERS/mapper"
	"$HELPERS/pages" make "$file" $pages
	sync -f "$file"
	tell where shared
	printf '%s\n' 'wait-samples 3' 'note now' 'wait process.gone == true' \
	    'advise fadvise-dontneed yes' 'wait-idle' 'wait-samples 3' \
	    "save-screen $work/after.txt" 'advise pageout yes' >"$work/script"
	begin timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --headless \
	    --size 160x50 --log "$work/log" --script "$work/script"
	poll_until 20 grep -q 'now$' "$work/log"
	kill $mapper	# the session has its pipes, too
	mapper_end || :
	wait $pid || :
	has "process $mapper = 0 in " "$work/log" "a hint on its file"
	has "  cached $pages -> 0; $pages evicted, 0 stay" "$work/log" \
	    "is measured without the process"
	hasnt "changed the cache" "$work/after.txt" "and was nobody else's"
	has "the mapping is gone" "$work/err" "which itself takes none"
}
undisturbed orphan

# One's own process, without CAP_SYS_NICE.
chmod 755 "$dir" "$work"
cp "$PAGETIDE" "$work/pagetide"
as='setpriv --reuid=65534 --regid=65534 --clear-groups'
program=$work/pagetide
mkdir -m 777 "$work/open"
mapper_start $as "$HELPERS/mapper"
tell touch anon 0 4
tell where anon
printf '%s\n' 'wait-samples 3' 'advise pageout yes' 'wait-idle' \
    >"$work/script"
chmod 644 "$work/script"
run timeout 60 $as "$program" -p $mapper -m "$answer" --headless \
    --log "$work/open/log" --script "$work/script"
has "MADV_PAGEOUT) = -1 EPERM" "$work/open/log" \
    "without CAP_SYS_NICE it is refused"
has "takes CAP_SYS_NICE, of one's own processes too" "$work/open/log" \
    "and why"
# Its key asks nothing then.
printf '%s\n' 'wait-samples 3' 'key O' "save-screen $work/open/key.txt" \
    >"$work/script"
run timeout 60 $as "$program" -p $mapper -m "$answer" --headless \
    --size 160x50 --script "$work/script"
has "pageout: takes CAP_SYS_NICE, of one's own processes too" \
    "$work/open/key.txt" "which its key says"
has "N S R W D C O L t refused" "$work/open/key.txt" "and is dim with the rest"
hasnt "bring in" "$work/open/key.txt" "none acts"
mapper_end
done_testing
