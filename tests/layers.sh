#!/bin/sh
# The include table of docs/DESIGN.md, and the sizes of files and functions.
. "${srcdir:-.}/tests/lib.sh"

# Prints a line for each thing wrong in the tree $1, nothing if all is well.
violations() (
	cd "$1" || exit
	find src include -name '*.[ch]' | sort >"$work/files"
	xargs awk '
	BEGIN {
		may["base"] = " base "
		may["model"] = " model base "
		may["source"] = " source model base "
		may["sink"] = " sink model base "
		may["work"] = " work model base "
		may["view"] = " view model base "
		may["tty"] = " tty view model base "
		may["app"] = " app tty view work sink source model base "
		may["main"] = " app base "
		# Headers whose module has no .c of that name.
		layer["source"] = "source"
		layer["scene"] = layer["role"] = layer["layout"] = "view"
		layer["order"] = "model"
		for (i = 1; i < ARGC; i++)
			learn(ARGV[i])
	}
	function wrong(text) {
		print FILENAME ":" FNR ": " text
	}
	function base_name(path) {
		sub(/.*\//, "", path)
		sub(/\.[ch]$/, "", path)
		return path
	}
	# src/LAYER/x.c gives its folder, src/main.c "main".
	function folder(path) {
		if (path !~ /^src\//)
			return ""
		if (path == "src/main.c")
			return "main"
		sub(/^src\//, "", path)
		sub(/\/.*/, "", path)
		return path
	}
	function learn(path,    name) {
		have[path] = 1
		if (path !~ /^src\/.*\.c$/)
			return
		name = base_name(path)
		if (name in seen)
			print path ": a module " name " is in " seen[name]
		seen[name] = path
		layer[name] = folder(path)
	}
	FNR == 1 {
		here = folder(FILENAME)
		if (here == "" && base_name(FILENAME) in layer)
			here = layer[base_name(FILENAME)]
		if (!(here in may))
			print FILENAME ": belongs to no layer"
		includes = start = 0
	}
	FNR == 501 {
		wrong("more than 500 lines")
	}
	/^{/ {
		start = FNR
	}
	/^}/ && start {
		if (FNR - start + 1 > 100)
			wrong("a function of " FNR - start + 1 " lines")
		start = 0
	}
	/^[ \t]*#[ \t]*include/ {
		file = $0
		sub(/^[^"<]*["<]/, "", file)
		sub(/[">].*/, "", file)
		includes++
		if (FILENAME ~ /\.c$/ && includes == 1 && file != "config.h")
			wrong("config.h is not the first include")
		if ($0 ~ /</)
			system_header()
		else
			our_header()
	}
	function system_header() {
		if (file ~ /^n?curses/ || file ~ /^(term|panel|menu)\.h$/) {
			if (here != "tty")
				wrong(file " outside tty")
		} else if (file ~ /^(event2\/|ev(ent|http|dns|util))/) {
			if (here != "app")
				wrong(file " outside app")
		} else if (file ~ /^(unistd|fcntl)\.h$/) {
			if (here == "model" || here == "view")
				wrong(file " in " here)
		}
	}
	function our_header(    there, path) {
		if (file == "config.h") {
			if (FILENAME ~ /\.h$/)
				wrong("config.h in a header")
			return
		}
		if (file ~ /^pagetide\//) {
			path = "include/" file
			there = layer[base_name(file)]
		} else if (file ~ /\//) {
			path = "src/" file
			there = folder(path)
			if (here != "main")
				wrong(file ": a private header of " there)
		} else {
			path = "src/" here "/" file
			there = here
		}
		if (!(path in have))
			wrong(file " does not exist here")
		else if (here in may && there in may &&
		    !index(may[here], " " there " "))
			wrong(here " includes " file " of " there)
	}
	' <"$work/files"
)

# tree FILE...: makes files out of standard input, which has a line
# "== NAME" before each.
tree() {
	rm -rf "$work/tree"
	mkdir -p "$work/tree/src/base" "$work/tree/src/model" \
	    "$work/tree/src/source" "$work/tree/src/sink" \
	    "$work/tree/src/work" "$work/tree/src/view" \
	    "$work/tree/src/tty" "$work/tree/src/app" \
	    "$work/tree/include/pagetide"
	(cd "$work/tree" && awk '
		$1 == "==" { file = $2; next }
		{ print >file }')
}

# finds TEXT DESCRIPTION: the tree on standard input breaks this rule, and
# only this one.
finds() {
	tree
	violations "$work/tree" >"$work/found"
	if [ "$(wc -l <"$work/found")" -eq 1 ]; then
		has "$1" "$work/found" "$2"
	else
		fail "$2"
		diag "wanted one line: $1"
		diag <"$work/found"
	fi
}

finds 'src/model/cells.c:3: model includes pagetide/heatmap.h of view' \
    'an upward include is found' <<'END'
== src/model/cells.c
#include "config.h"

#include "pagetide/heatmap.h"
== src/view/heatmap.c
#include "config.h"
#include "pagetide/heatmap.h"
== include/pagetide/heatmap.h
struct frame;
END
finds 'source includes pagetide/json.h of sink' \
    'an include of a sibling is found' <<'END'
== src/source/live.c
#include "config.h"
#include "pagetide/json.h"
== src/sink/json.c
#include "config.h"
== include/pagetide/json.h
struct sample;
END
finds 'include/pagetide/cells.h:1: model includes pagetide/role.h of view' \
    'an upward include in a header is found' <<'END'
== src/model/cells.c
#include "config.h"
#include "pagetide/cells.h"
== include/pagetide/cells.h
#include "pagetide/role.h"
== include/pagetide/role.h
enum role { ROLE_TEXT };
END
finds 'main includes pagetide/cells.h of model' \
    'main.c may not go past app' <<'END'
== src/main.c
#include "config.h"
#include "pagetide/cells.h"
== src/model/cells.c
#include "config.h"
== include/pagetide/cells.h
struct cells;
END
finds 'src/view/graph.c:2: curses.h outside tty' \
    'curses.h outside tty is found' <<'END'
== src/view/graph.c
#include "config.h"
#include <curses.h>
== src/tty/tty.c
#include "config.h"
#include <curses.h>
END
finds 'src/tty/tty.c:2: event2/event.h outside app' \
    'event2/ outside app is found' <<'END'
== src/tty/tty.c
#include "config.h"
#include <event2/event.h>
== src/app/loop.c
#include "config.h"
#include <event2/event.h>
END
finds 'src/model/ring.c:2: unistd.h in model' \
    'system calls in the model are found' <<'END'
== src/model/ring.c
#include "config.h"
#include <unistd.h>
END
finds 'a module text is in src/base/text.c' \
    'a module name used twice is found' <<'END'
== src/base/text.c
#include "config.h"
== src/sink/text.c
#include "config.h"
END
finds 'config.h in a header' 'config.h in a header is found' <<'END'
== src/app/app.h
#include "config.h"
END
finds 'src/base/log.c:1: config.h is not the first include' \
    'a file that forgets config.h is found' <<'END'
== src/base/log.c
#include <stdio.h>
END
finds 'a private header of tty' \
    'a private header of another folder is found' <<'END'
== src/app/app.c
#include "config.h"
#include "tty/keys.h"
== src/tty/keys.h
int key;
END
finds 'include/pagetide/lost.h: belongs to no layer' \
    'a header without a folder is found' <<'END'
== include/pagetide/lost.h
int lost;
END
finds 'pagetide/gone.h does not exist here' \
    'an include of nothing is found' <<'END'
== src/base/gone.c
#include "config.h"
#include "pagetide/gone.h"
END
long_file() {
	echo '== src/base/long.c'
	echo '#include "config.h"'
	awk 'BEGIN { for (i = 0; i < 500; i++) print "int a" i ";" }'
}
long_function() {
	echo '== src/base/long.c'
	echo '#include "config.h"'
	printf 'int\nf(void)\n{\n'
	awk 'BEGIN { for (i = 0; i < 99; i++) print "\tg();" }'
	echo '}'
}
long_file >"$work/long"
finds 'src/base/long.c:501: more than 500 lines' \
    'a long file is found' <"$work/long"
long_function >"$work/long"
finds 'src/base/long.c:104: a function of 101 lines' \
    'a long function is found' <"$work/long"

tree <<'END'
== src/main.c
#include "config.h"
#include <locale.h>
#include "app/app.h"
== src/app/app.c
#include "config.h"
#include "app.h"
#include <event2/event.h>
#include "pagetide/tty.h"
#include "pagetide/cells.h"
== src/app/app.h
int app_run(void);
== src/tty/tty.c
#include "config.h"
#include "pagetide/tty.h"
#include <curses.h>
#include "pagetide/role.h"
== src/model/cells.c
#include "config.h"
#include "pagetide/cells.h"
== include/pagetide/cells.h
struct cells;
== include/pagetide/role.h
enum role { ROLE_TEXT };
== include/pagetide/tty.h
struct frame;
END
is "$(violations "$work/tree")" '' 'a good tree passes'

found=$(violations "$srcdir")
is "$found" '' 'src and include keep the rules'
ok 'there was something to check' [ "$(wc -l <"$work/files")" -gt 50 ]
done_testing
