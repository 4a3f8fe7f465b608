#include "config.h"

#include "pagetide/library.h"

#include <dlfcn.h>
#include <string.h>

void *
library_open(const char *file, const struct library_function *function,
    size_t n)
{
	void *handle = dlopen(file, RTLD_NOW), *f;

	for (size_t i = 0; handle != NULL && i < n; i++) {
		f = dlsym(handle, function[i].name);
		if (f == NULL) {
			dlclose(handle);
			return NULL;
		}
		memcpy(function[i].into, &f, sizeof f);
	}
	return handle;
}
