#pragma once
#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "stored elements are little-endian and are loaded as they stand"
#endif

static inline float float_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t bits_from_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// Widens a float with a narrower exponent field. Its bits, moved to the position of float's fields, give a value that
// is too small by a power of two. Multiplying by `factor` corrects this exactly, also for subnormal values.
static inline float widened(uint32_t magnitude_bits, float factor, uint32_t sign) {
  float magnitude = float_from_bits(magnitude_bits) * factor;
  return float_from_bits(bits_from_float(magnitude) | sign);
}

static inline float float_from_f16(uint16_t x) {
  uint32_t sign = (uint32_t)(x & 0x8000) << 16;
  uint32_t magnitude = (uint32_t)(x & 0x7FFF) << 13;
  uint32_t special = magnitude | 0x7F800000u | sign;  // infinity and NaN: exponent all ones
  float finite = widened(magnitude, 0x1p112f, sign);
  return (x & 0x7C00) == 0x7C00 ? float_from_bits(special) : finite;
}
