#!/bin/sh
# -p on a screen: lists of processes and of mappings, live, and what is opened
# from them, against what a helper knows of its own page tables.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
# The helper has no heap then, and maps terabytes.
! sanitized || skip_all "AddressSanitizer maps more than the helper"
file=$dir/data
pages=64
page_bytes=$(getconf PAGESIZE)
"$HELPERS/pages" make "$file" $pages
# A name that no other process has.
cp "$HELPERS/mapper" "$work/lm$$"

# play ARGUMENTS LINE...: a session with a screen in memory.
play() {
	arguments=$1
	shift
	printf '%s\n' "$@" >"$work/script"
	rm -f "$work"/*.txt
	# shellcheck disable=SC2086
	run sh -c 'cd "$1" && shift && exec timeout 60 "$@"' sh "$work" \
	    "$PAGETIDE" -p $arguments --headless --script script
	[ "$status" = 0 ] || diag <"$work/err"
}
# row SCREEN ADDRESS: the line of that mapping, its blanks made one.
row() {
	grep "^ $2 " "$work/$1.txt" | tr -s ' ' | sed 's/ $//'
}

mapper_start "$work/lm$$"
tell random shared 16 8
tell touch shared 0 1
tell write anon 4 8
tell where shared
shared=$answer
tell where anon
anon=$answer

# The list of processes leads to that of the mappings, and to one of them.
play "" 'wait-list' 'save-screen p.txt' "filter \"lm$$\"" \
    'save-screen f.txt' 'sort pid' 'save-screen o.txt' 'open' 'wait-list' \
    'save-screen m.txt' "filter \"$shared\"" 'save-screen a.txt' 'open' \
    'wait layers.mapped_pages >= 1' 'save-screen t.txt' 'key Esc' \
    'wait-list' 'save-screen b.txt' 'key Esc' 'key Esc' 'wait-list' \
    'save-screen e.txt'
is "$status" 0 "from the list of processes to a mapping and back"
has " PROCESSES | " "$work/p.txt" "the list of processes"
has "MINOR/S" "$work/p.txt" "with rates"
has " 1 of " "$work/f.txt" "filtered"
has "lm$$" "$work/f.txt" "by a name"
has " | by pid | " "$work/o.txt" "sorted by its number"
has " lm$$ | process $mapper | " "$work/m.txt" "the list of its mappings"
has "since watched" "$work/m.txt" "with what the process faults"
is "$(row m all | cut -d' ' -f2)" all "has a line for all of it"
ptes=$(tell bits shared; printf %s "$answer" | tr -d 0)
counted() {
	play $mapper 'wait-list' 'save-screen m.txt'
	is "$(row m "$shared" | cut -d' ' -f3-6)" \
	    "r--s $((pages * page_bytes / 1024)).0 KiB $((${#ptes} *
	    page_bytes / 1024)).0" "pages of a file that are resident"
	is "$(row m "$anon" | cut -d' ' -f3-6)" \
	    "rw-p $((pages * page_bytes / 1024)).0 KiB $((8 * page_bytes /
	    1024)).0" "and 8 without one"
}
play "" 'wait-list'
is "$status" 0 "a script may end in a list"
undisturbed counted

# What a hint has cut is one row, with its pieces.
play $mapper 'size 160x40' 'wait-list' 'save-screen w.txt'
is "$(row w "$shared" | grep -o ' 3 mixed .*')" " 3 mixed nohugepage $file" \
    "three pieces in a row, with their advice"

# By a name that several have, and by a pattern that several mappings have.
play "$mapper -m lm$$" 'wait-list' 'save-screen s.txt'
has " | only lm$$" "$work/s.txt" "a pattern that several have lists these"
play "$mapper -m $shared" 'wait layers.mapped_pages >= 1' 'key Esc' \
    'wait-list' 'save-screen s.txt' 'sort address' "filter \"[heap]\"" 'open' \
    'wait-samples 2' 'save-screen h.txt' 'open next' 'wait-samples 2'
has " lm$$ | process $mapper" "$work/s.txt" \
    "from one that was opened directly Esc leads to the list"
is "$status" 0 "and Tab to the next"
play "$mapper" 'wait-list' 'sort files'
is "$status" 1 "a list has no column of another"
has "sort: this list has no files" "$work/err" "which is said"
play "$mapper" 'wait-list' 'open' 'wait-samples 1' 'sort size'
has "sort: no list is open" "$work/err" "nor a mapping a list"

# On a terminal: keys, and the process ends, or becomes another.
tm_start 100x30 "$PAGETIDE" -p 3>&- 4<&-
tm_wait "PROCESSES | "
ok "-p on a terminal is live" tm_wait "LIVE 1/s"
# ticks PID: of a CPU that it took, hundredths of a second.
ticks() {
	sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'
}
# It rests at least as long as it looks, and takes half of a CPU at most.
for reader in $(children_of "$(tm_pid)"); do
	tr '\0' ' ' <"/proc/$reader/cmdline" | grep -q -e --browse && break
done
took=$(ticks "$reader")
sleep 2
within $(($(ticks "$reader") - took)) 0 110 "who reads the list rests"
tm_type "/lm$$"
tm_keys Enter
tm_wait " 1 of "
tm_keys Enter
ok "Enter opens it" tm_wait "lm$$ | process $mapper"
tm_wait "$shared"
tell touch shared 32 32
tell bits shared
ptes=$(printf %s "$answer" | tr -d 0)
ok "its pages come while one looks" tm_wait \
    " $((pages * page_bytes / 1024)).0 KiB  $((${#ptes} * page_bytes /
    1024)).0 KiB "
tm_type "/$shared"
tm_keys Enter
tm_wait "| only $shared"
tm_keys Enter
ok "and a mapping" tm_wait "process $mapper MAP_SHARED r--"
tm_keys Tab
ok "Tab stays where there is no other" tm_wait "process $mapper MAP_SHARED"
tm_keys Escape
ok "Esc goes back" tm_wait "| only $shared"
tm_keys Escape
tm_gone "| only"
exec 3>&- 4<&-
wait $mapper
ok "its end is said" tm_wait "process $mapper has ended, or has no memory"
ok "and its rows stay" tm_shows "$shared"
tm_keys Escape
ok "Esc goes back to the processes" tm_wait "PROCESSES | "
tm_keys q
is "$(tm_status)" 0 "q ends it"
ok "and the terminal is as before" tm_restored

# What can't be listed is one line, before there is a screen.
run "$PAGETIDE" -p $mapper --headless --script "$work/script"
is "$status $(cat "$work/err")" "3 pagetide: there is no process '$mapper'" \
    "one that has ended"

# An exec in between: the list is that of the other program.
mapper_start "$work/lm$$"
tm_start 100x30 "$PAGETIDE" -p $mapper 3>&- 4<&-
tm_wait "lm$$ | process $mapper"
tell exec anon
ok "after an exec it is the other program" tm_wait "sleep | process $mapper"
tm_gone "lm$$"
tm_keys q
tm_status >/dev/null
exec 3>&- 4<&-
kill $mapper
done_testing
