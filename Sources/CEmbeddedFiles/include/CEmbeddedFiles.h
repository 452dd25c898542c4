#pragma once
#include <stddef.h>

// The files that are built into the program: the presets of studies and the small base model of notebooks-data, and the
// parts of pages of Sources/Reports/Page/Web.

typedef struct {
  // Its path below notebooks-data; page/NAME for a part of a page.
  const char *name;
  const unsigned char *bytes;
  size_t count;
} sigmascope_embedded_file;

size_t sigmascope_embedded_file_count(void);
// The file at this index, which must be below the count.
sigmascope_embedded_file sigmascope_embedded_file_at(size_t index);
