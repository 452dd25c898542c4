// The compiler vectorises a square root only if it cannot set errno; hence the builtin.
#include "Optimizer.h"

#include "Cloned.h"

#define REAL float
#define NAME(name) sigmascope_##name##_f32
#define SQRT __builtin_elementwise_sqrt
#include "Optimizer.inc"
#undef REAL
#undef NAME

#define REAL double
#define NAME(name) sigmascope_##name##_f64
#include "Optimizer.inc"
