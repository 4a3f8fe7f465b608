# Mutants of a C file, for tests/mutate.
#
#	awk -f mutants.awk FILE.c
# prints one a line: FILE LINE KIND EDITS WHAT, with tabs between. An edit is
# LINE:COLUMN:LENGTH:TEXT, several are joined by ";", in order.
#
#	awk -v edits=EDITS -f mutants.awk FILE.c
# prints the file with these edits made.
#
# It reads tokens, not C: what does not compile is the caller's to find out.
# It knows the style of this project: binary operators, and no others, have
# space on both sides.

edits != "" {
	text[NR] = $0
	next
}
{
	text[NR] = $0
	scan($0)
}
END {
	if (edits != "")
		apply()
	else
		mutate()
}

# --- making the edits -----------------------------------------------------

function apply(    n, part, i, e, at) {
	n = split(edits, part, ";")
	for (i = n; i >= 1; i--) {
		split(part[i], e, ":")
		at = e[1]
		text[at] = substr(text[at], 1, e[2] - 1) e[4] \
		    substr(text[at], e[2] + e[3])
	}
	for (i = 1; i <= NR; i++)
		print text[i]
}

# --- tokens ---------------------------------------------------------------

function token(s, col) {
	tok[++tokens] = s
	line[tokens] = NR
	column[tokens] = col
}

# Length of the literal that s begins with, by its quote.
function literal(s, quote,    i, c) {
	for (i = 2; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\\")
			i++
		else if (c == quote)
			return i
	}
	return length(s)
}

function scan(s,    col, c, n) {
	if (continued || (!in_comment && s ~ /^[ \t]*#/)) {
		continued = s ~ /\\$/
		return
	}
	for (col = 1; col <= length(s); col += n) {
		n = 1
		if (in_comment) {
			c = index(substr(s, col), "*/")
			if (c == 0)
				return
			in_comment = 0
			n = c + 1
			continue
		}
		c = substr(s, col, 1)
		if (c == " " || c == "\t")
			continue
		if (substr(s, col, 2) == "/*") {
			in_comment = 1
			n = 2
			continue
		}
		if (c == "\"" || c == "'")
			n = literal(substr(s, col), c)
		else if (match(substr(s, col), /^[A-Za-z0-9_]+(\.[0-9]+)?/))
			n = RLENGTH
		else if (match(substr(s, col), \
		    /^(<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*\/%&|^]=)/))
			n = RLENGTH
		token(substr(s, col, n), col)
	}
}

# --- mutants --------------------------------------------------------------

# The edit that puts s in place of token i.
function swap(i, s) {
	return line[i] ":" column[i] ":" length(tok[i]) ":" s
}

function mutant(i, kind, e, what) {
	printf "%s\t%d\t%s\t%s\t%s\n", FILENAME, line[i], kind, e, what
}

function replace(i, kind, s) {
	mutant(i, kind, swap(i, s), tok[i] " -> " (s == "" ? "nothing" : s))
}

# The edits that take away tokens i to j and what is between them, but for
# what s puts there.
function cut(i, j, s,    at, e) {
	if (line[i] == line[j])
		return line[i] ":" column[i] ":" \
		    column[j] + length(tok[j]) - column[i] ":" s
	e = line[i] ":" column[i] ":" length(text[line[i]]) ":" s
	for (at = line[i] + 1; at < line[j]; at++)
		e = e ";" at ":1:" length(text[at]) ":"
	return e ";" line[j] ":1:" column[j] + length(tok[j]) - 1 ":"
}

# The token that closes the bracket at i.
function closing(i,    deep) {
	for (; i <= tokens; i++) {
		if (tok[i] == "(" || tok[i] == "[" || tok[i] == "{")
			deep++
		else if (tok[i] == ")" || tok[i] == "]" || tok[i] == "}")
			deep--
		if (deep == 0)
			return i
	}
	return tokens
}

function is_binary(i,    s, before, after) {
	s = text[line[i]]
	before = substr(s, column[i] - 1, 1)
	after = substr(s, column[i] + length(tok[i]), 1)
	return (before == " " || before == "\t") && (after == " " || after == "")
}

function number(i,    s, digits) {
	s = tok[i]
	# The size of a buffer: one more is the same.
	if (tok[i - 1] == "[" && tok[i + 1] == "]" && s + 0 >= 8)
		return
	digits = s
	sub(/[uUlL]+$/, "", digits)
	replace(i, "constant", digits + 1 substr(s, length(digits) + 1))
}

function negate(i,    close_) {
	close_ = closing(i + 1)
	mutant(i, "condition", swap(i + 1, "(!(") ";" swap(close_, "))"), \
	    "if negated")
}

function return_value(i,    end_) {
	for (end_ = i + 1; end_ <= tokens && tok[end_] != ";"; end_++)
		continue
	if (end_ == i + 1 || (end_ == i + 2 && \
	    (tok[i + 1] ~ /^([0-9]+|true|false|NULL)$/)))
		return
	mutant(i, "return", cut(i + 1, end_ - 1, "0"), "return 0")
}

# A call whose result nobody takes.
function call(i,    close_) {
	if (tok[i - 1] !~ /^[;{}):]$/ && tok[i - 1] != "else")
		return
	if (tok[i] ~ /^(if|for|while|switch|return|sizeof|do)$/)
		return
	close_ = closing(i + 1)
	if (tok[close_ + 1] == ";")
		mutant(i, "statement", cut(i, close_, ""), \
		    tok[i] "() deleted")
}

function mutate(    i, n, to) {
	n = split("< <= < >= <= < <= > > >= > <= >= > >= < == != != == " \
	    "&& || || && + - - + * / / * % * & | | & ^ & << >> >> <<", to, " ")
	for (i = 1; i <= n; i += 2)
		other[to[i]] = other[to[i]] " " to[i + 1]
	n = split("++ -- -- ++ += -= -= += |= &= &= |= *= /= /= *= " \
	    "<<= >>= >>= <<= ! - ~ - true false false true", to, " ")
	for (i = 1; i <= n; i += 2)
		always[to[i]] = to[i + 1] == "-" ? "" : to[i + 1]
	for (i = 1; i <= tokens; i++)
		mutate_token(i)
}

function mutate_token(i,    s, n, j, to) {
	s = tok[i]
	if (s in always) {
		replace(i, s == "true" || s == "false" ? "boolean" : \
		    "operator", always[s])
	} else if (s in other) {
		n = is_binary(i) ? split(other[s], to, " ") : 0
		for (j = 1; j <= n; j++)
			replace(i, "operator", to[j])
	} else if (s ~ /^(0|[1-9][0-9]*)[uUlL]*$/) {
		number(i)
	} else if (s == "if") {
		negate(i)
	} else if (s == "return") {
		return_value(i)
	} else if ((s == "break" || s == "continue") && tok[i + 1] == ";") {
		replace(i, "jump", "")
	} else if (s ~ /^[A-Za-z_]/ && tok[i + 1] == "(") {
		call(i)
	}
}
