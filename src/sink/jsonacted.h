/* What who acts knows of a moment, as JSON. Private to src/sink. */
#ifndef PAGETIDE_JSONACTED_H
#define PAGETIDE_JSONACTED_H

#include <stdbool.h>

#include <jansson.h>

struct acted;

/* The last touch, or null; the windows of readahead, by their place, or null. */
json_t	*jsonacted_touched(const struct acted *);
json_t	*jsonacted_readahead(const struct acted *);
/* Back, into what is all 0. NULL and null are nothing; false: that is none. */
bool	 jsonacted_take_touched(const json_t *, struct acted *);
bool	 jsonacted_take_readahead(const json_t *, struct acted *);

#endif
