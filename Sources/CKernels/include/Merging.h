#pragma once
#include <stddef.h>

// result = left · right, row-major, rows × inner times inner × columns: each entry is one sum over `inner` in its order,
// from 0, with one rounding a term (fused multiply-add). MKL sums in this order up to 192 terms, and with it PyTorch on
// processors. The three do not overlap.
void sigmascope_fused_product_f32(
    const float *left, const float *right, float *result, size_t rows, size_t inner,
    size_t columns);
