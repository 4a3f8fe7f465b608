#!/bin/sh
# Every header compiles alone, and twice, and has its own guard.
. "${srcdir:-.}/tests/lib.sh"

cc=${CC:-cc}
flags="-std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror"

# alone FILE: into a program that includes nothing else. $cc and the flags
# are lists of words.
alone() {
	printf '#include "%s"\n#include "%s"\nint unused;\n' "$1" "$1" \
	    >"$work/alone.c"
	$cc $flags ${HEADER_CFLAGS:-} -I"$srcdir/include" -fsyntax-only \
	    "$work/alone.c"
}

# guarded FILE: its guard is PAGETIDE_MODULE_H, or PAGETIDE_FOLDER_MODULE_H in
# a folder of src.
guarded() {
	module=${1##*/}
	folder=${1%/*}
	for guard in "${module%.h}" "${folder##*/}_${module%.h}"; do
		guard=PAGETIDE_$(echo "$guard" | tr 'a-z' 'A-Z')_H
		grep -q "^#ifndef $guard\$" "$1" &&
		    grep -q "^#define $guard\$" "$1" && return 0
	done
	return 1
}

if ! echo 'int x;' | $cc -x c -fsyntax-only - 2>/dev/null; then
	skip_all "no C compiler ($cc)"
fi

echo '#include "nothing.h"' >"$work/bad.h"
if alone "$work/bad.h" 2>/dev/null; then
	fail 'a header that does not compile is found'
else
	pass 'a header that does not compile is found'
fi
echo 'int a = 1;' >"$work/bad.h"
if alone "$work/bad.h" 2>/dev/null; then
	fail 'a header without a guard is found'
else
	pass 'a header without a guard is found'
fi

for header in "$srcdir"/include/pagetide/*.h "$srcdir"/src/*/*.h; do
	[ -e "$header" ] || continue
	name=${header#"$srcdir"/}
	ok "$name compiles alone" alone "$header"
	ok "$name has its guard" guarded "$header"
done
done_testing
