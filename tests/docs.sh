#!/bin/sh
# The manual says what the program's tables say, no less and no more.
. "${srcdir:-.}/tests/lib.sh"

manual=$srcdir/docs/pagetide.1
if ! command -v mandoc >/dev/null; then
	fail 'mandoc is installed'
	done_testing
	exit 1
fi

# rendered MANUAL: as text, without overstrikes.
rendered() {
	mandoc -T utf8 -O width=200 "$1" | sed "s/.$(printf '\b')//g"
}

# section NAME: that section of the rendered manual.
section() {
	awk -v name="$1" '
		/^[A-Z]/ { on = $0 == name; next }
		on' "$work/manual"
}

# items SECTION [SUBSECTION]: the tags of its lists as they are rendered.
items() {
	awk -v section="$1" -v part="${2:-}" '
		BEGIN { print ".Dd 1\n.Dt X 1\n.Os\n.Sh X" }
		/^\.Sh / { on = substr($0, 5) == section; here = "" }
		/^\.Ss / { here = substr($0, 5) }
		on && here == part && sub(/^\.It /, "") {
			print ".Pp\n.No " $0
		}' "$manual" >"$work/tags"
	rendered "$work/tags" | sed -n 's/^     \([^ ]\)/\1/p'
}

# table ARRAY FILE: the rows of a const table in C, one a line, strings that
# stand side by side joined.
table() {
	awk -v array="$1" '
		index($0, array "[] = {") || index($0, array "[") &&
		    /\] = \{$/ { on = 1; next }
		/^};/ { on = 0 }
		on' "$2" | tr '\n\t' '  ' | sed 's/" \{1,\}"//g; s/}, *{/},\
{/g'
}

same() {
	sort "$1" >"$work/same1"
	sort "$2" >"$work/same2"
	if [ -s "$work/same1" ] && cmp -s "$work/same1" "$work/same2"; then
		pass "$3"
	else
		fail "$3"
		diff "$work/same1" "$work/same2" | diag
	fi
}

# Key items of a mdoc file: keys, command, help, heading.
manual_keys() {
	awk '
		/^\.Sh / { on = $0 == ".Sh KEYS" }
		/^\.Ss / {
			sub(/^\.Ss /, "")
			group = $0
		}
		!on { next }
		/^\.It / {
			line = $0
			sub(/^\.It Ic /, "", line)
			gsub(/\\&/, "", line)
			gsub(/\\-/, "-", line)
			at = index(line, " Pq Cm ")
			keys = substr(line, 1, at - 1)
			command = substr(line, at + 7)
			getline
			print keys "\t" command "\t" $0 "\t" group
		}' "$manual"
}

# Rows of binding_table: keys, command, help, group.
table_keys() {
	sed -n 's/^static const char \(g_[a-z]*\)\[\] = "\(.*\)";$/s|\t\1$|\t\2|/p' \
	    "$srcdir/src/ui/binding.c" >"$work/groups.sed"
	table binding_table "$srcdir/src/ui/binding.c" | sed -n "
		s/^ *{ BIND_[A-Z]*, \"\([^\"]*\)\", *\"\([^\"]*\)\", *\
\"\([^\"]*\)\", *\(g_[a-z]*\) }.*/\\1	\\2	\\3	\\4/p" |
	    sed -f "$work/groups.sed"
}

# screen NAME COLSxROWS COMMAND OPTION...: saves a screen of a session.
screen() {
	screen_name=$1 screen_size=$2 screen_line=$3
	shift 3
	printf '%s\n' 'wait-samples 2' "$screen_line" \
	    "save-screen $work/$screen_name.txt" |
	    timeout 60 "$PAGETIDE" --headless --fake 1 --size "$screen_size" \
	    --script - "$@" >"$work/out" 2>&1 ||
	    { diag "session $screen_name failed"; diag <"$work/out"; }
}

# shown_keys FILE: what a screen with the help open shows, keys TAB help.
shown_keys() {
	sed 's/   */\t/g; s/^\t//; s/^ *//' "$1" | awk -F '\t' '
		{ for (i = 1; i < NF; i++) print $i "\t" $(i + 1) }'
}

# footer_keys FILE: the keys in the last line of a screen, one a line. A part
# is keys of one character each (the first may be a name), then the label.
footer_keys() {
	sed -n '$p' "$1" | sed 's/^ *//; s/ |  *\|   */\n/g' | awk '
		NF > 0 {
			print $1
			for (i = 2; i < NF && length($i) == 1; i++)
				print $i
		}'
}

# --- the manual itself -------------------------------------------------

mandoc -T lint -W warning "$manual" >"$work/lint" 2>&1
is "$(grep -v 'outdated mandoc.db' "$work/lint")" '' \
    'mandoc has nothing to complain about'
long=$(awk '/[.?!] +[A-Z][a-z]+ [a-z]/ && !/^[.\\]/' "$manual")
is "$long" '' 'one sentence a line'
rendered "$manual" >"$work/manual"
ok 'it can be rendered' test -s "$work/manual"
for name in NAME SYNOPSIS DESCRIPTION OPTIONS SCREEN VIEWS KEYS COMMANDS \
    HINTS DIAGNOSIS LESSONS TRUTH SCRIPTS OUTPUT ENVIRONMENT FILES 'EXIT STATUS' \
    EXAMPLES 'SEE ALSO' CAVEATS; do
	ok "it has the section $name" grep -q -x "$name" "$work/manual"
done

# --- options -----------------------------------------------------------

run "$PAGETIDE" --help
is "$status" 0 '--help succeeds'
sed -n 's/^  \([ -].*--\)/\1/p' "$work/out" | sed 's/^ *//; s/   *.*//' \
    >"$work/help"
items OPTIONS >"$work/options"
same "$work/help" "$work/options" 'OPTIONS has the options of --help'

# --- keys --------------------------------------------------------------

"$PAGETIDE" --list-keys >"$work/keys"
"$PAGETIDE" --read-only --list-keys >"$work/keys-r"
grep -v -x -F -f "$work/keys-r" "$work/keys" >"$work/acting"
ok '--read-only takes keys away' test -s "$work/acting"
manual_keys >"$work/mgroups"
cut -f 2- "$work/keys" >"$work/lkeys"
cut -f 1-3 "$work/mgroups" >"$work/mkeys"
same "$work/lkeys" "$work/mkeys" 'KEYS has the keys of --list-keys'
table_keys >"$work/tgroups"
same "$work/tgroups" "$work/mgroups" 'KEYS has their groups'
for mode in $(cut -f 1 "$work/keys" | sort -u); do
	ok "KEYS says what mode $mode is" \
	    grep -q "^\.Cm $mode\( [.,]\)*\$" "$manual"
done

cut -f 2,4 "$work/keys" >"$work/wanted"
cut -f 2,4 "$work/acting" >"$work/unwanted"
screen help 200x400 help
shown_keys "$work/help.txt" >"$work/shown"
is "$(grep -v -x -F -f "$work/shown" "$work/wanted")" '' \
    'the help shows all keys'
screen help-r 200x400 help --read-only
shown_keys "$work/help-r.txt" >"$work/shown-r"
cut -f 2,4 "$work/keys-r" >"$work/wanted-r"
is "$(grep -v -x -F -f "$work/shown-r" "$work/wanted-r")" '' \
    'with --read-only it shows those that do not act'
is "$(grep -x -F -f "$work/unwanted" "$work/shown-r")" '' \
    'and none that acts'

cut -f 2 "$work/keys" | tr ' ' '\n' >"$work/names"
sed -n 's/^main	//p' "$work/acting" | cut -f 1 | tr ' ' '\n' \
    >"$work/acting-names"
screen footer 300x60 'view cache'
footer_keys "$work/footer.txt" >"$work/footer"
ok 'the footer has keys' test "$(wc -l <"$work/footer")" -gt 15
is "$(grep -v -x -F -f "$work/names" "$work/footer")" '' \
    'all keys of the footer are in --list-keys'
screen footer-r 300x60 'view cache' --read-only
footer_keys "$work/footer-r.txt" >"$work/footer-r"
ok 'with --read-only too it has keys' test "$(wc -l <"$work/footer-r")" -gt 5
is "$(grep -x -F -f "$work/acting-names" "$work/footer-r")" '' \
    'and none that acts'

# --- commands, hints, views --------------------------------------------

table command_table "$srcdir/src/ui/command.c" |
    sed -n 's/^ *{ "\([^"]*\)", "\([^"]*\)".*/\1 \2/p' | sed 's/ $//' \
    >"$work/commands"
items COMMANDS >"$work/mcommands"
same "$work/commands" "$work/mcommands" 'COMMANDS has the command table'
table command_table "$srcdir/src/ui/command.c" |
    sed -n 's/^ *{ "\([^"]*\)".* CMD_ACTS.*/\1/p' >"$work/acts"
section COMMANDS |
    sed -n 's/.*With --read-only the commands \(.*\) are refused\./\1/p' |
    sed 's/ and /, /; s/, /\n/g' >"$work/refused"
same "$work/acts" "$work/refused" 'and says which of them act'

table advice_table "$srcdir/src/model/advice.c" |
    sed -n "s/^ *{ \"\\([^\"]*\\)\", \"[^\"]*\", *[0-9]*, *[A-Z0-9_]*, *'\\(.\\)'.*/\\2 (advise \\1)/p
	s/^ *{ \"\\([^\"]*\\)\", \"[^\"]*\", *[0-9]*, *[A-Z0-9_]*, *0,.*/advise \\1/p" \
    >"$work/hints"
items HINTS >"$work/mhints"
same "$work/hints" "$work/mhints" 'HINTS has the table of hints'
table diagnosis_table "$srcdir/src/diagnosis/diagnosis.c" |
    sed -n 's/^ *{ "\([^"]*\)".*/\1/p' >"$work/rules"
items DIAGNOSIS >"$work/mrules"
same "$work/rules" "$work/mrules" 'DIAGNOSIS has the table of rules'
sed -n 's/.*\[VIEW_[A-Z]*\] = { "\([a-z]*\)".*/\1/p' \
    "$srcdir/src/view/scene.c" >"$work/views"
items VIEWS >"$work/mviews"
same "$work/views" "$work/mviews" 'VIEWS has the table of views'

# --- output ------------------------------------------------------------

printf '%s\n' 'wait-samples 12' touch wait-idle 'work random touches=99' wait-idle \
    'advise dontneed' wait-idle 'snap A' 'snap B' 'snap C' \
    >"$work/walk.pt"
run "$PAGETIDE" --fake 1 --headless --script "$work/walk.pt" --json --cells 4
is "$status" 0 '--json succeeds'
grep -o '"[a-z0-9_]*":' "$work/out" | tr -d '":' | sort -u >"$work/fields"
items OUTPUT JSON | tr '., ' '\n\n\n' | grep '[a-z]' | sort -u \
    >"$work/mfields"
same "$work/fields" "$work/mfields" 'OUTPUT has the fields of --json'
run "$PAGETIDE" --fake 1 --batch -n 1
grep -o '[a-z]*=' "$work/out" | tr -d = >"$work/words"
items OUTPUT 'Plain lines' >"$work/mwords"
same "$work/words" "$work/mwords" 'and the words of a plain line'
sed -n 's/.*EXIT_[A-Z]* = \([0-9]\),.*/\1/p' \
    "$srcdir/include/pagetide/exits.h" >"$work/statuses"
section 'EXIT STATUS' | grep -o '^     [0-9]\|Status [0-9]' |
    tr -dc '0-9\n' >"$work/mstatuses"
same "$work/statuses" "$work/mstatuses" 'EXIT STATUS has the statuses'
done_testing
