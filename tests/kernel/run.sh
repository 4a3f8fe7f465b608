#!/bin/sh
# pagetide run: a command is started and watched; its output, its status.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
# The helper has no heap then, and maps terabytes.
! sanitized || skip_all "AddressSanitizer maps more than the helper"
pages=64
page_bytes=$(getconf PAGESIZE)
"$HELPERS/pages" make "$dir/data" $pages
cp "$HELPERS/mapper" "$work/rm$$"
go="$PAGETIDE run --headless --script"

printf '%s\n' 'wait-list' 'save-screen m.txt' 'filter "[heap]"' 'open' \
    'wait-samples 2' 'save-screen h.txt' >"$work/script"
mkfifo "$work/to"
exec 3<>"$work/to"
printf 'write anon 4 8\nwhere anon\n' >&3
status=0
(cd "$work" && exec timeout 60 $go script --output out "$work/rm$$" \
    "$dir/data" $pages) <"$work/to" >"$work/none" 2>"$work/err" || status=$?
is "$status" 0 "a command that goes on"
has "rm$$ goes on, as process " "$work/err" "which is said"
pid=$(sed -n 's/.*as process //p' "$work/err")
has " rm$$ | process $pid | " "$work/m.txt" "its mappings are listed"
has "process $pid MAP_PRIVATE" "$work/h.txt" "one of them is opened"
answered() {
	[ "$(wc -l <"$work/out")" -ge 3 ]
}
ok "what it writes goes to a file" poll_until 10 answered
is "$(cat "/proc/$pid/comm")" "rm$$" "nobody has ended it"
kill "$pid"
exec 3>&-

# Its status is ours.
# The script may be quicker than the command.
passed() {
	run timeout 60 $go "$work/script" "$@"
	! grep -q "goes on" "$work/err"
}
for end in 0 3 42; do
	printf 'wait-samples 1\n' >"$work/script"
	poll_until 20 passed sh -c "exit $end"
	is "$status" $end "exit $end of the command is passed on"
done
poll_until 20 passed sh -c 'kill -9 $$'
is "$status" 137 "and the signal that ended it"
run timeout 60 $go "$work/script" "$work/nosuch"
is "$status $(cat "$work/err")" \
    "127 pagetide: can't run $work/nosuch: No such file or directory" \
    "a command that is not there"
run timeout 60 $go "$work/script" "$work/script"
is "$status" 126 "one that can't be executed"
run timeout 60 $go "$work/script" --output "$work/no/file" true
is "$status" 125 "our own failure"
run "$PAGETIDE" run --headless --script "$work/script"
is "$status $(sed 1q "$work/err")" "2 pagetide: run needs a COMMAND (try pagetide --help)" \
    "without a command"
run "$PAGETIDE" run --json true
is "$status" 2 "without a screen"

# On a terminal: it does not see the keys, and Ctrl-C is not for it.
tm_start 100x30 "$PAGETIDE run --output $work/out sh -c 'exec sleep 300'" \
    </dev/null
ok "it is listed" tm_wait "sleep | process"
pid=$(tm_screen | sed -n 's/.*sleep | process \([0-9]*\).*/\1/p')
tm_keys C-c
tm_status >/dev/null
is "$(cat "/proc/$pid/comm")" sleep "Ctrl-C ends pagetide alone"
kill "$pid"
done_testing
