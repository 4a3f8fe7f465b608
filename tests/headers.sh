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

# guarded FILE MODULE
guarded() {
	guard=PAGETIDE_$(echo "$2" | tr 'a-z-' 'A-Z_')_H
	grep -q "^#ifndef $guard\$" "$1" && grep -q "^#define $guard\$" "$1"
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
	module=${header##*/}
	ok "$name compiles alone" alone "$header"
	ok "$name has its guard" guarded "$header" "${module%.h}"
done
done_testing
