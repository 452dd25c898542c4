// Integers of a few bits, packed as libraries for quantised models do it.

#include "Quantization.h"

#include "StoredFloats.h"

void sigmascope_unpack_stream(const void *source, int bits, size_t skipped, double *destination, size_t count) {
  const uint8_t *b = source;
  uint32_t mask = (1u << bits) - 1;
  for (size_t i = 0; i < count; i++) {
    size_t position = skipped + i * (size_t)bits;
    uint32_t shift = position % 8;
    uint32_t window = b[position / 8];
    if (shift + (uint32_t)bits > 8) window |= (uint32_t)b[position / 8 + 1] << 8;
    destination[i] = window >> shift & mask;
  }
}

void sigmascope_unpack_words(
    const void *low, const void *high, int bits, int shift, double *destination, size_t count) {
  uint32_t mask = (1u << bits) - 1;
  for (size_t i = 0; i < count; i++) {
    uint32_t value = 0;
    memcpy(&value, (const uint8_t *)low + 4 * i, 4);
    value >>= shift;
    if (high) {
      uint32_t above = 0;
      memcpy(&above, (const uint8_t *)high + 4 * i, 4);
      value |= above << (32 - shift);
    }
    destination[i] = value & mask;
  }
}

void sigmascope_unpack_interleaved(const void *source, size_t first, double *destination, size_t count) {
  static const uint8_t shifts[8] = {0, 16, 4, 20, 8, 24, 12, 28};
  for (size_t i = 0; i < count; i++) {
    uint32_t word = 0;
    memcpy(&word, (const uint8_t *)source + (first + i) / 8 * 4, 4);
    destination[i] = word >> shifts[(first + i) % 8] & 15;
  }
}

void sigmascope_look_up_nibbles(
    const void *source, int high_first, size_t first, const double *table, double *destination, size_t count) {
  const uint8_t *b = source;
  for (size_t i = 0; i < count; i++) {
    size_t position = first + i;
    int is_high = (position % 2 == 0) == (high_first != 0);
    destination[i] = table[is_high ? b[position / 2] >> 4 : b[position / 2] & 15];
  }
}
