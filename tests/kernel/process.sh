#!/bin/sh
# -p: processes and what they have mapped, against what a helper knows of its
# own page tables.
. "${srcdir:-.}/tests/lib.sh"

need setpriv
dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/data
pages=64
page_bytes=$(getconf PAGESIZE)
"$HELPERS/pages" make "$file" $pages
# A name that no other process has.
cp "$HELPERS/mapper" "$work/mapper$$"

# field NAME PATH...: of the mapping that begins where the mapper's does.
field() {
	tell where "$1"
	shift
	at=0x$answer
	sed 's/^.*"mappings":\[//; s/},{"name"/}\n{"name"/g; s/\]}$//' \
	    "$work/out" | grep "^{[^[]*\"start\":\"$at\"" |
	    "$HELPERS/jsonget" "$@"
}

# resident NAME: as many bytes resident as the mapper has PTEs.
resident() {
	tell bits "$1"
	bits=$(printf %s "$answer" | tr -d 0)
	is "$(field "$1" resident_bytes)" $((${#bits} * page_bytes)) \
	    "$1: ${#bits} pages are resident"
}

mapper_start "$work/mapper$$"
tell touch shared 0 10
tell write private 20 5
tell write private 40 3
tell write anon 7 9
tell write memfd 0 31
# What the mapper has is compared once it stands still.
counted() {
	run "$PAGETIDE" -p --json $mapper
	is "$status" 0 "-p PID --json"
	resident shared
	resident private
	resident anon
	resident memfd
}
undisturbed counted
is "$("$HELPERS/jsonget" schema process.pid process.name <"$work/out")" \
    "pagetide-mappings/1 $mapper mapper$$" "of that process"
is "$(field shared name inode size_bytes)" \
    "$file $(stat -c %i "$file") $((pages * page_bytes))" "a file, by name"
is "$(field memfd name)" "/memfd:lab (deleted)" "memory with a name"
is "$(field anon name device)" " 00:00" "and without"
is "$(field anon pss_bytes)" $((9 * page_bytes)) "which nobody shares"
# A process that nothing runs in: its counts stand still.
awk '{ print $10, $12 }' "/proc/$mapper/stat" >"$work/faults"
run "$PAGETIDE" -p --json $mapper
is "$("$HELPERS/jsonget" process.minor_faults process.major_faults \
    <"$work/out")" "$(cat "$work/faults")" "faults are those of stat"

# One mapping: page by page what the mapper's own page table has.
# cells NAME LAYER: as the mapper prints bits.
cells() {
	tell where "$1"
	run timeout 20 "$PAGETIDE" -p $mapper -m "$answer" --json \
	    --cells $pages
	"$HELPERS/jsonget" "cells.$2" <"$work/out" | tr -dc 01
}

# drawn NAME: its cells are the mapper's bits, behind $before.
drawn() {
	cells "$1" mapped >"$work/bits"
	tell bits "$1"
	is "$(cat "$work/bits")" "$before$answer" "$1, page by page"
}
before=
undisturbed drawn shared
undisturbed drawn private
undisturbed drawn anon
undisturbed drawn memfd
cells private mapped >"$work/bits"
is "$("$HELPERS/jsonget" layers.private_pages <"$work/out")" 8 \
    "pages that were copied"
tell touch part 8 2
before=0000000000000000
undisturbed drawn part
before=
tell where part
is "$("$HELPERS/jsonget" process.pid process.map_address \
    process.map_first_page process.map_pages worker <"$work/out")" \
    "$mapper $(printf %d "0x$answer") 16 $((pages - 16)) null" \
    "where it is mapped"
is "$("$HELPERS/jsonget" target.path target.pages layers.touched_pages \
    counters.working_set_pages <"$work/out")" \
    "$file $pages null null" "a file; of touches nobody knows"
is "$("$HELPERS/jsonget" counters.minor_faults counters.major_faults \
    <"$work/out")" "$(awk '{ print $10, $12 }' "/proc/$mapper/stat")" \
    "the faults of the process"
cached() {
	run "$PAGETIDE" --json "$file"
	"$HELPERS/jsonget" layers.cached_pages <"$work/out" >"$work/want"
	cells part cached >"$work/bits"
	is "$("$HELPERS/jsonget" layers.cached_pages <"$work/out")" \
	    "$(cat "$work/want")" "the file behind it is cached as it is"
}
undisturbed cached
run "$PAGETIDE" -p $mapper -m anon
has "anon" "$work/out" "a name that several have lists them"
hasnt "$file" "$work/out" "and no others"
run "$PAGETIDE" -p $mapper -m nosuch
is "$status $(cat "$work/err")" \
    "3 pagetide: process $mapper has no mapping 'nosuch'" "one that has not"

# On a screen, which has all layers.
printf '%s\n' 'wait layers.mapped_pages >= 8' 'save-screen screen.txt' \
    'view touched' 'size 160x60' 'wait-samples 2' 'save-screen touched.txt' \
    'view mapped' 'help' 'size 200x140' 'save-screen help.txt' >"$work/script"
tell where private
run sh -c 'cd "$1" && timeout 20 "$2" -p $3 -m $4 --headless --script script' \
    sh "$work" "$PAGETIDE" $mapper "$answer"
is "$status" 0 "a screen of it"
has "process $mapper MAP_PRIVATE rw-" "$work/screen.txt" "says of what"
has " address          0x$answer" "$work/screen.txt" "with the address"
hasnt "working set" "$work/screen.txt" "without a working set"
hasnt worker "$work/screen.txt" "and no worker"
has "touches of another process are not known" "$work/touched.txt" \
    "nor touches"
hasnt worker "$work/touched.txt" "nor a worker for them"
has "what has a PTE" "$work/help.txt" "and the help"
hasnt "PTEs of the worker" "$work/help.txt" "gives them to no worker"

# What a hint has cut is one, its pieces are to be seen.
tell random shared 16 8
run "$PAGETIDE" -p --json $mapper
is "$(field shared size_bytes pieces | sed 's/"[a-z_]*_bytes":[0-9]*,//g' |
    grep -o 'advice":"[A-Z]*' | tr '\n' ' ')" \
    'advice":"NORMAL advice":"RANDOM advice":"NORMAL ' \
    "three pieces of one mapping"
is "$(field shared size_bytes)" $((pages * page_bytes)) "of the whole size"
tell random anon 60 4
run "$PAGETIDE" -p --json $mapper
is "$(field anon size_bytes)" $((pages * page_bytes)) \
    "so is memory without a file"
undisturbed drawn shared
undisturbed drawn anon
tell unmap shared 16 8
run "$PAGETIDE" -p --json $mapper
is "$(field shared size_bytes)" $((16 * page_bytes)) \
    "what is behind a hole is another one"

# The lines are the same numbers.
run "$PAGETIDE" -p $mapper
is "$status" 0 "-p PID"
has "mapper$$, pid $mapper: faults " "$work/out" "has a line for all of it"
has " r--s      1  NORMAL nohugepage  $file" "$work/out" \
    "and one for the file"
like() {
	grep -q -e "$1" "$work/out"
}
is "$(sed -n "s,^.*memfd:lab.*,memfd,p
    s,^.* 256.0 KiB .* anon$,anon,p; s,^.* rw-p .*$file,private,p" \
    "$work/out" | tr '\n' ' ')" "memfd anon private " \
    "in the order of what is resident"
tell where memfd
at=$answer
run "$PAGETIDE" -p "mapper$$"
is "$status" 0 "-p NAME"
ok "is the same process" like "^$at "

# The list of processes.
run "$PAGETIDE" -p
is "$status" 0 "-p"
ok "has the process" like "^ *$mapper .*  mapper$$\$"
hasnt kthreadd "$work/out" "and no threads of the kernel"
run "$PAGETIDE" -p --json
is "$("$HELPERS/jsonget" schema <"$work/out")" "pagetide-processes/1" \
    "as JSON"
is "$(grep -o '"file_bytes":[0-9]*' "$work/out" | cut -d: -f2 |
    sort -rn -c 2>&1)" "" "those with most pages of files first"
# By the faults of an interval: of one that is busy, at least.
run timeout 20 "$PAGETIDE" -p -d 0.1 --json
is "$(grep -o '"new_minor_faults":null' "$work/out")" "" "counted twice"
within "$("$HELPERS/jsonget" within_ns <"$work/out")" 100000000 5000000000 \
    "an interval apart"
faulting() {
	echo "loop anon 0 $pages" >&3
	run timeout 20 "$PAGETIDE" -p -d 0.5
	echo stop >&3
	read -r answer <&4
	grep -o "  [0-9.]*k  *0  mapper$$\$" "$work/out" >"$work/rate"
}
tell write anon 0 1
poll_until 20 faulting
ok "MINOR/S of one that faults all the time" test -s "$work/rate"
ok "which is a column" like "MAJOR  MINOR/S MAJOR/S  NAME"
first=$mapper
exec 5>&3 6<&4
mapper_start "$work/mapper$$"
run "$PAGETIDE" -p "mapper$$"
ok "of two with one name" like "^ *$mapper "
ok "both are listed" like "^ *$first "
mapper_end
mapper=$first
exec 3>&5 4<&6 5>&- 6<&-

# There is no working set of it: what came in between two passes, and went out,
# in its place.
lines() {
	[ "$(wc -l <"$work/out")" -ge "$1" ]
}
# moved FIELD...: of the newest whole line.
moved() {
	sed '$d' "$work/out" | tail -n 1 | "$HELPERS/jsonget" "$@" \
	    >"$work/moved" 2>/dev/null
}
came_in() {
	moved process.came_in_all_pages &&
	    [ "$(cat "$work/moved")" = "$1" ]
}
went_out() {
	moved process.went_out_all_pages &&
	    [ "$(cat "$work/moved")" = "$1" ]
}
watch_it() {
	tell where "$1"
	begin timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --ndjson -d 0.1 \
	    -n 500
	poll_until 10 came_in 0
}
end_it() {
	kill $pid
	wait $pid || :
}
exec 5>&3 6<&4
mapper_start "$HELPERS/mapper"
watch_it anon
tell write anon 30 6
ok "what came in is counted" poll_until 10 came_in 6
all_past() {
	moved process.came_in_pages process.went_out_all_pages \
	    process.moved_exact
	[ "$(cat "$work/moved")" = "0 0 true" ]
}
ok "page by page, and is past a second later" poll_until 10 all_past
long_enough() {
	moved process.moved_within_ns && [ "$(cat "$work/moved")" -ge 1000000000 ]
}
poll_until 10 long_enough
moved process.moved_within_ns
within "$(cat "$work/moved")" 1000000000 20000000000 "the time that is told"
end_it
went() {
	cat "$file" >/dev/null
	tell random private 0 $pages
	tell touch private 0 $pages
	watch_it private
	tell drop private 8 4
	tell bits private
	bits=$(printf %s "$answer" | tr -d 1)
	is "${#bits}" 4 "four PTEs are gone"
	ok "what went out, too" poll_until 10 went_out 4
	moved process.came_in_all_pages
	is "$(cat "$work/moved")" 0 "where nothing came"
	end_it
}
undisturbed went
printf '%s\n' 'wait process.came_in_all_pages >= 3' 'wait-samples 1' \
    "save-screen $work/moved.txt" 'view changed' 'wait-samples 2' \
    "save-screen $work/changed.txt" 'size 104x40' \
    "save-screen $work/slim.txt" >"$work/script"
tell where anon
begin timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --headless -d 0.1 \
    --size 120x40 --log "$work/log" --script "$work/script"
poll_until 20 grep -q 'mapping is\|watching\|script\|command' "$work/log" || :
at=40
until [ -s "$work/slim.txt" ] || [ $at -ge 60 ]; do
	tell write anon $at 1
	at=$((at + 1))
	sleep 0.2
done
wait $pid || :
ok "on the screen" grep -q "came in [1-9][0-9]*, went out 0 in [0-9.]* s" \
    "$work/moved.txt"
hasnt unknown "$work/changed.txt" "the view of changes knows all of it"
ok "in a slim panel, too" grep -q "in [1-9][0-9]*, out 0 in [0-9.]* s" \
    "$work/slim.txt"
mapper_end
mapper=$first
exec 3>&5 4<&6 5>&- 6<&-

# The process unmaps it, and runs another program, while it is watched.
ended() {
	status=0
	wait $pid || status=$?
}
tell where anon
begin timeout 20 "$PAGETIDE" -p $mapper -m "$answer" --batch -d 0.1
poll_until 10 lines 2
tell exec anon
ended
is "$status $(cat "$work/err")" \
    "3 pagetide: the process has ended, or runs another program" \
    "an exec ends it"
has " the mapping changed the process has ended" "$work/out" "with an event"
ok "and its last line knows nothing of PTEs" like "mapped=? minor"
end_of_mapper=$mapper
exec 3>&- 4<&-
kill $end_of_mapper
mapper_start "$work/mapper$$"
first=$mapper
tell write memfd 0 31
tell where memfd
begin timeout 20 "$PAGETIDE" -p $mapper -m "$answer" --batch -d 0.1 -n 30
poll_until 10 lines 2
tell unmap memfd 0 $pages
ended
is "$status $(cat "$work/err")" "3 pagetide: the process has unmapped it, or \
mapped something else there" "an unmap"

# A file that has no name any more.
rm "$file"
if [ "$(id -u)" = 0 ]; then
	tell touch shared 0 4
	undisturbed drawn shared
	is "$("$HELPERS/jsonget" target.path target.pages <"$work/out")" \
	    "$file (deleted) $pages" "a file that was deleted"
fi

# Other users see no more than the counts, and with capabilities what these
# open (shared is 4 pages at least, which it has touched).
# sees STATUS CAPABILITY,...: another user, with these, of memory without a
# file; list: of the list too.
may() {
	caps=$1
	shift
	run setpriv --reuid=65534 --regid=65534 --clear-groups \
	    --inh-caps="$caps" --ambient-caps="$caps" \
	    timeout 20 "$work/pagetide" -p $mapper "$@"
}
perfmon_maps() {
	setpriv --reuid=65534 --regid=65534 --clear-groups \
	    --inh-caps=+perfmon --ambient-caps=+perfmon \
	    cat /proc/$mapper/maps >"$work/.maps" 2>&1
}
tell write anon 3 5
tell where anon
at=$answer
if [ "$(id -u)" = 0 ]; then
	cp "$PAGETIDE" "$work/pagetide"
	may -all
	is "$status $(cat "$work/out")" "4 " "another user sees nothing of it"
	has "can't be read: Permission denied; its user may" "$work/err" \
	    "and why"
	may +sys_ptrace
	ok "with CAP_SYS_PTRACE the list" like "^$at "
	may +sys_ptrace -m $at --json
	is "$status" 4 "but not its page tables"
	has "who has CAP_DAC_READ_SEARCH with" "$work/err" "and why"
	may +sys_ptrace,+dac_read_search -m $at --json
	is "$("$HELPERS/jsonget" layers.mapped_pages <"$work/out")" 5 \
	    "with CAP_DAC_READ_SEARCH too these"
	if perfmon_maps; then
		may +perfmon,+dac_read_search -m $at --json
		is "$("$HELPERS/jsonget" layers.mapped_pages \
		    counters.read_bytes <"$work/out")" "5 null" \
		    "and with CAP_PERFMON in place of the first"
	else
		skip "no CAP_PERFMON for maps on this kernel"
	fi
	may +sys_ptrace,+dac_read_search -m "$file" --json
	tell where shared
	may +sys_ptrace,+dac_read_search -m $answer --json
	is "$status $("$HELPERS/jsonget" layers.cached_pages \
	    target.filesystem <"$work/out")" "4 null a file out of reach" \
	    "what is cached of a deleted file is not known"
	has "the file can't be opened" "$work/err" "and why"
	run setpriv --reuid=65534 --regid=65534 --clear-groups \
	    "$work/pagetide" -p
	ok "but the process in the list" like "^ *$mapper "
else
	skip "not run as root" 10
fi

setuid_counts() {
	cp "$(command -v id)" "$work/setuid"
	chmod 4755 "$work/setuid"
	[ "$(setpriv --reuid=65534 --regid=65534 --clear-groups \
	    "$work/setuid" -u)" = 0 ]
}
# A process of one's own that becomes a program of root's while it is watched:
# what it was is gone, and of what it is nothing is seen.
becomes_roots() {
	mkdir "$work/bin"
	cp "$(command -v sleep)" "$work/bin/sleep"
	chmod 4755 "$work/bin/sleep"
	as='setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all'
	exec 5>&3 6<&4
	first=$mapper was=$file file=$work/own
	"$HELPERS/pages" make "$file" "$pages"
	chown 65534 "$file"
	mapper_start $as env PATH="$work/bin:$PATH" "$HELPERS/mapper"
	tell write anon 0 4
	tell where anon
	begin timeout 20 $as "$work/pagetide" -p $mapper -m "$answer" \
	    --batch -d 0.1
	poll_until 10 lines 2
	tell exec anon
	ended
	is "$status $(cat "$work/err")" \
	    "3 pagetide: the process has ended, or runs another program" \
	    "an exec of a setuid program ends it"
	run $as "$work/pagetide" -p $mapper
	is "$status $(cat "$work/out")" "4 " "which is out of sight"
	has "can't be read: Permission denied" "$work/err" "and why"
	end_of_mapper=$mapper
	exec 3>&- 4<&-
	kill $end_of_mapper
	mapper=$first file=$was
	exec 3>&5 4<&6 5>&- 6<&-
}
if [ "$(id -u)" = 0 ] && setuid_counts; then
	becomes_roots
else
	skip "not run as root, or setuid does not count here" 3
fi

# In a container, whose paths are not ours.
contained() {
	mkdir "$dir/in"
	rm -f "$work/to" "$work/from"
	mkfifo "$work/to" "$work/from"
	unshare --mount sh -c 'mount -t tmpfs none "$1/in" &&
	    "$2" make "$1/in/data" $4 >"$5.made" 2>&1; exec "$3" "$1/in/data" $4' \
	    sh "$dir" "$HELPERS/pages" "$work/mapper$$" $pages "$work/c" \
	    <"$work/to" >"$work/from" 2>"$work/c" &
	mapper=$!
	exec 3>"$work/to" 4<"$work/from"
	read -r answer <&4
}
mapper_end
if unshare --mount mount -t tmpfs none "$dir" 2>/dev/null; then
	contained
	tell touch private 5 3
	undisturbed drawn private
	is "$("$HELPERS/jsonget" target.path target.filesystem \
	    layers.cached_pages <"$work/out")" \
	    "$dir/in/data tmpfs $pages" "a file in a container"
	mapper_end
else
	skip "no mount namespaces" 2
fi
start_again() {
	"$HELPERS/pages" make "$file" $pages
	mapper_start "$work/mapper$$"
	first=$mapper
}
start_again

# What is unmapped and mapped again all the time is drawn as it is, or not at
# all: the other memory that is there meanwhile has all of its pages.
tell where shared
begin timeout 30 "$PAGETIDE" -p $mapper -m "$answer" --batch -d 0.02 -n 150
poll_until 10 lines 2
echo "loop shared 0 $pages" >&3
ended
echo stop >&3
read -r answer <&4
cp "$work/out" "$work/lines"
is "$(grep -c "mapped=$pages/" "$work/lines")" 0 \
    "no other memory is taken for a mapping that changes all the time"
has "the mapping changed" "$work/lines" "which it is"
diag "$(grep -c 'mapped=?' "$work/lines") of 150 not drawn"
tell where shared
run "$PAGETIDE" -p $mapper -m "$answer" --json
undisturbed drawn shared

# A child that nobody waits for.
sh -c 'until [ "$(cat /proc/$$/comm)" = sleep ]; do :; done &
    echo $! >"$1"; exec sleep 60' sh "$work/zombie" &
parent=$!
zombie() {
	grep -q '^State:.Z' "/proc/$(cat "$work/zombie")/status"
}
poll_until 10 zombie
run "$PAGETIDE" -p "$(cat "$work/zombie")"
is "$status $(cat "$work/err")" "3 pagetide: process $(cat "$work/zombie") \
is a zombie: it has no memory" "a zombie"
kill $parent
mapper_end
run "$PAGETIDE" -p $first
is "$status $(cat "$work/err")" "3 pagetide: there is no process '$first'" \
    "one that has ended"
run "$PAGETIDE" -p 2
[ ! -e /proc/2/comm ] || [ "$(cat /proc/2/comm)" != kthreadd ] ||
    is "$status $(cat "$work/err")" \
    "3 pagetide: process 2 is a thread of the kernel's" "a kernel thread"
done_testing
