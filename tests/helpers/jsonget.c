/*
 * jsonget KEY[.KEY...]...   reads JSON objects from standard input, one a
 * line, and prints the values at these paths, blank between, a line for each
 * object. null prints "null", arrays and objects as compact JSON. Fails when
 * the input is no JSON or a path does not exist.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static json_t *
find(json_t *value, char *path)
{
	char *key;

	for (key = strtok(path, "."); key != NULL && value != NULL;
	    key = strtok(NULL, "."))
		value = json_object_get(value, key);
	if (value == NULL)
		errx(1, "no such path");
	return value;
}

static void
print(json_t *value)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

	if (json_is_string(value))
		fputs(json_string_value(value), stdout);
	else
		fputs(text, stdout);
	free(text);
}

int
main(int argc, char **argv)
{
	char *line = NULL;
	size_t cap = 0;
	int i;

	while (getline(&line, &cap, stdin) > 0) {
		json_error_t error;
		json_t *value = json_loads(line, JSON_REJECT_DUPLICATES,
		    &error);

		if (value == NULL)
			errx(1, "no JSON: %s", error.text);
		for (i = 1; i < argc; i++) {
			char *path = strdup(argv[i]);

			if (i > 1)
				putchar(' ');
			print(find(value, path));
			free(path);
		}
		putchar('\n');
		json_decref(value);
	}
	free(line);
	return 0;
}
