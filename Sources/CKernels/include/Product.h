#pragma once
#include <stddef.h>

// Products of many rows by one packed matrix. A library packs both factors at every call, which for a matrix of a small
// decoder takes a third of the product's time. Here only the right factor is packed, for drawing answers once for all their
// tokens, and the left one is read as it lies. The sum for a number of the result has one order, however many rows there are.
//
// Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008: the kernel without its outer loops.

/// A packed matrix ends at a multiple of so many columns.
#define SIGMASCOPE_PANEL 16

/// The declarations for one precision.
#define SIGMASCOPE_PRODUCT(REAL, SUFFIX)                                                             \
  /* Packs op(B), inner × columns; room for inner × padded(columns) numbers. `transposed`: B is columns × inner. */ \
  void sigmascope_pack_##SUFFIX(                                                                    \
      const REAL *matrix, size_t stride, int transposed, size_t inner, size_t columns, REAL *packed); \
  /* C ← kept · C + scale · A op(B), with A rows × inner. */                                        \
  void sigmascope_product_##SUFFIX(                                                                 \
      const REAL *left, size_t left_stride, const REAL *packed, size_t rows, size_t inner,          \
      size_t columns, REAL scale, REAL kept, REAL *out, size_t out_stride);

SIGMASCOPE_PRODUCT(float, f32)
SIGMASCOPE_PRODUCT(double, f64)
