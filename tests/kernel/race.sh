#!/bin/sh
# Races on a real file: each number against what the kernel says of the worker,
# and how a race ends that cannot go on. Advice is as it was, however it ends.
. "${srcdir:-.}/tests/lib.sh"

dir=$(realfs_dir) || skip_all "no real file system"
[ "$(getconf PAGESIZE)" = 4096 ] || skip_all "pages are not of 4 KiB"
pages=4096

# start LINE...: a session of these lines on a cold file, which stays until it
# is told to end. $worker is its worker.
start() {
	[ -e "$dir/f" ] || "$HELPERS/pages" make "$dir/f" $pages
	"$HELPERS/pages" evict "$dir/f"
	printf '%s\n' 'wait-samples 2' "$@" 'wait seq > 1000000' \
	    >"$work/script"
	begin "$PAGETIDE" --headless --ndjson -d 0.05 --size 120x40 \
	    --script "$work/script" --log "$work/log" "$dir/f"
	poll_until 20 grep -q . "$work/log"
	poll_until 20 has_worker
}
# Its log may begin before it has one.
has_worker() {
	worker=$(worker_of "$pid")
	[ -n "$worker" ]
}

end() {
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

# told TEXT: the log has it.
told() {
	poll_until 60 grep -q -e "$1" "$work/log" && return 0
	diag "never told: $1"
	diag <"$work/log"
	return 1
}

# column KEY...: of the newest sample.
column() {
	grep '"compare":{' "$work/out" | sed -n '$p' | "$HELPERS/jsonget" "$@"
}

# faults: major and minor ones of the worker, and bytes that it had read.
faults() {
	sed 's/.*) //' "/proc/$worker/stat" | awk '{ printf "%s %s ", $10, $8 }'
	sed -n 's/^read_bytes: //p' "/proc/$worker/io"
}

# advice: what is in force on each part of the mapping: addresses, "rr" for
# RANDOM, "sr" for SEQUENTIAL.
advice() {
	awk -v file="$dir/f" '
		/^[0-9a-f]*-[0-9a-f]* / { at = index($0, file) ? $1 : "" }
		/^VmFlags:/ && at != "" {
			print at (/ rr/ ? " rr" : "") (/ sr/ ? " sr" : "")
		}' "/proc/$worker/smaps"
}

sum() {
	echo $(($(column compare.a."$1") + $(column compare.b."$1") +
	    $(column compare.c."$1")))
}

counts() {
	start 'wait layers.cached_pages >= 8' \
	    'race N S R work random touches=64 seed=1 yes'
	before=$(faults)
	"$HELPERS/pages" read "$dir/f" 0:8
	ok "a race ends" told 'note: race .* done'
	after=$(faults)
	cached=$("$HELPERS/residency" "$dir/f")
	end
	is "$(column compare.a.touches compare.b.touches compare.c.touches)" \
	    "64 64 64" "each touches as many pages"
	is "$(sum stayed_pages)" 0 "each from an empty cache"
	is "$(sum major_faults)" "$((${after%% *} - ${before%% *}))" \
	    "major faults: those of /proc/PID/stat"
	is "$(sum read_bytes)" "$((${after##* } - ${before##* }))" \
	    "bytes read: those of /proc/PID/io"
	is "$(column compare.c.read_bytes)" $((cached * 4096)) \
	    "RANDOM reads what mincore finds cached"
	is "$(column compare.c.major_faults)" "$cached" \
	    "with a major fault a page"
	is "$(column compare.c.used_percent)" 100.0 "all of it was touched"
	after=${after#* } before=${before#* }
	within "$(sum minor_faults)" 1 $((${after%% *} - ${before%% *})) \
	    "minor faults: no more than there were"
	ok "readahead reads more" test "$(column compare.a.read_bytes)" -gt \
	    $((cached * 4096 * 4))
}
undisturbed counts

# part_random LINE...: start, where a part of the file has RANDOM; $parts is
# the advice on it.
part_random() {
	start 'goto 25%' select 'goto 50%' 'advise random' escape \
	    'wait layers.cached_pages >= 8' "$@"
	told MADV_RANDOM || return 1
	parts=$(advice)
	ok "a part has RANDOM" test "$(echo "$parts" | grep -c ' rr')" = 1
	"$HELPERS/pages" read "$dir/f" 0:8
}
walks() {
	tail -n 1 "$work/out" | grep -q '"running":true'
}

part_random 'race N S work random touches=16 yes'
told 'note: race .* done'
is "$(advice)" "$parts" "advice is as it was, part by part"
end

long='race S N work sequential passes=1000000 yes'
part_random "$long"
ok "a long race" poll_until 20 walks
rm "$dir/f"
ok "the file is gone" told 'note: race .* failed: the file is gone'
ok "the walk is over" poll_until 20 sh -c \
    'tail -n 1 "$1" | grep -q "\"running\":false"' sh "$work/out"
is "$(advice)" "$parts" "advice is as it was"
end

part_random "$long"
ok "a long race" poll_until 20 walks
kill -9 "$worker"
ok "the worker dies" told 'note: race .* failed: the worker ended'
ok "and the session goes on" kill -0 "$pid"
end
is "$(tail -n 1 "$work/out" | "$HELPERS/jsonget" compare)" null \
    "nothing is kept of it"

# Where nobody can tell what is cached.
chmod 755 "$dir"
chmod 644 "$dir/f"
mkdir "$work/nobody"
chown 65534:65534 "$work/nobody"
printf '%s\n' 'race N R work random touches=16 yes' wait-idle \
    >"$work/nobody/script"
if as_nobody true 2>/dev/null; then
	run as_nobody timeout 60 "$PAGETIDE" --headless -d 0.05 \
	    --script "$work/nobody/script" --log "$work/nobody/log" "$dir/f"
	is "$status" 4 "a race on a file of somebody else"
	ok "ends" grep -q 'note: race .* done' "$work/nobody/log"
else
	skip "only root can be somebody else" 2
fi

# What the kernel refuses.
printf '%s\n' 'wait-samples 2' 'race R N work random touches=16 yes' \
    wait-idle >"$work/script"
"$HELPERS/pages" make "$dir/f" $pages
run "$HELPERS/failnth" -f madvise:1+:EINVAL -- "$PAGETIDE" --headless \
    --script "$work/script" --log "$work/log" "$dir/f"
if [ "$status" = 77 ]; then
	skip "no call can be made to fail" 2
else
	is "$status" 0 "a call that is refused"
	has 'failed: evict: EINVAL' "$work/log" "ends the race, and is named"
fi
done_testing
