/* Samples as JSON, schema "pagetide/1". Unknown is null. */
#ifndef PAGETIDE_JSON_H
#define PAGETIDE_JSON_H

#include "pagetide/sample.h"

#define JSON_SCHEMA "pagetide/1"

struct diagnosis;
struct effect;
struct forecast;

/* What is known of the walk that a sample's latency is of. */
struct json_walk {
	enum pattern_kind	kind;
	const struct forecast	*forecast;
	const struct effect	*effect;	/* NULL: not complete yet */
};

/*
 * One line without newline, all ASCII, the caller frees: {"schema", "time"
 * (wall, s), "seq", "target":{path,size_bytes,page_size_bytes,pages,
 * filesystem,readahead_bytes}, "layers":{<layer>_pages ...},
 * "counters":{minor_faults,major_faults,read_bytes,...},
 * "worker":{pid,running,pattern,cursor_page,pace_per_s}|null,
 * "memory":{limited,limit_bytes,usage_bytes,file_bytes,anon_bytes,limit_hits,
 * oom_kills,steals_of,pressure_of,some_avg10_percent,full_avg10_percent},
 * "walk":{pattern,forecast,outcome,latency}|null,
 * "diagnosis":[{rule,text,cause,command} ...]|null,
 * "scan":{source,mapped_source,duration_ns,oldest_age_ns,complete,remark}}.
 * walk may be NULL; "walk" is null unless the sample's latency is known.
 * The diagnosis may be NULL; "diagnosis" is null where nothing is known of it,
 * and empty if nothing stands out.
 * cells > 0 adds "cells": {"pages_per_cell","cached":[...],"mapped":[...]}
 * with at most that many cells, a count of pages each or null; "cells" is
 * null without an overview. duration_ns is null until a pass is complete,
 * pattern while no walk is on; pace_per_s 0 is full speed. A path that is
 * no UTF-8 has each bad byte as U+FFFD.
 */
char	*json_sample(const struct sample *, const struct json_walk *walk,
	    const struct diagnosis *, unsigned cells);

#endif
