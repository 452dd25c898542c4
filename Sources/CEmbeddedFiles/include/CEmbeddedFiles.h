#pragma once
#include <stddef.h>

// The files of notebooks-data that are built into the program: the presets of studies and the small base model.

typedef struct {
  // Its path below notebooks-data.
  const char *name;
  const unsigned char *bytes;
  size_t count;
} sigmascope_embedded_file;

size_t sigmascope_embedded_file_count(void);
// The file at this index, which must be below the count.
sigmascope_embedded_file sigmascope_embedded_file_at(size_t index);
