#pragma once
#include <stddef.h>

// Optimiser steps over contiguous buffers, in both precisions.
#define SIGMASCOPE_OPTIMIZER(REAL, SUFFIX)                                                          \
  /* w −= rate · (decay · w + m̂ / (√v̂ + ε)), with m and v updated first; corrections are 1 − βᵗ. */   \
  void sigmascope_adamw_##SUFFIX(                                                                   \
      REAL *weights, const REAL *gradient, REAL *first, REAL *second, double rate, double beta1,    \
      double beta2, double epsilon, double decay, double correction1, double correction2,           \
      size_t count);                                                                                \
  /* b = momentum · b + (g + decay · w); w −= rate · b. */                                           \
  void sigmascope_sgd_##SUFFIX(                                                                     \
      REAL *weights, const REAL *gradient, REAL *velocity, double rate, double momentum,            \
      double decay, size_t count);

SIGMASCOPE_OPTIMIZER(float, f32)
SIGMASCOPE_OPTIMIZER(double, f64)
