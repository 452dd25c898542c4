#include "Merging.h"

#include "Cloned.h"

CLONED void sigmascope_fused_product_f32(
    const float *restrict left, const float *restrict right, float *restrict result, size_t rows,
    size_t inner, size_t columns) {
  for (size_t row = 0; row < rows; row++) {
    float *sums = result + row * columns;
    for (size_t column = 0; column < columns; column++) sums[column] = 0;
    for (size_t term = 0; term < inner; term++) {
      const float factor = left[row * inner + term];
      const float *line = right + term * columns;
      for (size_t column = 0; column < columns; column++)
        sums[column] = __builtin_fmaf(factor, line[column], sums[column]);
    }
  }
}
