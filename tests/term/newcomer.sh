#!/bin/sh
# Who has never seen it presses only what the screen suggests: within six keys
# a miss, readahead, hits, DONTNEED and eviction, each with what it costs.
. "${srcdir:-.}/tests/lib.sh"
need tmux

dir=$(realfs_dir) || skip_all "no real file system"

# suggested KEY WHAT: does the screen name the key with what it does?
suggested() {
	tm_screen | grep -q -e "\(^\|[ |]\)$1 .*$2"
}

# press SIZE KEY WHAT SHOWN: a key that the screen suggests; then it shows that.
press() {
	ok "$1: $2 is suggested: $3" poll_until 10 suggested "$2" "$3"
	tm_keys "$2"
	ok "$1: it shows what $2 does" tm_wait "$4" 30
}

# newcomer SIZE: without a config, without a demo file.
newcomer() {
	size=$1
	rm -rf "$dir/home"
	mkdir "$dir/home"
	tm_start "$size" env HOME="$dir/home" "$PAGETIDE"
	ok "$size: live" tm_wait LIVE
	ok "$size: whoever is new is told of the lessons" \
	    tm_wait 'A has lessons'
	press "$size" t 'touches one page' 'major in '
	ok "$size: readahead has brought what the next touches find" \
	    poll_until 10 shows_readahead
	press "$size" f walk 'walk sequential'
	press "$size" D drop 'DONTNEED) = 0 in '
	ok "$size: the PTEs go" poll_until 10 shows_drop
	press "$size" f walk 'minor +'
	press "$size" E drop '= 0 in '
	ok "$size: the cache goes" poll_until 10 shows_eviction
	tm_keys q
	is "$(tm_status)" 0 "$size: ends well"
}
shows_readahead() {
	tm_screen | grep -q 'next touch.* minor [1-9]'
}
shows_drop() {
	tm_screen | grep -q 'mapped [1-9][0-9]* -> 0'
}
shows_eviction() {
	tm_screen | grep -q 'cached [1-9][0-9]* -> [0-9]'
}

newcomer 120x40
newcomer 80x24
done_testing
