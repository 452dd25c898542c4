#include "Product.h"

#include "Cloned.h"

#define PANEL SIGMASCOPE_PANEL
// Six rows of two vectors of AVX2 fill its registers.
#define ROWS 6
#define INLINE static inline __attribute__((always_inline))

#define REAL float
#define NAME(name) sigmascope_##name##_f32
#include "Product.inc"
#undef REAL
#undef NAME

#define REAL double
#define NAME(name) sigmascope_##name##_f64
#include "Product.inc"
