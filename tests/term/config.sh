#!/bin/sh
# The user's config file: options, commands, keys; what is wrong in it is one
# line that says where.
. "${srcdir:-.}/tests/lib.sh"
need tmux

file=$work/.config/pagetide/config
mkdir -p "${file%/*}"
start() {
	tm_start 120x40 "$PAGETIDE" --fake 1 "$@"
	tm_wait LIVE
}
config() {
	printf '%s\n' "$@" >"$file"
}

config '# a comment' '' 'set view mapped' '  set	interval 0.2  ' 'set ascii' \
    'bind z view dirty' 'bind frozen z view holes' 'bind F5 note "two  words"' \
    'bind q view cache' 'bind Q quit' 'span 5'
start
ok 'set: an option' tm_wait 'MAPPED'
ok 'set: another' tm_wait 'LIVE 5/s'
ok 'a command' tm_wait '5 s a column'
ok 'nothing is said of what was bound' tm_lacks ' runs '
tm_keys z
ok 'bind: a key' tm_wait DIRTY
tm_keys Space
tm_wait 'FROZEN'
tm_keys z
ok 'bind: in a mode' tm_wait HOLES
tm_keys Space F5
ok 'bind: quotes stay' tm_wait 'two  words'
tm_keys q
ok 'bind: in place of what the key did' tm_wait 'PAGE CACHE'
tm_resize 200x60
tm_keys '?'
tm_wait HELP
tm_type '/view dirty'
tm_keys Enter
ok 'the help has it under a heading of its own' tm_wait 'Your own'
ok 'with its command' tm_shows 'view dirty'
ok 'and its mode' tm_shows 'frozen: view holes'
tm_keys Escape
tm_keys Q
is "$(tm_status)" 0 'and that one ends it'
start --view cost --interval 0.1
ok 'the command line comes first' tm_wait 'COST'
ok 'for each' tm_wait 'LIVE 10/s'
tm_keys Q
tm_status >/dev/null
start --no-config
ok '--no-config: nothing of it' tm_wait 'BOTH'
tm_keys q
is "$(tm_status)" 0 '--no-config: no key'

# Sessions that are no user's at a terminal do as they are told.
printf '%s\n' 'wait-samples 1' "save-screen $work/s.txt" >"$work/s"
run "$PAGETIDE" --fake 1 --headless --script "$work/s"
is "$status $(grep -c 'MAPPED (' "$work/s.txt")" '0 0' 'not with --headless'

# wrong WHAT LINE...: a command of the file is wrong: said on the screen.
wrong() {
	what=$1
	shift
	config "$@"
	start
	ok "$1: is said" tm_wait "$file:$#: $what"
	tm_keys q
	is "$(tm_status)" 0 "$1: ends as ever"
}
wrong 'no command nonsense' '# one' nonsense
wrong 'usage: bind' 'view cache' '' 'bind z'
wrong 'no command foo' 'bind z foo bar'
wrong 'no view foo' 'bind z view foo'
wrong 'bind: no key Hyper' 'bind Hyper view cache'
wrong 'bind: key is for scripts' 'bind z key z'
wrong 'key is for scripts' 'view cache' '  key q'
wrong 'wait-samples is for scripts' 'wait-samples 1'
wrong 'size is for scripts' 'size 80x24'
wrong 'bind: a prompt has keys of its own' 'bind prompt z quit'

# refused WHAT LINE [STATUS]: it does not even start; that is all there is.
refused() {
	tm_start 200x30 "$PAGETIDE" --fake 1
	is "$(tm_status)" "${3:-2}" "$1: status ${3:-2}"
	is "$(tm_screen | sed '/^$/d')" "pagetide: $2" "$1: one line"
}
end='(--no-config goes without it)'
config 'view cache' 'set fps fast'
refused 'a wrong value' "$file:2: --fps: 'fast' is not a number from 1 to 120 $end"
config 'set fake 1'
refused 'a wrong option' "$file:1: set: there is no 'fake': view interval \
window history source trace color scheme ascii mouse fps $end"
config 'set mouse yes'
refused 'a value too much' "$file:1: usage: set mouse $end"
config 'set'
refused 'nothing' "$file:1: set: there is no '': view interval window \
history source trace color scheme ascii mouse fps $end"
head -c 5000 /dev/urandom >"$file"
refused 'binary' "config: can't read $file: no text $end" 1
awk 'BEGIN { for (i = 0; i < 20000; i++) print "# nothing" }' >"$file"
refused 'huge' "config: can't read $file: longer than such a file is $end" 1
rm "$file"
mkfifo "$file"
refused 'a fifo' "config: can't read $file: no regular file $end" 1
rm "$file"
mkdir "$file"
refused 'a folder' "config: can't read $file: no regular file $end" 1
rmdir "$file"
: >"$file"
start
ok 'an empty one' tm_shows LIVE
tm_keys q
tm_status >/dev/null
rm "$file"
ln -s /dev/zero "$file"
refused 'a device' "config: can't read $file: no regular file $end" 1
if as_nobody true 2>/dev/null; then
	rm "$file"
	config 'view cache'
	chmod 700 "${file%/*}"
	tm_start 200x30 setpriv --reuid=65534 --regid=65534 --clear-groups \
	    --inh-caps=-all "$PAGETIDE" --fake 1
	is "$(tm_status)" 1 'unreadable: status 1'
	is "$(tm_screen | sed '/^$/d')" \
	    "pagetide: config: can't read $file: Permission denied $end" \
	    'unreadable: one line'
else
	skip 'not root' 2
fi
done_testing
