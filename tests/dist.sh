#!/bin/sh
# Nothing of the source tree is missing from Makefile.am.
. "${srcdir:-.}/tests/lib.sh"

cd "$srcdir" || exit
[ -e Makefile.am ] && [ -e tests/Makemodule.am ] ||
    skip_all 'this is not a source tree'

# Prints the names on standard input that neither makefile has as a word. A
# unit test or helper may stand there as the program's name, without .c.
unlisted() {
	awk '
	FILENAME != "-" {
		sub(/#.*/, "")
		gsub(/[\\=]/, " ")
		for (i = 1; i <= NF; i++)
			word[$i] = 1
		next
	}
	{
		program = $0
		if (program ~ /^tests\//)
			sub(/\.c$/, "", program)
		if (!($0 in word) && !(program in word))
			print
	}' Makefile.am tests/Makemodule.am -
}

is "$(echo src/base/nowhere.c | unlisted)" src/base/nowhere.c \
    'a file that is not listed is found'
is "$(find src include tests -name '*.[ch]' | sort | unlisted)" '' \
    'all C files are listed'
is "$(find tests -name '*.sh' | sort | unlisted)" '' \
    'all shell tests are listed'
is "$(find docs bootstrap -type f | sort | unlisted)" '' \
    'bootstrap and all documents are listed'
is "$(find tests -path '*/screens/*' -type f |
    sed 's,/[^/]*$,,' | sort -u | unlisted)" '' \
    'the folder of saved screens is listed'
is "$(find tests -name '*.sh' ! -name lib.sh ! -name pagesets.sh ! -perm -100)" '' \
    'all shell tests are executable'
is "$(grep -L 'done_testing\|^plan\|plan [0-9]' \
    $(find tests -name '*.sh' ! -name lib.sh ! -name pagesets.sh))" '' \
    'all shell tests say how many tests they have'
done_testing
