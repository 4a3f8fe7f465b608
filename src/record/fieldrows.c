/* The table of fields. */
#include "config.h"

#include "pagetide/field.h"

#include "pagetide/compare.h"
#include "pagetide/diagnosis.h"
#include "pagetide/history.h"
#include "pagetide/layer.h"
#include "pagetide/order.h"
#include "pagetide/snapshot.h"

#include "fieldact.h"
#include "pathrows.h"
#include "workersrows.h"

#define SIZE_OF(type, member) sizeof(((type *)NULL)->member)
#define IN(member) { PLACE_SAMPLE, offsetof(struct sample, member), \
    SIZE_OF(struct sample, member) }
#define IN_WALK(member) { PLACE_WALK, offsetof(struct walk_facts, member), \
    SIZE_OF(struct walk_facts, member) }
#define IN_DIAGNOSIS(member) { PLACE_DIAGNOSIS, \
    offsetof(struct diagnosis, member), SIZE_OF(struct diagnosis, member) }
#define IN_COMPARE(member) { PLACE_COMPARE, offsetof(struct compare, member), \
    SIZE_OF(struct compare, member) }
#define IN_SNAPSHOT(member) { PLACE_SNAPSHOT, \
    offsetof(struct snapshot, member), SIZE_OF(struct snapshot, member) }

#define LANDED(name, which) GOT("landing." name, NULL, NUMBER, \
    fieldact_landed, LANDED_##which, .whom = FIELD_FOR_SESSION)

/* When it is known. */
#define IF(member) .known = IN(member), .bits = 1
#define IF_BIT(member, bit) .known = IN(member), .bits = (bit)
#define IF_NOT_0(member) .known = IN(member), .bits = UINT64_MAX
#define NEEDS(what) .needs = FIELD_NEEDS_##what
#define OF_WORKER NEEDS(WORKER)
#define WORDS(what, n) .word = what##_word, .n_words = n
#define RECORD .whom = FIELD_FOR_RECORD
#define SESSION .whom = FIELD_FOR_SESSION

#define ROW(field, of, what, where, ...) \
    { .name = field, .unit = of, .kind = FIELD_##what, .place = where, \
    __VA_ARGS__ }
#define BESIDE(name, unit, member) \
    ROW(name, unit, NUMBER, IN_SNAPSHOT(member), RECORD)
#define GROUP(name, where, what) ROW(name, NULL, GROUP, where, NEEDS(what))
#define NUMBER(name, unit, member, ...) \
    ROW(name, unit, NUMBER, IN(member), __VA_ARGS__)
#define MACHINE(what) \
    NUMBER("memory.machine." #what, "bytes", memory.machine.what, \
	IF(memory.machine.known), RECORD)
#define STATE(name, member, ...) \
    ROW(name, NULL, STATE, IN(member), __VA_ARGS__)
#define OF_PROCESS(name, unit, kind, member) \
	ROW(name, unit, kind, IN(worker.member), NEEDS(PROCESS))
#define MOVED(name, unit, kind, member) ROW("process." name, unit, kind, \
	IN(worker.moves.member), IF(worker.moves.known), NEEDS(PROCESS))
#define MOVES(name, m) MOVED(name "_pages", "pages", NUMBER, m##_pages)
#define TEXT(name, member, ...) ROW(name, NULL, TEXT, IN(member), __VA_ARGS__)
#define GOT(field, of, what, how, which, ...) \
    { .name = field, .unit = of, .kind = FIELD_##what, .get = how, \
    .arg = (which), __VA_ARGS__ }

#define LAYERS(LAYER) \
	LAYER("cached", CACHED) \
	LAYER("mapped", MAPPED) \
	LAYER("dirty", DIRTY) \
	LAYER("writeback", WRITEBACK) \
	LAYER("evicted", EVICTED) \
	LAYER("recently_evicted", RECENT) \
	LAYER("in_flight", INFLIGHT) \
	LAYER("hole", HOLE) \
	LAYER("locked", LOCKED) \
	LAYER("private", PRIVATE) \
	LAYER("touched", TOUCHED) \
	LAYER("zero", ZERO) \
	LAYER("huge", HUGE) \
	LAYER("swapped", SWAPPED) \
	LAYER("guard", GUARD)
#define LAYER_TOTAL(name, l) NUMBER("layers." name "_pages", "pages", \
    total[LAYER_##l], IF_BIT(total_known, LAYER_BIT(LAYER_##l))),
#define LAYER_BY(name, l) TEXT("scan.by." name, scan.by[LAYER_##l], RECORD),
#define LAYER_WHY_NOT(name, l) \
    TEXT("scan.why_not." name, scan.why_not[LAYER_##l], RECORD),

/* Totals of layers are among the layers already. */
#define COUNTERS(COUNTER) \
	COUNTER("minor_faults", "faults", MINOR, NEEDS(SUBJECT)) \
	COUNTER("major_faults", "faults", MAJOR, NEEDS(SUBJECT)) \
	COUNTER("read_bytes", "bytes", READ_BYTES, NEEDS(SUBJECT)) \
	COUNTER("rss_pages", "pages", RSS_PAGES, NEEDS(SUBJECT)) \
	COUNTER("system_faults", "faults", SYS_FAULTS,) \
	COUNTER("system_major_faults", "faults", SYS_MAJOR,) \
	COUNTER("touches", "touches", TOUCHES, NEEDS(WORKER)) \
	COUNTER("cached_pages", "pages", CACHED, RECORD) \
	COUNTER("mapped_pages", "pages", MAPPED, RECORD) \
	COUNTER("private_pages", "pages", PRIVATE, RECORD) \
	COUNTER("refault_pages", "pages", REFAULTS, NEEDS(WORKER)) \
	COUNTER("steal_pages", "pages", STEALS, NEEDS(WORKER)) \
	COUNTER("working_set_pages", "pages", WORKING_SET, NEEDS(WORKER)) \
	COUNTER("system_refault_pages", "pages", SYS_REFAULTS,)
#define COUNTED(name, unit, c, ...) NUMBER("counters." name, unit, \
    counters.v[COUNTER_##c], \
    IF_BIT(counters.known, COUNTER_BIT(COUNTER_##c)), __VA_ARGS__),
#define COUNTED_BASE(name, unit, c, ...) NUMBER("base." name, unit, \
    base.v[COUNTER_##c], IF_BIT(base.known, COUNTER_BIT(COUNTER_##c)), \
    RECORD),

#define OUTCOME(name, unit, c) GOT("walk.outcome." name, unit, CHANGE, \
    changed, COUNTER_##c, NEEDS(OUTCOME), .set = set_changed)
#define OWN_PAGES(name, l) \
	GOT("act." name "_before", "pages", NUMBER, fieldact_own_pages, \
	    LAYER_##l), \
	GOT("act." name "_after", "pages", NUMBER, fieldact_own_pages, \
	    LAYER_COUNT + LAYER_##l)
#define BOUND(kind, permille) ((kind) * 1000 + (permille))
#define TOUCHES(name, kind) \
	GOT("walk.latency." name ".touches", "touches", NUMBER, \
	    touches, kind, NEEDS(LATENCY)), \
	GOT("walk.latency." name ".p50_bound_ns", "ns", NUMBER, bound, \
	    BOUND(kind, 500), NEEDS(LATENCY)), \
	GOT("walk.latency." name ".p99_bound_ns", "ns", NUMBER, bound, \
	    BOUND(kind, 990), NEEDS(LATENCY)), \
	ROW("walk.latency." name ".buckets", "touches", COUNTS, \
	    IN(worker.latency.count[kind]), NEEDS(LATENCY))

#define IF_LOOKED IF(worker.paths_known), NEEDS(LATENCY)
#define TRACED(name, unit, member) \
	ROW("walk.paths." name, unit, NUMBER, IN(worker.paths.member), \
	    .known = IN(worker.paths.by), .bits = WHY_BY_TRACE, \
	    NEEDS(LATENCY))
#define PATH_ROWS(name, p) \
	NUMBER("walk.paths." name ".touches", "touches", \
	    worker.paths.touches[PATH_##p], IF_LOOKED), \
	NUMBER("walk.paths." name ".ns", "ns", worker.paths.ns[PATH_##p], \
	    IF_LOOKED),

/* Of the last touch. */
#define IN_TOUCHED(member) { PLACE_TOUCHED, \
    offsetof(struct one_touch, member), SIZE_OF(struct one_touch, member) }
#define TOUCHED(name, unit, what, member, ...) \
	ROW("touch." name, unit, what, IN_TOUCHED(member), \
	    .known = IN_TOUCHED(why.by), .bits = WHY_BY_ANY, __VA_ARGS__)

/* What a race, or snap, kept in a column. */
#define COMPARED(name, unit, what, i, m) ROW("compare." name, unit, what, \
    IN_COMPARE(column[i].value[COMPARE_##m]), \
    .known = IN_COMPARE(column[i].known), .bits = 1u << COMPARE_##m)
#define COMPARE_COLUMN(name, i) \
	ROW("compare." name, NULL, GROUP, IN_COMPARE(column[i].there), \
	    .known = IN_COMPARE(column[i].there), .bits = 1), \
	ROW("compare." name ".hint", NULL, TEXT, IN_COMPARE(column[i].hint),), \
	COMPARED(name ".touches", "touches", NUMBER, i, TOUCHES), \
	COMPARED(name ".major_faults", "faults", NUMBER, i, MAJOR), \
	COMPARED(name ".minor_faults", "faults", NUMBER, i, MINOR), \
	COMPARED(name ".read_bytes", "bytes", NUMBER, i, READ_BYTES), \
	COMPARED(name ".walk_ns", "ns", NUMBER, i, WALK_NS), \
	COMPARED(name ".used_percent", "percent", PERCENT, i, USED), \
	COMPARED(name ".p99_bound_ns", "ns", NUMBER, i, P99_NS), \
	ROW("compare." name ".stayed_pages", "pages", NUMBER, \
	    IN_COMPARE(column[i].stayed_pages), \
	    .known = IN_COMPARE(column[i].stayed_known), .bits = 1)

static const char *
pattern_word(unsigned i)
{
	return pattern_table[i].name;
}

static const char *
limit_word(unsigned i)
{
	return limit_of_name[i];
}

static const char *
pressure_word(unsigned i)
{
	return i != 0 ? "cgroup" : "system";
}

static bool
oldest_age(const struct field_of *of, unsigned arg, int64_t *n)
{
	const struct sample *s = of->sample;

	(void)arg;
	if (s->t_ns > s->scan.oldest_ns)
		*n = (int64_t)(s->t_ns - s->scan.oldest_ns);
	return s->scan.oldest_ns != 0;
}

static bool
unlimited(const struct field_of *of, unsigned arg, int64_t *n)
{
	(void)arg;
	*n = of->sample->memory.limit_bytes == UINT64_MAX;
	return of->sample->memory.limit_known;
}

static void
set_unlimited(const struct field_of *to, unsigned arg, int64_t n)
{
	struct memory_facts *m = &((struct sample *)to->sample)->memory;

	(void)arg;
	m->limit_known = true;
	if (n != 0)
		m->limit_bytes = UINT64_MAX;
}

static bool
touches(const struct field_of *of, unsigned kind, int64_t *n)
{
	*n = (int64_t)latency_touches(&of->sample->worker.latency, kind);
	return true;
}

static bool
bound(const struct field_of *of, unsigned arg, int64_t *n)
{
	uint64_t ns = 0;
	bool known = latency_bound(&of->sample->worker.latency, arg / 1000,
	    arg % 1000, &ns);

	*n = (int64_t)ns;
	return known;
}

static bool
changed(const struct field_of *of, unsigned counter, int64_t *n)
{
	return effect_delta(&of->walk->effect, counter, n);
}

static void
set_changed(const struct field_of *to, unsigned counter, int64_t n)
{
	struct effect *e = &((struct walk_facts *)to->walk)->effect;

	e->before.known |= COUNTER_BIT(counter);
	e->after.known |= COUNTER_BIT(counter);
	e->after.v[counter] = (uint64_t)n;
}

static bool
alone(const struct field_of *of, unsigned arg, int64_t *n)
{
	(void)arg;
	*n = !of->walk->effect.mixed;
	return true;
}

static void
set_alone(const struct field_of *to, unsigned arg, int64_t n)
{
	(void)arg;
	((struct walk_facts *)to->walk)->effect.mixed = n == 0;
}

static bool
idle(const struct field_of *of, unsigned arg, int64_t *n)
{
	(void)arg;
	*n = of->idle;
	return of->idle_known;
}

static bool
compared(const struct field_of *of, unsigned arg, int64_t *n)
{
	(void)arg;
	*n = of->compare != NULL ? compare_kept(of->compare) : 0;
	return *n > 0;
}

const struct field field_table[] = {
	ROW("time", "s", TIME, IN(wall_ns)),
	NUMBER("seq", NULL, seq),
	NUMBER("wall_ns", "ns", wall_ns, RECORD),
	NUMBER("monotonic_ns", "ns", t_ns, RECORD),
	STATE("gap", gap, RECORD),
	TEXT("target.path", target.path),
	NUMBER("target.size_bytes", "bytes", target.size_bytes),
	NUMBER("target.page_size_bytes", "bytes", target.page_bytes),
	NUMBER("target.pages", "pages", target.pages),
	TEXT("target.filesystem", target.filesystem),
	NUMBER("target.readahead_bytes", "bytes", target.readahead_bytes,
	    IF(target.readahead_known)),
	STATE("target.atime_kept", target.atime_kept, IF(target.atime_known)),
	NUMBER("target.storage_wait_ns", "ns", target.waits_ns,
	    IF(target.waits_known)),
	STATE("target.anonymous", target.anon, RECORD),
	NUMBER("target.device", NULL, target.dev, RECORD),
	NUMBER("target.inode", NULL, target.ino, RECORD),
	NUMBER("target.names", NULL, target.names, RECORD),
	TEXT("target.refused", target.refused, RECORD),
	LAYERS(LAYER_TOTAL)
	COUNTERS(COUNTED)
	GROUP("worker", IN(worker.alive), WORKER),
	NUMBER("worker.pid", NULL, worker.pid, OF_WORKER),
	STATE("worker.running", worker.running, OF_WORKER),
	STATE("worker.paused", worker.paused, OF_WORKER),
	TEXT("worker.pattern", worker.kind, IF(worker.running), OF_WORKER,
	    WORDS(pattern, PATTERN_COUNT)),
	NUMBER("worker.cursor_page", NULL, worker.cursor_page,
	    IF(worker.cursor_known), OF_WORKER),
	NUMBER("worker.pace_per_s", "touches", worker.pace_per_s, OF_WORKER),
	NUMBER("worker.readahead_bytes", "bytes", worker.readahead_bytes,
	    IF(worker.readahead_known), OF_WORKER),
	NUMBER("worker.working_set_window_ns", "ns", worker.window_ns,
	    IF_NOT_0(worker.window_ns), OF_WORKER),
	NUMBER("worker.private_dirty_bytes", "bytes",
	    worker.private_dirty_bytes, IF(worker.private_dirty_known),
	    OF_WORKER, RECORD),
	NUMBER("worker.map_address", NULL, worker.map_addr, OF_WORKER, RECORD),
	NUMBER("worker.map_first_page", NULL, worker.map_first_page, OF_WORKER,
	    RECORD),
	NUMBER("worker.map_pages", "pages", worker.map_pages, OF_WORKER, RECORD),
	NUMBER("worker.map_flags", NULL, worker.map_flags, OF_WORKER, RECORD),
	NUMBER("worker.walk_order", NULL, worker.walk_seq, OF_WORKER, RECORD),
	WORKERS_ROWS
	OF_PROCESS("process", NULL, GROUP, process),
	OF_PROCESS("process.pid", NULL, NUMBER, process),
	OF_PROCESS("process.gone", NULL, STATE, process_gone),
	OF_PROCESS("process.map_address", NULL, NUMBER, map_addr),
	OF_PROCESS("process.map_first_page", NULL, NUMBER, map_first_page),
	OF_PROCESS("process.map_pages", "pages", NUMBER, map_pages),
	MOVES("came_in", came), MOVES("went_out", went),
	MOVED("moved_within_ns", "ns", NUMBER, within_ns),
	MOVED("moved_exact", NULL, STATE, exact),
	MOVES("came_in_all", came_all), MOVES("went_out_all", went_all),
	STATE("memory.limited", memory.limited),
	NUMBER("memory.limit_bytes", "bytes", memory.limit_bytes,
	    IF(memory.limit_known)),
	GOT("memory.unlimited", NULL, STATE, unlimited, 0, RECORD,
	    .set = set_unlimited),
	TEXT("memory.limit_of", memory.limit_of, WORDS(limit, LIMIT_OF_COUNT)),
	TEXT("memory.limit_cgroup", memory.limit_cgroup),
	TEXT("memory.limit_file", memory.limit_file),
	STATE("memory.ancestors_hidden", memory.above_hidden,
	    IF(memory.above_known)),
	NUMBER("memory.usage_bytes", "bytes", memory.usage_bytes,
	    IF(memory.usage_known)),
	NUMBER("memory.file_bytes", "bytes", memory.file_bytes,
	    IF(memory.parts_known)),
	NUMBER("memory.anon_bytes", "bytes", memory.anon_bytes,
	    IF(memory.parts_known)),
	NUMBER("memory.dirty_bytes", "bytes", memory.dirty_bytes,
	    IF(memory.dirty_known)),
	NUMBER("memory.shmem_bytes", "bytes", memory.shmem_bytes,
	    IF(memory.shmem_known), RECORD),
	NUMBER("memory.limit_hits", NULL, memory.limit_hits,
	    IF(memory.hits_known)),
	NUMBER("memory.oom_kills", NULL, memory.oom_kills,
	    IF(memory.kills_known)),
	TEXT("memory.steals_of", memory.steals_by),
	TEXT("memory.pressure_of", memory.pressure_own,
	    IF(memory.pressure_known), WORDS(pressure, 2)),
	ROW("memory.some_avg10_percent", "percent", PERCENT,
	    IN(memory.some_avg10_bp), IF(memory.pressure_known)),
	ROW("memory.full_avg10_percent", "percent", PERCENT,
	    IN(memory.full_avg10_bp), IF(memory.pressure_known)),
	MACHINE(total_bytes),
	MACHINE(free_bytes),
	MACHINE(file_bytes),
	MACHINE(shmem_bytes),
	MACHINE(anon_bytes),
	MACHINE(dirty_bytes),
	GROUP("walk", IN(worker.latency_known), LATENCY),
	ROW("walk.pattern", NULL, TEXT, IN_WALK(kind), .known = IN_WALK(known),
	    .bits = 1, NEEDS(LATENCY), WORDS(pattern, PATTERN_COUNT)),
	GROUP("walk.forecast", IN_WALK(forecast.known), FORECAST),
	ROW("walk.forecast.minor_faults", "faults", NUMBER,
	    IN_WALK(forecast.minor), NEEDS(FORECAST)),
	ROW("walk.forecast.major_faults", "faults", NUMBER,
	    IN_WALK(forecast.major), NEEDS(FORECAST)),
	GROUP("walk.outcome", IN_WALK(effect.done), OUTCOME),
	OUTCOME("touches", "touches", TOUCHES),
	OUTCOME("minor_faults", "faults", MINOR),
	OUTCOME("major_faults", "faults", MAJOR),
	OUTCOME("read_bytes", "bytes", READ_BYTES),
	OUTCOME("cached_pages", "pages", CACHED),
	OUTCOME("mapped_pages", "pages", MAPPED),
	OUTCOME("private_pages", "pages", PRIVATE),
	GOT("walk.outcome.alone", NULL, STATE, alone, 0, NEEDS(OUTCOME),
	    .set = set_alone),
	TOUCHES("no_fault", LATENCY_NO_FAULT),
	TOUCHES("minor", LATENCY_MINOR),
	TOUCHES("major", LATENCY_MAJOR),
	NUMBER("walk.latency.stray_minor_faults", "faults",
	    worker.latency.stray_minor, NEEDS(LATENCY)),
	NUMBER("walk.latency.stray_major_faults", "faults",
	    worker.latency.stray_major, NEEDS(LATENCY)),
	ROW("walk.paths", NULL, GROUP, IN(worker.paths_known), IF_LOOKED),
	NUMBER("walk.paths.looked", "touches", worker.paths.looked, IF_LOOKED),
	NUMBER("walk.paths.one_of", "touches", worker.paths.one_of, IF_LOOKED),
	NUMBER("walk.paths.looks_ns", "ns", worker.paths.looks_ns, IF_LOOKED),
	ROW("walk.paths.by", NULL, TEXT, IN(worker.paths.by), IF_LOOKED,
	    WORDS(fieldact_why_by, WHY_BYS)),
	TRACED("records", NULL, records),
	TRACED("lost", NULL, lost),
	TRACED("records_ns", "ns", records_ns),
	PATHS(PATH_ROWS)
	ROW("touch", NULL, GROUP, IN_TOUCHED(why.by),
	    .known = IN_TOUCHED(why.by), .bits = WHY_BY_ANY),
	TOUCHED("page", NULL, NUMBER, page),
	TOUCHED("ns", "ns", NUMBER, ns),
	TOUCHED("path", NULL, TEXT, why.path, WORDS(fieldact_path, PATH_COUNT)),
	TOUCHED("way", NULL, TEXT, why.path, WORDS(fieldact_way, PATH_COUNT),
	    SESSION),
	TOUCHED("by", NULL, TEXT, why.by, WORDS(fieldact_why_by, WHY_BYS)),
	ROW("touch.byte", NULL, NUMBER, IN_TOUCHED(byte),
	    .known = IN_TOUCHED(byte_known), .bits = 1),
	ROW("touch.mapped_pages", "pages", NUMBER, IN_TOUCHED(why.mapped_more),
	    .known = IN_TOUCHED(why.mapped_known), .bits = 1),
	ROW("touch.asked_least_pages", "pages", NUMBER,
	    IN_TOUCHED(why.asked_least), .known = IN_TOUCHED(why.asked_least),
	    .bits = UINT32_MAX),
	ROW("touch.asked_pages", "pages", NUMBER, IN_TOUCHED(why.asked_pages),
	    .known = IN_TOUCHED(why.asked_known), .bits = 1),
	GOT("touch.first_page", NULL, NUMBER, fieldact_touch_page, TOUCH_FIRST),
	GOT("touch.marker_page", NULL, NUMBER, fieldact_touch_page,
	    TOUCH_MARKER),
	TOUCHED("looks_ns", "ns", NUMBER, why.looks_ns),
	ROW("touch.fault_ns", "ns", NUMBER, IN_TOUCHED(why.traced_ns),
	    .known = IN_TOUCHED(why.traced_known), .bits = 1),
	GOT("act", NULL, GROUP, fieldact_own_call, 0),
	GOT("act.call_ns", "ns", NUMBER, fieldact_own_call, 0),
	OWN_PAGES("mapped", MAPPED),
	OWN_PAGES("cached", CACHED),
	OWN_PAGES("dirty", DIRTY),
	OWN_PAGES("private", PRIVATE),
	GOT("act.minor_faults", "faults", NUMBER, fieldact_own_fault,
	    COUNTER_MINOR),
	GOT("act.major_faults", "faults", NUMBER, fieldact_own_fault,
	    COUNTER_MAJOR),
	GOT("act.read_bytes", "bytes", NUMBER, fieldact_own_fault,
	    COUNTER_READ_BYTES),
	GOT("act.signal", NULL, TEXT, fieldact_own_signal, 0,
	    WORDS(fieldact_signal, 3)),
	GOT("act.last_page_ns", "ns", NUMBER, fieldact_own_arrived, 0),
	GOT("compare", NULL, GROUP, compared, 0,),
	COMPARE_COLUMN("a", 0),
	COMPARE_COLUMN("b", 1),
	COMPARE_COLUMN("c", 2),
	ROW("diagnosis", NULL, LIST, { PLACE_DIAGNOSIS, 0, 0 },),
	ROW("diagnosis_known", NULL, STATE, IN_DIAGNOSIS(known), RECORD),
	ROW("diagnosis_span_ns", "ns", NUMBER, IN_DIAGNOSIS(span_ns), RECORD),
	ROW("diagnosis_held", NULL, NUMBER, IN_DIAGNOSIS(held), RECORD),
	TEXT("scan.source", scan.cached_by),
	TEXT("scan.mapped_source", scan.mapped_by),
	NUMBER("scan.duration_ns", "ns", scan.duration_ns, IF(scan.complete)),
	GOT("scan.oldest_age_ns", "ns", NUMBER, oldest_age, 0),
	STATE("scan.complete", scan.complete),
	TEXT("scan.remark", scan.why),
	NUMBER("scan.device_reads", NULL, scan.device_reads,
	    IF(scan.device_reads_known)),
	NUMBER("scan.pass_ns", "ns", scan.pass_ns, RECORD),
	NUMBER("scan.oldest_ns", "ns", scan.oldest_ns, RECORD),
	STATE("scan.nothing_read", scan.nothing_read, RECORD),
	LAYERS(LAYER_BY)
	LAYERS(LAYER_WHY_NOT)
	COUNTERS(COUNTED_BASE)
	ROW("last_diagnosis", NULL, LIST, IN_SNAPSHOT(findings.last), RECORD),
	ROW("last_diagnosis_known", NULL, STATE,
	    IN_SNAPSHOT(findings.last.known), RECORD),
	BESIDE("last_diagnosis_span_ns", "ns", findings.last.span_ns),
	BESIDE("last_diagnosis_held", NULL, findings.last.held),
	BESIDE("last_diagnosis_wall_ns", "ns", findings.last_wall_ns),
	BESIDE("notices", NULL, notices),
	BESIDE("events.last", NULL, events.last),
	BESIDE("events.finish", NULL, events.finish),
	BESIDE("cost.rate_hz", NULL, cost.rate_hz),
	BESIDE("cost.cpu_percent", "percent", cost.cpu_pct),
	BESIDE("cost.scan_ns", "ns", cost.scan_ns),
	BESIDE("busy_ns", "ns", acted.busy_ns),
	ROW("no_worker", NULL, TEXT, IN_SNAPSHOT(acted.no_worker), RECORD),
	STATE("vmas_known", vmas_known, RECORD),
	LANDED("minor", MINOR), LANDED("major", MAJOR), LANDED("lost", LOST),
	LANDED("elsewhere", ELSEWHERE), LANDED("one_of", ONE_OF),
	LANDED("named", NAMED),
	GOT("landing.longest_minor_ns", "ns", NUMBER, fieldact_landed,
	    LANDED_LONGEST_MINOR, .whom = FIELD_FOR_SESSION),
	GOT("landing.longest_major_ns", "ns", NUMBER, fieldact_landed,
	    LANDED_LONGEST_MAJOR, .whom = FIELD_FOR_SESSION),
	GOT("who.processes", NULL, NUMBER, fieldact_sharers, 0, SESSION),
	GOT("who.hidden", NULL, NUMBER, fieldact_sharers, 1, SESSION),
	GOT("idle", NULL, STATE, idle, 0, SESSION),
	GOT("trace", NULL, TEXT, fieldact_trace, 0, SESSION,
	    WORDS(fieldact_trace, TRACE_STATES)),
	GOT("history.samples", NULL, NUMBER, fieldact_kept, KEPT_SAMPLES,
	    SESSION),
	GOT("history.bytes", "bytes", NUMBER, fieldact_kept, KEPT_BYTES,
	    SESSION),
	GOT("history.span_ns", "ns", NUMBER, fieldact_kept, KEPT_SPAN,
	    SESSION),
};
const unsigned field_count = sizeof field_table / sizeof *field_table;
