#!/bin/sh
# What a terminal shows, character by character with its colours, against the
# picture that save-screen makes of the same frame: in terminals of many and of
# few colours, after part of it has changed, and with wide characters.
. "${srcdir:-.}/tests/lib.sh"
need tmux tic

tic -x -o "$work/terminfo" - <<'END' || skip_all 'tic does not work'
pt-16|sixteen colours,
	colors#16, pairs#256,
	setaf=\E[%?%p1%{8}%<%t3%p1%d%e9%p1%{8}%-%d%;m,
	setab=\E[%?%p1%{8}%<%t4%p1%d%e10%p1%{8}%-%d%;m,
	use=screen,
pt-few|two hundred and fifty-six colours and two dozen pairs,
	pairs#24,
	use=screen-256color,
pt-direct|a colour is what it looks like,
	RGB, colors#0x1000000, pairs#0x10000,
	setaf=\E[%?%p1%{8}%<%t3%p1%d%e38\:2\:\:%p1%{65536}%/%d\:%p1%{256}%/%{255}%&%d\:%p1%{255}%&%d%;m,
	setab=\E[%?%p1%{8}%<%t4%p1%d%e48\:2\:\:%p1%{65536}%/%d\:%p1%{256}%/%{255}%&%d\:%p1%{255}%&%d%;m,
	use=screen,
END
TERMINFO_DIRS=$work/terminfo:/etc/terminfo:/lib/terminfo:/usr/share/terminfo
export TERMINFO_DIRS

# looks [direct]: standard input, as tmux captured it, in one way.
looks() {
	LC_ALL=C awk -v direct="${1:-0}" -f "$srcdir/tests/sgr.awk"
}

# shown SIZE FILE: what a terminal of that size shows of it.
shown() {
	tmux -S "$work/show" -f /dev/null start-server \; \
	    set-option -g status off \; new-session -d -x "${1%x*}" \
	    -y "${1#*x}" "printf %s \"\$(cat '$2')\"; exec sleep 60"
	# Its last line stands there when all of it does.
	poll_until 5 sh -c 'tmux -S "$0" capture-pane -p | sed -n "\$p" |
	    grep -q .' "$work/show"
	tmux -S "$work/show" capture-pane -e -N -p
	tmux -S "$work/show" kill-server
	rm -f "$work/show"
}

# save FILE: saves the screen that stands there; nothing says so afterwards.
save() {
	rm -f "$1"
	tm_type ":save-screen $1"
	tm_keys Enter
	tm_wait saved >/dev/null
	tm_keys : Escape
	tm_gone saved >/dev/null
}

# shows_want: what the terminal shows is what is wanted.
shows_want() {
	tm_screen -e -N | looks >"$work/got"
	cmp "$work/want" "$work/got"
}
# same NAME [direct]: the terminal comes to show what the picture does. On a
# busy machine a key may come before a size that it was to follow: again, then.
same() {
	for try in 1 2 3; do
		save "$work/p.ans"
		shown "$tm_size" "$work/p.ans" | looks "${2:-0}" >"$work/want"
		poll_until 3 shows_want && pass "$1" && return
	done
	fail "$1"
	diff "$work/want" "$work/got" | head -n 20 | diag
}

# colours WHAT: of what the terminal showed there are colours of that kind.
colours() {
	grep -o '{[^}]*}' "$work/got" | sort -u >"$work/looks"
	case $1 in
	none) ! grep '[0-9]' "$work/looks" ;;
	8) grep -q '/[1-7]' "$work/looks" &&
	    ! grep '[{/]\([89]\|[0-9][0-9]\)' "$work/looks" ;;
	16) grep -q '/\([89]\|1[0-5]\)[^0-9]' "$work/looks" &&
	    ! grep '[{/]\(1[6-9]\|[2-9][0-9]\|1[0-9][0-9]\)' "$work/looks" ;;
	*) grep -q -F -e "$1" "$work/looks" ;;
	esac
}

# live COMMAND...: a session whose picture stands still.
live() {
	tm_start "$@"
	tm_wait LIVE >/dev/null
	tm_keys Space
	tm_wait FROZEN >/dev/null
}

# --- colours ---------------------------------------------------------------

live 120x40 "$PAGETIDE" --fake 3
same "256 colours"
ok "those of cividis" colours '/227}'
tm_keys j l l s l l l
tm_wait 'pages 1104' >/dev/null
same "a cursor and a range"
for view in mapped both cost changed touched; do
	tm_type ":view $view"
	tm_keys Enter
	tm_gone ":view" >/dev/null
	same "view $view"
done
tm_keys '?'
tm_wait 'legend, keys, views' >/dev/null
tm_keys Escape
tm_gone 'legend, keys, views' >/dev/null
same "after the help"
tm_keys C-l
same "painted anew"

# term NAME KIND [ENVIRONMENT...] [OPTION...]
term() {
	term_name=$1 term_kind=$2
	shift 2
	live 100x30 env "$@"
	same "$term_name"
	ok "$term_name: its colours" colours "$term_kind"
}
term "a light background" '/230}' COLORFGBG='0;15' "$PAGETIDE" --fake 3
term "a light background, too" '/230}' COLORFGBG='0;default;7' "$PAGETIDE" \
    --fake 3
term "a dark background" '/235}' COLORFGBG='15;0' "$PAGETIDE" --fake 3
term "--scheme grey" '/235}' "$PAGETIDE" --fake 3 --scheme grey
term "--scheme 8 where there are more" 8 "$PAGETIDE" --fake 3 --scheme 8
term "16 colours" 16 TERM=pt-16 "$PAGETIDE" --fake 3
term "8 colours" 8 TERM=screen "$PAGETIDE" --fake 3
term "no colours" none TERM=vt100 "$PAGETIDE" --fake 3
term "NO_COLOR" none NO_COLOR=1 "$PAGETIDE" --fake 3
term "a scheme in spite of NO_COLOR" '/235}' NO_COLOR=1 "$PAGETIDE" --fake 3 \
    --scheme grey
term "--scheme mono" none "$PAGETIDE" --fake 3 --scheme mono

tm_start 100x30 env TERM=screen "$PAGETIDE" --fake 3 -v cache --scheme cividis
ok "too few colours for the scheme: said" tm_wait "too few colours"
tm_start 100x30 "$PAGETIDE" --fake 3 -v cache --scheme cividis
tm_wait LIVE >/dev/null
ok "as many as it has: not said" tm_lacks "too few colours"

live 100x30 env TERM=pt-direct "$PAGETIDE" --fake 3
same "direct colours" 1
ok "those of cividis" colours '/255;255;95}'

# Where the pairs run out a cell is known by its character, and no other row
# moves.
live 100x30 env TERM=pt-few "$PAGETIDE" --fake 3 -v cache
save "$work/p.txt"
tm_screen | sed 's/[^|]*|//; s/|.*//' | head -n 20 >"$work/got"
ok "few pairs: a character or its colour" sh -c '
    sed "s/[^|]*|//; s/|.*//" "$0/p.txt" | head -n 20 |
    awk -v got="$0/got" "{ getline g <got; if (length(g) != length(\$0)) bad++ }
	END { exit bad > 2 }"' "$work"

# --- characters ------------------------------------------------------------

# same_text NAME: without colours each character stands for itself.
shows_text() {
	tm_screen | sed 's/ *$//' >"$work/got"
	cmp "$work/want" "$work/got"
}
same_text() {
	save "$work/p.txt"
	sed 's/ *$//' "$work/p.txt" >"$work/want"
	if poll_until 5 shows_text; then
		pass "$1"
	else
		fail "$1"
		diff "$work/want" "$work/got" | head -n 20 | diag
	fi
}
live 200x60 env LC_ALL=C "$PAGETIDE" --fake 3 --ascii --scheme mono
same_text "LC_ALL=C at 200x60"
live 200x60 env LC_ALL=C "$PAGETIDE" --fake 3 -v cache
same "LC_ALL=C with colours"
tm_screen | LC_ALL=C tr -d ' -~\n' >"$work/got"
is "$(cat "$work/got")" "" "nothing but ASCII"

# Another width alone, another height alone.
live 120x40 "$PAGETIDE" --fake 3
for size in 100x40 130x40 130x30 130x41 80x41; do
	tm_resize $size
	tm_size=$size
	poll_until 5 sh -c 'tmux -S "$0" capture-pane -p | sed 1q |
	    grep -q "FROZEN *$"' "$tm_sock"
	same "resized to $size"
done

# Wide characters: the name of a file, and text that others push about.
"$HELPERS/pages" make "$work/漢字 wide 표.bin" 64
live 100x30 "$PAGETIDE" -r "$work/漢字 wide 표.bin"
ok "a wide name" tm_shows '漢字 wide 표.bin'
same "a wide name, with colours"
tm_keys Space
tm_wait LIVE >/dev/null
for note in 'note 漢字漢字 one' 'note a漢字漢字 two' 'note 字漢a字漢' \
    'note aa漢bb' 'note 漢' 'note x' 'note é漢é字'; do
	tm_type ":$note"
	ok "typed: $note" tm_wait ":$note"
	tm_keys Enter
	tm_gone ":$note" >/dev/null
done
tm_keys Space
tm_wait FROZEN >/dev/null
same "wide and narrow in turn"
tm_type ':漢字漢'
tm_keys BSpace Left Left x
ok "a wide character is moved by one before it" tm_wait ':x漢字'
tm_keys Delete
ok "and back" tm_wait ':x字'
tm_keys Escape
# To the right edge: 11 columns before it, and 89 of text.
forty_four=
i=0
while [ $i -lt 44 ]; do
	forty_four=${forty_four}漢
	i=$((i + 1))
done
edge=$(echo "$forty_four" | sed 's/漢/字/g')
for note in 漢 字 語 'aa漢字' '漢字aa' 'bbbb' "a$forty_four" "a$edge" \
    "a$forty_four"; do
	tm_type ":note $note"
	tm_keys Enter .
	tm_gone ":note" >/dev/null
	tm_wait "$note" >/dev/null
	same "a row that changes to $note"
done
# Half of one does not fit.
for size in 99x30 61x20 60x20 41x12 40x12; do
	tm_resize $size
	tm_size=$size
	poll_until 5 sh -c 'tmux -S "$0" capture-pane -p | sed 1q |
	    grep -q "FROZEN *$"' "$tm_sock"
	same "wide at $size"
done
tm_keys q
is "$(tm_status)" 0 "ends well"
done_testing
