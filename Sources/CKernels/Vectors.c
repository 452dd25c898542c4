#include "Vectors.h"

#include "Cloned.h"

const char *sigmascope_vector_level(void) {
#ifdef HAS_CLONES
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4";
  if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3";
#endif
  return "default";
}
