/* Help with a command that is being typed. */
#ifndef PAGETIDE_COMPLETE_H
#define PAGETIDE_COMPLETE_H

#include <stdbool.h>

struct ui;

/* Tab: the word before the cursor becomes what all choices have in common,
 * then each of them in turn; back: the other way round. */
void	complete_word(struct ui *, bool back);
/* Says of the word under the cursor what it does, or may become;
 * nothing yet: what the keys do is in the footer. */
void	complete_hint(struct ui *);

#endif
