/* Fields of two workers; the words are those of fieldrows.c. */
#ifndef PAGETIDE_WORKERSROWS_H
#define PAGETIDE_WORKERSROWS_H

#define OF_WORKERS(name, of, member, ...) \
    NUMBER(name "_pages", "pages", workers.of.member, \
	IF(workers.of##_known), __VA_ARGS__),
#define WORKERS_PAGES(name, of, ...) \
    OF_WORKERS(name "mapped_1", of, mapped[0], __VA_ARGS__) \
    OF_WORKERS(name "mapped_2", of, mapped[1], __VA_ARGS__) \
    OF_WORKERS(name "both", of, both, __VA_ARGS__) \
    OF_WORKERS(name "same", of, same, __VA_ARGS__) \
    OF_WORKERS(name "same_private", of, same_private, __VA_ARGS__)
#define OF_TWO(name, unit, member, ...) \
    NUMBER("workers." name, unit, workers.member, IF(workers.two), \
	__VA_ARGS__),
#define WORKERS_ROWS \
	ROW("workers", NULL, GROUP, IN(workers.two), IF(workers.two)), \
	STATE("workers.forked", workers.forked, IF(workers.two)), \
	OF_TWO("acts", NULL, acts,) \
	OF_TWO("pid_1", NULL, pid[0],) \
	OF_TWO("pid_2", NULL, pid[1],) \
	WORKERS_PAGES("workers.", pages,) \
	WORKERS_PAGES("workers.cell.", cell, RECORD) \
	OF_TWO("cell.first_page", NULL, cell_first, RECORD) \
	OF_TWO("cell.pages", "pages", cell_pages, RECORD)

#endif
