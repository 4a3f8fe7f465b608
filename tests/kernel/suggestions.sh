#!/bin/sh
# Each suggestion of the diagnosis, proved: a condition is brought about, what
# is told of it is read out of the JSON, and the same walk from the same state,
# with what would help before it, must have less of what the rule is about. A
# suggestion is whatever the program says: a new one is proved, too.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
pages=6144
together=24
# The sanitizers take most of a CPU for some: what is named is of two seconds.
! sanitized || together=8
n=0
while [ $n -lt $together ]; do
	"$HELPERS/pages" make "$dir/f$n" $pages
	n=$((n + 1))
done
best=$(methods "$dir/f0" | tail -n 1)
readahead=$("$PAGETIDE" --json "$dir/f0" |
    "$HELPERS/jsonget" target.readahead_bytes)

# try_loop SECTORS: a disk with that readahead; its folder is $mnt.
try_loop() {
	readahead_of "$1" "$dir" || return 1
	for n in 1 2 3; do
		"$HELPERS/pages" make "$mnt/f$n" $pages || return 1
	done
}

# --- one row ------------------------------------------------------------

# A row: NAME|OPTIONS|FILE|PREPARE|ACT|RULE. FILE is '' for one of its own, -
# for none; PREPARE and ACT are commands with ";" between; RULE must be told,
# or nothing if it is ''.

# session OUT COMMANDS: a headless session on the row's file, evicted before it,
# that leaves its last sample in OUT. What shall be reclaimed is: by somebody
# else, once the session maps it no more.
session() {
	[ "$file" = '' ] || "$HELPERS/pages" evict "$file"
	[ "$want" != reclaimed ] || "$HELPERS/pages" pageout "$file" &
	echo "wait-samples 1;pace full;$2" | tr ';' '\n' | timeout 120 \
	    "$PAGETIDE" --headless -d 0.05 --json --script - $options \
	    ${file:+"$file"} >"$1" 2>"$1.err" || diag <"$1.err"
}

get() {
	"$HELPERS/jsonget" "$2" <"$1" 2>/dev/null
}

# items JSON: rule and command of each item.
items() {
	get "$1" diagnosis | sed 's/},{/}\
{/g; s/"command":null/"command":"null"/g' |
	    sed -n 's/.*"rule":"\([^"]*\)".*"command":"\([^"]*\)".*/\1 \2/p'
}

# amount RULE JSON: how much there is of what the rule is about.
amount() {
	case $1 in
	refaults-readahead | set | refaults)
		get "$2" counters.refault_pages ;;
	random | backward | major)
		get "$2" walk.outcome.major_faults ;;
	unused | reclaimed)
		get "$2" walk.outcome.read_bytes ;;
	waits)
		get "$2" walk.latency.minor.buckets | tr -d '[]' |
		    tr ',' '\n' | awk 'NR > 17 { n += $1 } END { print n + 0 }'
		;;
	copies)
		get "$2" walk.outcome.private_pages ;;
	zero-page | zero-fill | first-touch)
		get "$2" walk.outcome.minor_faults ;;
	short | no-effect)
		items "$2" | grep -c "^$1 " ;;
	*)
		echo "no measure of $1" ;;
	esac
}

# prove N RULE COMMAND: the same again, with the command before it.
prove() {
	session "$work/$1.after" \
	    "$prepare;$3 yes;wait-idle;$act;wait-idle;wait-samples 2"
	was=$(amount "$2" "$work/$1.json")
	now=$(amount "$2" "$work/$1.after")
	ok "$name: $2, $3: $was, then $now" test "$now" -lt "$was"
	case $act in
	work*)
		is "$(get "$work/$1.after" walk.outcome.touches)" \
		    "$(get "$work/$1.json" walk.outcome.touches)" \
		    "$name: of the same walk"
		;;
	esac
}

# row N: that row. No hint of PREPARE is in the two seconds that are judged.
row() {
	IFS='|' read -r name options file prepare act want <"$work/$1.row"
	case $file in
	'') file=$dir/f$1 ;;
	-) file= ;;
	esac
	session "$work/$1.json" \
	    "$prepare;wait-idle;wait-samples 42;$act;wait-idle;wait-samples 2"
	items "$work/$1.json" >"$work/$1.items"
	if [ "$want" = '' ]; then
		is "$(cat "$work/$1.items")" "" "$name: nothing is named"
	else
		ok "$name: $want is named" grep "^$want " "$work/$1.items"
	fi
	while read -r rule command; do
		echo "$rule" >>"$work/told"
		[ "$command" = null ] || prove "$1" "$rule" "$command"
	done <"$work/$1.items"
}

# --- the rows -----------------------------------------------------------

# for_maps FORMAT: the row for each way to map; %s stands for its name, and
# for the words of the command.
for_maps() {
	for how in '' ' private' ' private write'; do
		printf "$1\n" "shared$how" "$how"
	done
}

# Where each fault makes a huge page there are too few of them to report.
small=
[ ! -e /sys/kernel/mm/transparent_hugepage ] || small='advise nohugepage;'

read_rule=zero-page
zero_page || read_rule=zero-fill
for_advices() {
	for advice in normal sequential random; do
		warm="advise $advice;advise willneed-all;wait-idle"
		for_maps "%s, $advice, cached|||map%s;$warm|work stride \
stride=16|first-touch"
		for_maps "%s, $advice, cached, in order|||map%s;$warm|work \
sequential|"
		for how in populate locked; do
			echo "$how, $advice|||map $how;wait-idle;advise \
$advice|work permutation|"
		done
		echo "copies, $advice|||map private write;$warm|work \
permutation op=write|copies"
		echo "anonymous, $advice, loads|--anon 24M|-|${small}advise \
$advice|work permutation|$read_rule"
		echo "anonymous, $advice, writes|--anon 24M|-|${small}advise \
$advice|work permutation op=write|zero-fill"
	done
}

table() {
	for_advices
	for_maps '%s, random, in order|||map%s;advise random|work sequential|random'
	for_maps '%s, random, back|||map%s;advise random|work backward|random'
	for_maps '%s, random, by chance|||map%s;advise random|work permutation|major'
	for_maps '%s, sequential, back|||map%s;advise sequential|work backward|backward'
	for_maps '%s, normal, 64 touches|||map%s|work random touches=64|unused'
	for_maps '%s, sequential, 64 touches|||map%s;advise sequential|work random touches=64|unused'
	cat <<'END'
random, writes by chance|||map private write;advise random|work permutation op=write|major
random, writes in order|||map private write;advise random|work sequential op=write|random
cold, writes by chance|||map private write|work permutation op=write|copies
huge pages, 64 touches|||advise hugepage|work random touches=64|unused
anonymous, made|--anon 24M|-|advise populate-write;wait-idle|work permutation op=write|
dontneed, locked|||map locked;wait-idle|advise dontneed|no-effect
pageout, locked|||map locked;wait-idle|advise pageout yes|no-effect
evict, locked|||map locked;wait-idle|advise evict yes|no-effect
END
}

# Only cachestat reports these.
counted() {
	cat <<'END'
pageout, not mapped|||advise willneed-all;wait-idle|advise pageout yes|no-effect
fadvise, mapped|||advise populate;wait-idle|advise fadvise-dontneed yes|no-effect
reclaimed|||advise populate;wait-idle;advise dontneed;wait layers.evicted_pages > 6000|work sequential|reclaimed
private, reclaimed|||map private;advise populate;wait-idle;advise dontneed;wait layers.evicted_pages > 6000|work sequential|reclaimed
END
}

# Capped: with large readahead it reads a gigabyte a second. With little more
# touches have to come before a page is missed that was there.
# One window of readahead and what the sanitizers take must have room in the
# limit, or the worker is killed for it.
limit=8 set=12
if sanitized || [ "$readahead" -gt 2097152 ]; then
	limit=16 set=20
fi
limited() {
	touches=100
	[ "$readahead" -gt 262144 ] || touches=300
	sed "s/|/|--memory-limit ${limit}M/; s/ TOUCHES/ touches=$touches/
	    s/ SET/ set=${set}M/" <<'END'
limit, by chance|||map|work random TOUCHES read=2G|refaults-readahead
limit, by chance, sequential|||advise sequential|work random TOUCHES read=2G|refaults-readahead
limit, loop over more|||advise random|work loop SET passes=4|set
limit, in order|||map|work sequential passes=3|refaults
END
}

# waits_are_minor: a fault that waits for pages that are being read counts as
# a major one on Linux 6.1, where it is tried again; only minor ones are looked
# through for it.
waits_are_minor() {
	name=probe options= file=$mnt/f1
	session "$work/probe.json" 'work sequential;wait-idle;wait-samples 2'
	test "$(get "$work/probe.json" walk.outcome.major_faults)" -lt \
	    $((pages / 64))
}

# --- all of them --------------------------------------------------------

# One batch from line FROM of the table on, all rows at the same time.
batch() {
	k=0
	while [ $k -lt $together ]; do
		sed -n "$(($1 + k))p" "$work/table" >"$work/$k.row"
		: >"$work/$k.tap"
		[ ! -s "$work/$k.row" ] || row $k >"$work/$k.tap" 2>&1 &
		k=$((k + 1))
	done
	wait
	k=0
	while [ $k -lt $together ]; do
		while read -r line; do
			case $line in
			'ok '*) pass "${line#* - }" ;;
			'not ok '*) fail "${line#* - }" ;;
			*) echo "$line" ;;
			esac
		done <"$work/$k.tap"
		k=$((k + 1))
	done
}

table >"$work/table"
if [ "$best" = cachestat ]; then
	counted >>"$work/table"
	untold=
else
	skip "only cachestat reports what is reclaimed"
	untold=reclaimed
fi
# Nor is it known without cachestat that what is missing was not reclaimed.
if [ "$best" = cachestat ] && [ "$readahead" -le $((pages * 2048)) ]; then
	echo 'short|||map|advise willneed|short' >>"$work/table"
else
	skip "one call reads all of it here, or only cachestat reports it"
	untold="$untold short"
fi
if ! try_loop 256; then
	skip "no loop device with a file system"
	untold="$untold waits"
elif ! waits_are_minor; then
	skip "a fault that waits is a major one here"
	untold="$untold waits"
else
	echo "late readahead||$mnt/f1||work sequential|waits" >>"$work/table"
fi
if try_loop 0; then
	cat >>"$work/table" <<END
no readahead||$mnt/f1||work sequential|major
no readahead, random||$mnt/f2|advise random|work sequential|random
no readahead, sequential||$mnt/f3|advise sequential|work backward|backward
END
else
	skip "no loop device with a file system"
fi
run "$PAGETIDE" --headless --memory-limit ${limit}M --script /dev/null \
    "$dir/f0"
if [ "$status" = 0 ]; then
	limited >>"$work/table"
else
	skip "no memory limit here"
	untold="$untold refaults-readahead set refaults"
fi

row_n=1
while [ $row_n -le "$(wc -l <"$work/table")" ]; do
	undisturbed batch $row_n
	row_n=$((row_n + together))
done

# Each rule of the manual was named here, but those that cannot be.
zero_page || untold="$untold zero-page"
awk '/^\.Sh DIAGNOSIS/ { on = 1; next } /^\.Sh/ { on = 0 }
    on && /^\.It Cm/ { print $3 }' "$srcdir/docs/pagetide.1" >"$work/rules"
sort -u "$work/told" >"$work/told.once"
for rule in $untold; do
	echo "$rule"
done | sort - "$work/told.once" | uniq >"$work/all"
is "$(sort "$work/rules" | comm -23 - "$work/all")" "" \
    "every rule of the manual was named"
done_testing
