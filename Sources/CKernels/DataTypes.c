#include "DataTypes.h"

#include <math.h>
#include <string.h>

#include "Cloned.h"
#include "StoredFloats.h"

// MARK: Decoding. Each loop loads by memcpy, because a file may place a tensor at any offset, aligned or not.

#define DECODE(name, element, expression)                                                     \
  CLONED void sigmascope_decode_##name(const void *source, double *destination, size_t count) { \
    const unsigned char *bytes = source;                                                      \
    for (size_t i = 0; i < count; i++) {                                                      \
      element x;                                                                              \
      memcpy(&x, bytes + i * sizeof x, sizeof x);                                             \
      destination[i] = (expression);                                                          \
    }                                                                                         \
  }

static inline float float_from_f8(
    uint8_t x, int shift, float factor, uint8_t nan_mask, uint8_t nan_pattern) {
  uint32_t sign = (uint32_t)(x & 0x80) << 24;
  float finite = widened((uint32_t)(x & 0x7F) << shift, factor, sign);
  return (x & nan_mask) == nan_pattern ? float_from_bits(0x7FC00000u) : finite;
}

static inline double double_from_e8m0(uint8_t x) {
  // 2^(x - 127); 0xFF is NaN.
  uint64_t bits = x == 0xFF ? 0x7FF8000000000000u : (uint64_t)(x + 1023 - 127) << 52;
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

DECODE(bool, uint8_t, x != 0 ? 1.0 : 0.0)
DECODE(u8, uint8_t, (double)x)
DECODE(i8, int8_t, (double)x)
DECODE(u16, uint16_t, (double)x)
DECODE(i16, int16_t, (double)x)
DECODE(u32, uint32_t, (double)x)
DECODE(i32, int32_t, (double)x)
DECODE(u64, uint64_t, (double)x)
DECODE(i64, int64_t, (double)x)
DECODE(f16, uint16_t, (double)float_from_f16(x))
DECODE(bf16, uint16_t, (double)float_from_bits((uint32_t)x << 16))
DECODE(f32, float, (double)x)
DECODE(f64, double, x)
DECODE(f8_e4m3, uint8_t, (double)float_from_f8(x, 20, 0x1p120f, 0x7F, 0x7F))
DECODE(f8_e5m2, uint8_t, (double)float_from_f16((uint16_t)(x << 8)))
DECODE(f8_e4m3fnuz, uint8_t, (double)float_from_f8(x, 20, 0x1p119f, 0xFF, 0x80))
DECODE(f8_e5m2fnuz, uint8_t, (double)float_from_f8(x, 21, 0x1p111f, 0xFF, 0x80))
DECODE(f8_e8m0, uint8_t, double_from_e8m0(x))

// MARK: Rounding

#define ROUND(name, expression)                                                                 \
  CLONED void sigmascope_round_##name(const double *source, double *destination, size_t count) { \
    for (size_t i = 0; i < count; i++) {                                                        \
      float x = (float)source[i];                                                               \
      destination[i] = (expression);                                                            \
    }                                                                                           \
  }

// bf16 keeps the upper half of a float. It is rounded by the lower half; ties go to the even pattern.
static inline uint32_t bf16_bits(float x) {
  uint32_t bits = bits_from_float(x);
  uint32_t rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) & 0xFFFF0000u;
  uint32_t quiet = (bits & 0x80000000u) | 0x7FC00000u;
  return (bits & 0x7FFFFFFFu) > 0x7F800000u ? quiet : rounded;
}

// Rounds the significand to `dropped` fewer bits, ties to even. Below `smallest_normal` the spacing of the narrow type
// is constant and equals the spacing of floats at `anchor`, so adding and subtracting `anchor` rounds to it.
// Results of `limit` or more become `overflow`; NaN stays NaN.
static inline float narrowed(
    float x, int dropped, float smallest_normal, float anchor, float limit, float overflow) {
  uint32_t bits = bits_from_float(x);
  uint32_t sign = bits & 0x80000000u;
  uint32_t magnitude_bits = bits & 0x7FFFFFFFu;
  float magnitude = float_from_bits(magnitude_bits);
  uint32_t half = (1u << (dropped - 1)) - 1u;
  uint32_t kept = (magnitude_bits + half + ((magnitude_bits >> dropped) & 1u)) >> dropped << dropped;
  float normal = float_from_bits(kept);
  normal = normal >= limit ? overflow : normal;
  float subnormal = (magnitude + anchor) - anchor;
  float result = magnitude < smallest_normal ? subnormal : normal;
  result = float_from_bits(bits_from_float(result) | sign);
  return magnitude_bits > 0x7F800000u ? x : result;
}

ROUND(f32, (double)x)
ROUND(bf16, (double)float_from_bits(bf16_bits(x)))
ROUND(f16, (double)narrowed(x, 13, 0x1p-14f, 0x1p-1f, 0x1p16f, INFINITY))
ROUND(f8_e4m3, (double)narrowed(x, 20, 0x1p-6f, 0x1p14f, 480.0f, 448.0f))
ROUND(f8_e5m2, (double)narrowed(x, 21, 0x1p-14f, 0x1p7f, 0x1p16f, INFINITY))
