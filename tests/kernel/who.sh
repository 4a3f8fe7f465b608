#!/bin/sh
# who: the processes that map a file, how many of its pages each has PTEs for, in
# which cells, and its Pss, against what two helpers see of their own.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
file=$dir/data
pages=64
"$HELPERS/pages" make "$file" $pages
cp "$HELPERS/mapper" "$work/wm$$"

# PTEs of the mapper that is spoken to, of [first, first + n) of the file.
ptes() {
	sum=0
	for name in shared private part; do
		tell bits $name
		[ $name != part ] || answer=0000000000000000$answer
		set -- "$1" "$2" "$(printf %s "$answer" |
		    cut -c$(($1 + 1))-$(($1 + $2)) | tr -dc 1 | wc -c)"
		sum=$((sum + $3))
	done
	echo $sum
}

mapper_start "$work/wm$$"
first=$mapper
tell random shared 0 $pages
tell touch shared 3 5
exec 5>&3 6<&4
mapper_start "$work/wm$$"
tell random shared 0 $pages
tell touch shared 4 20
tell touch part 24 2

# of PID MEMBER: of its row in the last line.
of() {
	tail -n 1 "$work/lines" | sed 's/^.*"who":{.*"who":\[//; s/\].*$//
	    s/},{/}\n{/g' | grep "^{\"pid\":$1," | "$HELPERS/jsonget" "$2"
}

# Of one of them, with the cursor's cell of a page.
found() {
	want=$(ptes 0 $pages)
	cell=$(ptes 4 1)
	printf '%s\n' 'wait-samples 2' 'who on' 'zoom pages' 'goto 16K' \
	    'wait-samples 2' 'wait who.processes >= 2' 'wait-samples 9' \
	    'wait-samples 9' 'size 120x50' "save-screen $work/who.txt" \
	    'key u' 'wait-samples 1' "save-screen $work/off.txt" >"$work/script"
	tell where shared
	run timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --headless \
	    -d 0.25 --ndjson --script "$work/script"
	grep '"who":{' "$work/out" >"$work/lines"
	is "$status" 0 "a session"
	is "$(of $mapper mapped_pages)" "$want" "its PTEs of the file"
	is "$(of $mapper cell_pages)" "$cell" "and of the cursor's page"
	is "$(of $first mapped_pages)" "$want1" "those of the other"
	is "$(of $first cell_pages)" "$cell1" "and there"
}
exec 7>&3 8<&4 3>&5 4<&6
want1=$(ptes 0 $pages)
cell1=$(ptes 4 1)
exec 3>&7 4<&8 7>&- 8<&-
[ "$want1" -ge 5 ] || fail "the helper has touched nothing"
undisturbed found
is "$(of $mapper name)" "wm$$" "by name"
is "$(tail -n 1 "$work/lines" | "$HELPERS/jsonget" who.cell_first_page \
    who.cell_pages who.uncounted who.complete)" "4 1 0 true" \
    "which page it is about"
has "WHO MAPS IT" "$work/who.txt" "on the screen"
ok "both are there" sh -c 'grep -q "$1 wm" "$3" && grep -q "$2 wm" "$3"' \
    sh $first $mapper "$work/who.txt"
hasnt "WHO MAPS IT" "$work/off.txt" "u leaves it"

# Cell by cell: how many have a PTE there.
# bits_all: of the mapper that is spoken to, a line of 0 and 1, one a page.
bits_all() {
	tell bits shared
	one=$answer
	tell bits private
	two=$answer
	tell bits part
	printf '%s\n' $one $two 0000000000000000$answer
}
# sum_of FILE: processes by page; a blank line stands between two of them.
sum_of() {
	awk 'function end() {
		for (i = 1; i <= n; i++)
			sum[i] += has[i] + 0
		delete has
	} NF == 0 { end(); next } {
		n = length($0)
		for (i = 1; i <= n; i++)
			if (substr($0, i, 1) == 1)
				has[i] = 1
	} END {
		end()
		for (i = 1; i <= n; i++)
			printf "%s%d", (i > 1 ? "," : ""), sum[i]
		print ""
	}' "$1"
}
# cells NAME: an array of the cells in the last line.
cells() {
	tail -n 1 "$work/lines" | sed -n 's/.*"cells":{\(.*\)/\1/
	    s/.*"'"$1"'":\[\([0-9,]*\)\].*/\1/p'
}
pss_of() {
	awk -v file="$file" '/^[0-9a-f]+-/ { ours = $NF == file }
	    ours && $1 == "Pss:" { kib += $2 }
	    END { print kib * 1024 }' "/proc/$1/smaps"
}
# The first has but a part of it.
exec 7>&3 8<&4 3>&5 4<&6
tell unmap private 0 $pages
tell unmap part 0 $((pages - 16))
tell unmap shared 32 $((pages - 32))
exec 3>&7 4<&8 7>&- 8<&-
by_cell() {
	exec 7>&3 8<&4 3>&5 4<&6
	tell bits shared
	printf '%s%032d\n\n' "$(printf %s "$answer" | cut -c1-32)" 0 \
	    >"$work/bits"
	exec 3>&7 4<&8 7>&- 8<&-
	bits_all >>"$work/bits"
	printf '%s\n' 'wait-samples 2' 'who on' 'zoom pages' 'goto 160K' \
	    'view who' 'wait who.processes >= 2' 'wait-samples 20' \
	    'size 120x50' 'wait-samples 8' "save-screen $work/view.txt" \
	    freeze 'who off' "save-screen $work/frozen.txt" 'earlier 3' \
	    "save-screen $work/past.txt" \
	    >"$work/script"
	tell where shared
	run timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --headless \
	    -d 0.25 --ndjson --script "$work/script"
	grep '"who":{' "$work/out" >"$work/lines"
	is "$(cells mapped_by)" "$(sum_of "$work/bits")" "processes by cell"
	is "$(cells maybe_by | tr -d 0,)" "" "of none that is not known"
	is "$(of $first covers_cell) $(of $mapper covers_cell)" \
	    "false true" "who has the cursor's cell mapped"
	is "$(of $first pss_bytes)" "$(pss_of $first)" "Pss of one"
	is "$(of $mapper pss_bytes)" "$(pss_of $mapper)" "Pss of the other"
}
undisturbed by_cell
has "cursor's cell: 1 map it" "$work/view.txt" "said on the screen"
has " $first wm" "$work/view.txt" "which lists both"
has "processes with a PTE in the cell" "$work/view.txt" "beside the legend"
row=$(sum_of "$work/bits" | tr -d , | cut -c1-20 | sed 's/./&&&/g' |
    tr 012 ' .:')
has " 0 |$row" "$work/view.txt" "of the view, which has it as level"
has " 0 |$row" "$work/frozen.txt" "which stays as it froze"
has "cursor's cell: 1 map it" "$work/frozen.txt" "with the table"
has " 0 |????????" "$work/past.txt" "before that it was not kept"

# It is at work for a 50th of the time at most, however often other cells are
# asked for (as far as that is counted in ticks).
{
	echo 'wait-samples 2'
	echo 'who on'
	echo 'zoom pages'
	for i in $(seq 400); do
		echo "move $([ $((i % 40)) -lt 20 ] && echo right || echo left)"
		echo 'wait-samples 1'
	done
} >"$work/script"
tell where shared
begin "$PAGETIDE" -p $mapper -m "$answer" --headless -d 0.05 --ndjson \
    --script "$work/script"
poll_until 20 grep -q '"looked_at":[1-9]' "$work/out"
looker=$(for child in $(children_of "$pid"); do
	tr '\0' ' ' <"/proc/$child/cmdline" | grep -q who-process &&
	    echo $child
done)
ticks() {
	awk '{ print $14 + $15 }' "/proc/$looker/stat"
}
uptime() {
	awk '{ printf "%d\n", $1 * 100 }' /proc/uptime
}
began=$(uptime)
before=$(ticks)
late() {
	[ "$(uptime)" -ge $((began + 500)) ]
}
poll_until 20 late
worked=$(($(ticks) - before))
took=$(($(uptime) - began))
ok "$worked ticks of $took at work" [ $((worked * 100)) -le $((took * 3)) ]
kill $pid
wait $pid || :

# A worker of ours is one of them.
printf '%s\n' 'wait-samples 2' 'who on' touch 'wait who.processes >= 3' \
    'wait-samples 2' >"$work/script"
run timeout 60 "$PAGETIDE" --headless -d 0.25 --ndjson \
    --script "$work/script" "$file"
grep '"who":{' "$work/out" >"$work/lines"
has '"name":"pagetide-worker"' "$work/lines" "with a worker of ours"
is "$(of $first mapped_pages)" "$want1" "beside the others"

# The process that looked leaves nothing: not its place in the table either.
dead() {
	for child in $(children_of "$pid"); do
		sed -n 's/^State:.Z.*/dead/p' "/proc/$child/status"
	done 2>/dev/null
}
none_dead() {
	[ -z "$(dead)" ]
}
printf '%s\n' 'wait-samples 2' 'who on' 'wait who.processes >= 1' 'who off' \
    'note off' 'wait-samples 900' >"$work/script"
begin "$PAGETIDE" --headless -d 0.1 --log "$work/log" \
    --script "$work/script" "$file"
poll_until 20 grep -q off "$work/log"
poll_until 5 none_dead
is "$(dead)" "" "the process that looked is gone"
kill $pid
wait $pid

# Memory without a file is nobody else's.
printf '%s\n' 'wait-samples 2' 'who on' >"$work/script"
tell where anon
run timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --headless \
    --script "$work/script"
is "$status $(cat "$work/err")" "1 pagetide: $work/script:2: who: no file is \
mapped here whose pages others could have, too" "memory without a file"

# What is mapped there later is another file, of which nothing is told.
printf '%s\n' 'wait-samples 2' 'who on' 'wait who.processes >= 2' \
    'note now' 'wait who.processes == 1' 'wait-samples 2' >"$work/script"
tell where shared
begin timeout 60 "$PAGETIDE" -p $mapper -m "$answer" --headless -d 0.25 \
    --ndjson --log "$work/log" --script "$work/script"
poll_until 20 grep -q 'now$' "$work/log"
tell unmap private 0 $pages
tell unmap part 0 $((pages - 16))
tell replace shared
wait $pid || :
grep '"who":{' "$work/out" >"$work/lines"
is "$(of $first name) $(of $mapper name)" "wm$$ " \
    "who maps the file, though it is not mapped there any more"

# Another user is told what may not be seen.
if as_nobody true 2>/dev/null; then
	cp "$PAGETIDE" "$work/pagetide"
	chmod 644 "$file"
	printf '%s\n' 'wait-samples 2' 'who on' 'wait who.processes >= 1' \
	    'size 120x50' 'wait-samples 2' 'save-screen hidden.txt' \
	    >"$work/script"
	mkdir -m 777 "$work/nobody"
	run as_nobody timeout 60 sh -c 'cd "$1" && "$2" --headless -d 0.25 \
	    --script "$3" "$4"' sh "$work/nobody" "$work/pagetide" \
	    "$work/script" "$file"
	has "may not be looked at: takes" "$work/nobody/hidden.txt" \
	    "says how many are hidden"
	hasnt " wm$$" "$work/nobody/hidden.txt" "and shows none of them"
else
	skip "not run as root" 2
fi
mapper_end
done_testing
