#!/bin/sh
# The descriptors that one was given are used as they are: of a terminal that
# may not be opened again, as after su, and where stdin is none.
. "${srcdir:-.}/tests/lib.sh"
need tmux

# Where stdin is no terminal keys come from the one on stdout.
tm_start 80x24 "\"$PAGETIDE\" --fake 3 </dev/null"
ok "stdin is /dev/null: live" tm_wait LIVE
tm_keys Tab
ok "and takes keys" tm_wait COST
tm_keys q
is "$(tm_status)" 0 "ends well"
ok "the terminal is as before" tm_restored
tm_start 80x24 "\"$PAGETIDE\" --fake 3 </dev/null 2>/dev/null"
ok "and stderr, too: live" tm_wait LIVE
tm_keys q
is "$(tm_status)" 0 "takes keys, ends well"
tm_start 80x24 "\"$PAGETIDE\" --fake 3 >/dev/null -s -; echo status=\$?"
ok "stdout is none: refused" tm_wait "status=2"
tm_start 80x24 "echo view mapped | \"$PAGETIDE\" --fake 3 -s -"
ok "a script from a pipe: run" tm_wait MAPPED
tm_keys V
ok "and keys from the terminal" tm_wait "PAGE CACHE"
tm_keys q
is "$(tm_status)" 0 "ends well"

if ! as_nobody true 2>/dev/null || ! command -v setsid >/dev/null; then
	skip 'only root can become somebody else' 14
	done_testing
	exit
fi

# What su -c does: another user, a session without a terminal of its own.
cat >"$work/su" <<'END'
exec setsid -w setpriv --reuid=65534 --regid=65534 --clear-groups \
    sh -c '"$@"; exit $?' sh "$@"
END

tm_start 80x24 sh "$work/su" "$PAGETIDE" -r --fake 3
ok "a terminal that may not be opened again: live" tm_wait LIVE
tm_keys Tab
ok "it takes keys" tm_wait MAPPED
tm_resize 120x40
ok "it notices another size" tm_wait LEGEND
tm_keys C-z
ok "Ctrl-Z: nobody could go on with it" tm_wait "not stopped"
tm_keys C-c
is "$(tm_status)" 130 "Ctrl-C ends it"
ok "the terminal is as before" tm_restored

tm_start 80x24 "sh '$work/su' '$PAGETIDE' -r --fake 3 </dev/null"
tm_wait LIVE >/dev/null
tm_keys Tab
ok "and where stdin is none: it takes keys" tm_wait MAPPED
tm_keys q
is "$(tm_status)" 0 "ends well"

# blocking: the descriptor that the terminal's shell has does.
blocking() {
	flags=$(sed -n 's/^flags:[[:space:]]*//p' \
	    "/proc/$(tm display-message -p '#{pane_pid}')/fdinfo/0")
	test $((flags & 04000)) -eq 0
}
ok "its descriptors block as before" blocking
# under PID: the last of the processes below it.
under() {
	for child in $(children_of "$1"); do
		under "$child"
		return
	done
	echo "$1"
}
tm_start 80x24 sh "$work/su" "$PAGETIDE" -r --fake 3
tm_wait LIVE >/dev/null
kill -s KILL "$(under "$(tm_pid)")"
is "$(tm_status)" 137 "killed"
ok "they block as before even then" blocking

# A terminal that does not read holds nothing up, though they block.
for end in 'send q' 'send \x03'; do
	case $end in
	*q) how='expect-exit 0' ;;
	*) how='expect-exit 130' ;;
	esac
	if "$HELPERS/ptytool" -s 200x60 -t xterm-256color -l 20 -- \
	    sh "$work/su" "$PAGETIDE" -r --fake 3 >"$work/out" 2>&1 <<END
wait LIVE
stall on
send w
send w
size 120x40
send w
size 200x60
send w
$end
$how
END
	then
		pass "a terminal that does not read: $end"
	else
		fail "a terminal that does not read: $end"
		diag <"$work/out"
	fi
done

# Nobody sends it SIGHUP.
tm_start 80x24 sh "$work/su" "$PAGETIDE" -r --fake 3
tm_wait LIVE >/dev/null
pid=$(under "$(tm_pid)")
tm_kill
ok "the terminal goes away: it ends" poll_until 5 sh -c '! kill -0 "$0"' "$pid"
done_testing
