#include "config.h"

#include "sitesym.h"

#ifdef HAVE_LIBDW

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pagetide/library.h"
#include "pagetide/process.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"

/* Files that are kept open; of more there are no symbols. */
#define FILES_MAX	32
#define SYMBOL_SHOWN	40

/* What is used of the libraries, which no other process of ours loads. */
static struct {
	Dwfl	*(*begin)(const Dwfl_Callbacks *);
	void	(*report_begin)(Dwfl *);
	Dwfl_Module *(*report_elf)(Dwfl *, const char *, const char *, int,
		    GElf_Addr, bool);
	int	(*report_end)(Dwfl *, int (*)(Dwfl_Module *, void *,
		    const char *, Dwarf_Addr, void *), void *);
	Elf	*(*getelf)(Dwfl_Module *, GElf_Addr *);
	const char *(*addrinfo)(Dwfl_Module *, GElf_Addr, GElf_Off *,
		    GElf_Sym *, GElf_Word *, Elf **, Dwarf_Addr *);
	int	(*phdrnum)(Elf *, size_t *);
	GElf_Phdr *(*phdr)(Elf *, int, GElf_Phdr *);
	Dwfl_Callbacks calls;
} lib;

static struct file {
	unsigned	dev_major, dev_minor;
	uint64_t	ino;
	Dwfl_Module	*module;	/* NULL: it has no symbols */
} files[FILES_MAX];
static size_t n_files;

static bool
load(void)
{
	const struct library_function used[] = {
		{ "dwfl_begin", &lib.begin },
		{ "dwfl_report_begin", &lib.report_begin },
		{ "dwfl_report_elf", &lib.report_elf },
		{ "dwfl_report_end", &lib.report_end },
		{ "dwfl_module_getelf", &lib.getelf },
		{ "dwfl_module_addrinfo", &lib.addrinfo },
		{ "elf_getphdrnum", &lib.phdrnum },
		{ "gelf_getphdr", &lib.phdr },
		{ "dwfl_build_id_find_elf", &lib.calls.find_elf },
		{ "dwfl_standard_find_debuginfo", &lib.calls.find_debuginfo },
	};

	if (library_open("libdw.so.1", used, sizeof used / sizeof used[0]) ==
	    NULL)
		return false;
	/* Else it would ask servers for what is not here. */
	unsetenv("DEBUGINFOD_URLS");
	return true;
}

/* The file itself, or what stands at its path, if that is the same. */
static int
open_file(pid_t pid, const struct vma *v)
{
	char path[4096];
	struct stat st;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/map_files/%" PRIx64 "-%" PRIx64,
	    (int)pid, v->start, v->end);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof path, "/proc/%d/root%s", (int)pid, v->name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && v->name[0] == '/')
		fd = open(v->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && (fstat(fd, &st) != 0 || st.st_ino != v->ino)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Its addresses are those that the file itself has. */
static Dwfl_Module *
report(int fd)
{
	Dwfl *dwfl = lib.begin(&lib.calls);
	Dwfl_Module *m;

	if (dwfl == NULL)
		return NULL;
	lib.report_begin(dwfl);
	m = lib.report_elf(dwfl, "file", "", fd, 0, true);
	lib.report_end(dwfl, NULL, NULL);
	return m;
}

static Dwfl_Module *
module_of(pid_t pid, const struct vma *v)
{
	struct file *f;
	int fd;

	for (f = files; f < files + n_files; f++)
		if (f->ino == v->ino && f->dev_major == v->dev_major &&
		    f->dev_minor == v->dev_minor)
			return f->module;
	if (n_files == FILES_MAX || (fd = open_file(pid, v)) < 0)
		return NULL;
	files[n_files] = (struct file){ v->dev_major, v->dev_minor, v->ino,
		report(fd) };
	if (files[n_files].module == NULL)
		close(fd);
	return files[n_files++].module;
}

/* Where a byte of the file is loaded to, as the file says; 0: nowhere. */
static GElf_Addr
address(Dwfl_Module *m, uint64_t offset)
{
	GElf_Addr bias;
	GElf_Phdr phdr;
	Elf *elf = lib.getelf(m, &bias);
	size_t n = 0;

	if (elf == NULL || lib.phdrnum(elf, &n) != 0)
		return 0;
	for (int i = 0; i < (int)n; i++)
		if (lib.phdr(elf, i, &phdr) != NULL && phdr.p_type == PT_LOAD &&
		    offset >= phdr.p_offset &&
		    offset - phdr.p_offset < phdr.p_filesz)
			return offset - phdr.p_offset + phdr.p_vaddr + bias;
	return 0;
}

bool
sitesym_name(pid_t pid, const struct vma *v, uint64_t ip, char *buf,
    size_t size)
{
	static int loaded = -1;
	struct strbuf safe = STRBUF_INIT;
	Dwfl_Module *m;
	GElf_Off offset = 0;
	GElf_Sym sym = { 0 };
	const char *name = NULL;
	GElf_Addr at;

	if (loaded < 0)
		loaded = load();
	if (!loaded || v->ino == 0 || (m = module_of(pid, v)) == NULL)
		return false;
	at = address(m, ip - v->start + v->offset);
	if (at != 0)
		name = lib.addrinfo(m, at, &offset, &sym, NULL, NULL, NULL);
	/* A stripped file has some: the next one below is not it. */
	if (name == NULL || offset >= sym.st_size)
		return false;
	text_safe(&safe, name);
	snprintf(buf, size, "%.*s+0x%" PRIx64, SYMBOL_SHOWN, safe.s,
	    (uint64_t)offset);
	strbuf_done(&safe);
	return true;
}

#else

bool
sitesym_name(pid_t pid, const struct vma *v, uint64_t ip, char *buf,
    size_t size)
{
	(void)pid;
	(void)v;
	(void)ip;
	(void)buf;
	(void)size;
	return false;
}

#endif
