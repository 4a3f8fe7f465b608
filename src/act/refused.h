/* A call that the kernel refused: the facts that may show why. */
#ifndef PAGETIDE_REFUSED_H
#define PAGETIDE_REFUSED_H

struct act;
struct order;
struct refusal_facts;
struct report;
struct strbuf;

/* What is known of the worker and of the order's range now, after its report.
 * Cheap, and nothing of storage is asked. */
void	refused_facts(const struct act *, const struct order *,
	    const struct report *, struct refusal_facts *);
/* Appends why an ORDER_MAP failed: "ENODEV: such files can't be mapped". */
void	refused_map(const struct act *, const struct report *, struct strbuf *);

#endif
