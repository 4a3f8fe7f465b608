#!/bin/sh
# What completes the options in shells, what is put in place by make install,
# and what --version says.
. "${srcdir:-.}/tests/lib.sh"

run "$PAGETIDE" --version
is "$status" 0 '--version'
for part in '^pagetide [0-9]' '^ncurses [0-9].*, libevent [0-9].*, jansson [0-9]' \
    'cachestat .*PAGEMAP_SCAN .*: \(not \)\?built in$' '^colours: .* cividis'; do
	ok "--version: $part" grep -q "$part" "$work/out"
done

"$PAGETIDE" --help | sed -n 's/^  .*--\([a-z-]*\).*/\1/p' >"$work/options"
ok '--help has options' test "$(wc -l <"$work/options")" -gt 20
for shell in bash zsh fish; do
	run "$PAGETIDE" --completion $shell
	is "$status $(cat "$work/err")" '0 ' "--completion $shell"
	cp "$work/out" "$work/$shell"
	is "$(while read -r option; do
		grep -q -e "--$option\\b" -e "-l $option\\b" "$work/$shell" ||
		    echo "$option"
	done <"$work/options")" '' "$shell: every option"
	has 'cividis' "$work/$shell" "$shell: the names that an argument may be"
	if command -v $shell >/dev/null; then
		ok "$shell reads it" $shell -n "$work/$shell"
	else
		skip "no $shell"
	fi
done
run "$PAGETIDE" --completion csh
is "$status $(cat "$work/err")" "2 pagetide: --completion: there is no 'csh': \
bash zsh fish (try pagetide --help)" 'no other shell'
run "$PAGETIDE" --view foo
has "there is no 'foo': cache mapped both" "$work/err" 'an error names them'

# typed WORD...: what bash offers for the last one.
typed() {
	(cd "$work/dir" && bash -c '. "$0"
	pagetide() { "$PAGETIDE" "$@"; }
	COMP_WORDS=(pagetide "$@")
	COMP_CWORD=$#
	_pagetide pagetide "${COMP_WORDS[$#]}" "${COMP_WORDS[$#-1]}"
	printf "%s\n" "${COMPREPLY[@]}"' "$work/bash" "$@" | sort)
}
mkdir "$work/dir"
: >"$work/dir/a file"
: >"$work/dir/afile"
if command -v bash >/dev/null; then
	is "$(typed --vi)" --view 'bash: an option'
	is "$(typed --view m)" mapped 'bash: the name of a view'
	is "$(typed -v m)" mapped 'bash: behind the letter, too'
	is "$(typed --scheme c)" cividis 'bash: a scheme'
	is "$(typed --fps '')" '' 'bash: nothing for a number'
	is "$(typed a)" "$(printf 'a file\nafile')" 'bash: files'
	is "$(typed --script a)" "$(printf 'a file\nafile')" \
	    'bash: files for an option'
	is "$(typed tru)" truth 'bash: the command'
	is "$(typed --read-only tru)" '' 'bash: which is the first word'
	is "$(typed les)" lesson 'bash: lessons'
	is "$(typed lesson wor)" workingset 'bash: the name of one'
	is "$(typed lesson --check wor)" workingset 'bash: to check it, too'
	is "$(typed lesson faults a)" "$(printf 'a file\nafile')" \
	    'bash: and a file behind it'
else
	skip 'no bash' 13
fi

# fish: what it offers for a line.
if command -v fish >/dev/null; then
	offers() {
		fish --no-config -c 'function pagetide; $PAGETIDE $argv; end
		    source $argv[1]; complete -C $argv[2]' \
		    "$work/fish" "$1" | cut -f 1 | tr '\n' ' '
	}
	is "$(offers 'pagetide lesson wor')" 'workingset ' \
	    'fish: the name of a lesson'
	is "$(offers 'pagetide les')" 'lesson ' 'fish: lessons'
	is "$(offers 'pagetide --vi')" '--view ' 'fish: an option'
	is "$(offers 'pagetide --view m')" 'mapped ' 'fish: the name of a view'
	is "$(fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \
	    "$work/fish" 'pagetide --no-conf' | cut -f 2)" \
	    'no settings of the config file' 'fish: with its help'
else
	skip 'no fish' 5
fi
# zsh: what it asks _arguments for, one a line.
if command -v zsh >/dev/null; then
	zsh -f -c '_arguments() { printf "%s\n" "$@"; }; . $1' zsh \
	    "$work/zsh" >"$work/asked"
	is "$(sed -n 's/^\((-. --[a-z-]*)\)\{0,1\}\(-[a-z-]*\)\[.*/\2/p' \
	    "$work/asked" | grep -c -e --)" "$(wc -l <"$work/options" |
	    tr -d ' ')" 'zsh: each option'
	has "--no-config[no settings of the config file]" "$work/asked" \
	    'zsh: with its help'
	has "'" "$work/asked" 'zsh: a quotation mark in one'
	is "$(zsh -f -c 'compadd() { printf "%s\n" "$@"; }
	pagetide() { "$PAGETIDE" "$@"; }
	words=(pagetide) line=(lesson)
	_arguments() { eval "${${argv[-1]#*\{}%\}}"; }
	. $1' zsh "$work/zsh" | grep -c -x workingset)" 1 \
	    'zsh: the name of a lesson'
else
	skip 'no zsh' 4
fi

# All that is to be there after make install; in a build tree.
if [ -e Makefile ] && make -n install >/dev/null 2>&1; then
	make install DESTDIR="$work/root" prefix=/usr >"$work/out" 2>&1 ||
	    diag <"$work/out"
	for file in bin/pagetide share/man/man1/pagetide.1 \
	    share/bash-completion/completions/pagetide \
	    share/zsh/site-functions/_pagetide \
	    share/fish/vendor_completions.d/pagetide.fish; do
		ok "make install: $file" test -s "$work/root/usr/$file"
	done
	is "$(cd "$work/root/usr/share/pagetide/lessons" && ls)" \
	    "$(cd "$srcdir/docs/lessons" && ls)" 'make install: the lessons'
	ok 'the installed completion is that' cmp "$work/bash" \
	    "$work/root/usr/share/bash-completion/completions/pagetide"
	make uninstall DESTDIR="$work/root" prefix=/usr >/dev/null 2>&1
	is "$(find "$work/root" -type f)" '' 'make uninstall takes all away'
else
	skip 'not in a build tree' 8
fi
done_testing
