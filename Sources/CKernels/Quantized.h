#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "Cloned.h"
#include "StoredFloats.h"

// A product and a sum that the compiler fuses would not round as the reference does.
#pragma STDC FP_CONTRACT OFF

// A function of the interface, made of the function of one block.
#define DEQUANTIZE(name, bytes, elements)                                                           \
  CLONED void sigmascope_dequantize_##name(const void *source, double *destination, size_t blocks) { \
    const uint8_t *block = source;                                                                  \
    for (size_t i = 0; i < blocks; i++) name(block + i * (bytes), destination + i * (elements));     \
  }

static inline float half_at(const uint8_t *place) {
  uint16_t bits;
  memcpy(&bits, place, sizeof bits);
  return float_from_f16(bits);
}

static inline uint16_t u16_at(const uint8_t *place) {
  uint16_t value;
  memcpy(&value, place, sizeof value);
  return value;
}

static inline uint32_t u32_at(const uint8_t *place) {
  uint32_t value;
  memcpy(&value, place, sizeof value);
  return value;
}
