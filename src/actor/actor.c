#include "config.h"

#include "pagetide/actor.h"

#include <stddef.h>

#include "pagetide/subject.h"

bool
actor_is_on(const struct actor *a)
{
	return a->ops->subject(a->self) != NULL;
}

pid_t
actor_pid(const struct actor *a)
{
	const struct subject *s = a->ops->subject(a->self);

	return s != NULL ? s->pid : 0;
}
