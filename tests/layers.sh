#!/bin/sh
# The include table of docs/ARCHITECTURE.md, and the sizes of files,
# functions, structs and folders.
. "${srcdir:-.}/tests/lib.sh"

# Prints a line for each thing wrong in the tree $1, nothing if all is well.
violations() (
	cd "$1" || exit
	find src include -name '*.[ch]' | sort >"$work/files"
	xargs awk '
	BEGIN {
		may["base"] = " base "
		may["model"] = " model base "
		may["diagnosis"] = " diagnosis model base "
		may["draw"] = " draw model base "
		may["record"] = " record diagnosis model base "
		may["lesson"] = " lesson record diagnosis model base "
		may["proc"] = " proc model base "
		may["trace"] = " trace model base "
		may["probe"] = " probe proc model base "
		may["browse"] = " browse proc model base "
		may["source"] = " source probe proc model base "
		may["sink"] = " sink record diagnosis model base "
		may["work"] = " work probe proc model base "
		may["view"] = " view draw record diagnosis model base "
		may["tty"] = " tty view draw record diagnosis model base "
		may["watch"] = " watch source probe proc record diagnosis model base "
		may["other"] = " other watch source trace probe proc record diagnosis model base "
		may["actor"] = " actor source work probe proc diagnosis model base "
		may["act"] = " act actor watch source work other trace probe proc record diagnosis model base "
		may["truth"] = " truth act actor source sink probe proc record diagnosis model base "
		may["ui"] = " ui act browse other watch view draw tty sink lesson record diagnosis model base "
		may["app"] = " app ui act actor browse other watch tty view draw work sink lesson source trace probe proc record diagnosis model base "
		may["main"] = " app truth act actor browse other trace sink base "
		# Headers whose module has no .c of that name.
		layer["source"] = "source"
		layer["scene"] = "view"
		layer["role"] = layer["panel"] = "draw"
		layer["lessonlook"] = layer["notice"] = layer["order"] = layer["subject"] = "model"
		layer["process"] = layer["browselook"] = layer["workers"] = "model"
		layer["tracerecord"] = "model"
		layer["tape"] = "sink"
		layer["exits"] = "base"
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
		if (FNR - start + 1 > 60)
			wrong("a function of " FNR - start + 1 " lines")
		start = 0
	}
	# Fields of a struct: declarators at its top level.
	/^struct [a-z_]+ {$/ {
		name = $2
		depth = fields = comment = 0
	}
	name != "" {
		count_fields()
	}
	/^}/ && name != "" {
		if (fields > (name == "app" ? 12 : 25) &&
		    here !~ /^(model|diagnosis)$/)
			wrong("struct " name " has " fields " fields")
		name = ""
	}
	function count_fields(    i, c, parens, line) {
		line = $0
		gsub(/\/\*([^*]|\*[^\/])*\*\//, "", line)
		if (comment && sub(/.*\*\//, "", line))
			comment = 0
		if (comment)
			return
		comment = sub(/\/\*.*/, "", line)
		for (i = 1; i <= length(line); i++) {
			c = substr(line, i, 1)
			depth += (c == "{") - (c == "}")
			parens += (c == "(") - (c == ")")
			fields += depth == 1 && parens == 0 &&
			    (c == ";" || c == ",")
		}
	}
	function folders_are_small(    name, n, dir) {
		for (name in seen)
			n[folder(seen[name])]++
		for (dir in n)
			if (n[dir] > 28)
				print "src/" dir ": " n[dir] " .c files"
	}
	/event_base_new\(/ && ++bases > 1 {
		wrong("another event base")
	}
	END {
		folders_are_small()
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
			if (here ~ /^(model|diagnosis|draw|view)$/)
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
	    "$work/tree/src/probe" "$work/tree/src/source" \
	    "$work/tree/src/sink" \
	    "$work/tree/src/work" "$work/tree/src/view" \
	    "$work/tree/src/tty" "$work/tree/src/app" \
	    "$work/tree/src/act" "$work/tree/src/actor" "$work/tree/src/truth" \
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
finds 'include/pagetide/cells.h:1: model includes pagetide/role.h of draw' \
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
finds 'truth includes pagetide/tty.h of tty' \
    'truth knows no terminal' <<'END'
== src/truth/truthcmd.c
#include "config.h"
#include "pagetide/tty.h"
== src/tty/tty.c
#include "config.h"
== include/pagetide/tty.h
int tty;
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
finds 'src/actor/child.c:2: event2/event.h outside app' \
    'event2/ outside app is found' <<'END'
== src/actor/child.c
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
	awk 'BEGIN { for (i = 0; i < 59; i++) print "\tg();" }'
	echo '}'
}
long_file >"$work/long"
finds 'src/base/long.c:501: more than 500 lines' \
    'a long file is found' <"$work/long"
long_function >"$work/long"
finds 'src/base/long.c:64: a function of 61 lines' \
    'a long function is found' <"$work/long"

wide_struct() {
	echo "== src/$1.h"
	echo "struct $2 {"
	awk -v n="$3" 'BEGIN {
		print "\tint\ta, *b;\t/* one; two, three */"
		print "\tint\t(*c)(int, int);\t/* four;\n\t * five; */"
		print "\tstruct { int x, y; } d;"
		for (i = 4; i < n; i++)
			print "\tint\te" i ";"
	}'
	echo '};'
}
finds 'src/app/two.c:3: another event base' 'a second event loop is found' <<'END'
== src/app/two.c
#include "config.h"
a = event_base_new();
b = event_base_new();
END
wide_struct view/wide wide 26 >"$work/wide"
finds 'src/view/wide.h:28: struct wide has 26 fields' \
    'a struct of many fields is found' <"$work/wide"
wide_struct app/app app 13 >"$work/wide"
finds 'struct app has 13 fields' 'and struct app may have few' <"$work/wide"
{
	wide_struct view/wide wide 25
	wide_struct app/app app 12
	wide_struct model/wide wide 60
} >"$work/wide"
tree <"$work/wide"
is "$(violations "$work/tree")" '' 'no more than these'
for i in $(seq 31); do
	printf '== src/view/v%s.c\n#include "config.h"\n' "$i"
done >"$work/many"
finds 'src/view: 31 .c files' 'a folder of many files is found' <"$work/many"

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
untitled() {
	for file in src/*.c src/*/*.c; do
		name=$(basename "$file" .c).h
		[ -f "$(dirname "$file")/$name" ] ||
		    [ -f "include/pagetide/$name" ] ||
		    sed -n '1{ /^\/\*/!p; }' "$file" | sed "s,^,$file: ,"
	done
}
is "$(cd "$srcdir" && untitled)" '' \
    'a .c without a header of its own opens with what is in it'
ok 'there was something to check' [ "$(wc -l <"$work/files")" -gt 50 ]
done_testing
