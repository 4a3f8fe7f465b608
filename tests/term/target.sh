#!/bin/sh
# The file changes under a live session: grows, shrinks, goes, is replaced.
. "${srcdir:-.}/tests/lib.sh"
need tmux

dir=$(realfs_dir) || skip_all "no real file system"
"$HELPERS/pages" make "$dir/f" 1024
tm_start 120x40 "$PAGETIDE" "$dir/f"
ok "live" tm_wait LIVE
truncate -s 8M "$dir/f"
ok "grown" tm_wait "the file grew"
ok "the new size is shown" tm_wait "/2048"
tm_keys '>' '>' '>' '>' '>' '>' f
ok "a walk covers all of it" tm_wait "done, 2048 touched" 20
truncate -s 1M "$dir/f"
ok "shrunk" tm_wait "the file shrank now 1.0 MiB"
ok "and what follows from it" tm_wait "touching past its end is SIGBUS"
ok "the new size is shown" tm_wait "/256"
tm_keys D
tm_wait "MADV_DONTNEED)"
truncate -s 4096 "$dir/f"
ok "one page left" tm_wait "/1 "
"$HELPERS/pages" make "$dir/g" 16
mv "$dir/g" "$dir/f"
ok "replaced" tm_wait "leads to another file"
rm "$dir/f"
ok "deleted" tm_wait "name is gone"
ok "still live" tm_shows LIVE
tm_keys q
is "$(tm_status)" 0 "ends well"

# A frozen picture is that of the file as it was.
"$HELPERS/pages" make "$dir/p" 1024
tm_start 120x40 "$PAGETIDE" "$dir/p"
tm_wait "= 1024 pages" >/dev/null
tm_keys Space
tm_wait FROZEN >/dev/null
truncate -s 1M "$dir/p"
ok "frozen: that the file shrank is counted" tm_wait "+1 event "
ok "its size is that of the picture" tm_shows "= 1024 pages"
ok "and so is its map" tm_shows "all 4M"
# A step is one sample on, and the size is looked at once a second.
stepped() {
	tm_keys .
	tm_shows "/256"
}
ok "a step: the new size" poll_until 20 stepped
ok "and its map" tm_wait "all 1M"
tm_keys q
tm_status >/dev/null

# The worker touches a page that is no more: SIGBUS is its end, not ours.
"$HELPERS/pages" make "$dir/h" 2048
tm_start 120x40 "$PAGETIDE" "$dir/h"
ok "live" tm_wait LIVE
tm_type ":pace 100"
tm_keys Enter
tm_keys b
ok "a slow walk from the end" tm_wait "@ backward 100/s"
truncate -s 4096 "$dir/h"
ok "SIGBUS in the worker" tm_wait "worker died: SIGBUS touching page"
ok "the walk's effect is not made up" tm_shows "unknown: the worker ended"
ok "still live" tm_shows LIVE
tm_type ":restart"
tm_keys Enter
restarted() {
	tm_screen | grep -q 'worker [0-9]* ended, [0-9]* started\|: worker [0-9]* started'
}
ok "who started is said" poll_until 10 restarted
# The page may be reclaimed meanwhile.
touches() {
	"$HELPERS/pages" read "$dir/h" 0
	tm_keys g D t
	ok "another worker touches" tm_wait "touch page 0"
	ok "and its effect is measured" tm_wait "minor +1"
}
undisturbed touches
tm_keys q
is "$(tm_status)" 0 "ends well"
done_testing
