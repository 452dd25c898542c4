// IQ types: groups of 4 or 8 elements are entries of a codebook. 256 elements a block.

#include "Quantization.h"

#include "Quantized.h"
#include "QuantizationGrids.h"

// Seven signs; the eighth makes their number even.
static inline int even_signs(uint32_t seven) {
  return (int)(seven | (uint32_t)(__builtin_popcount(seven) & 1) << 7);
}

// Eight elements, given as the codes of their magnitudes in fields of so many bits, and a sign each.
#define EIGHT(name, bits, mask, magnitude)                                          \
  static inline void name(double *y, float db, uint32_t codes, int signs) {         \
    for (int j = 0; j < 8; j++) {                                                   \
      int code = (int)(codes >> ((bits) * j) & (mask));                             \
      float value = db * (float)(magnitude);                                        \
      uint32_t sign = (uint32_t)(signs >> j & 1) << 31;                             \
      y[j] = float_from_bits(bits_from_float(value) ^ sign);                        \
    }                                                                               \
  }

EIGHT(eight_of_2_bits, 2, 3, 8 + 17 * code + (code == 2))      // 8, 25, 43
EIGHT(eight_of_xxs, 4, 7, 4 + 8 * code + 2 * (code == 7))      // 4, 12 … 52, 62
EIGHT(eight_odd, 4, 7, 1 + 2 * code)                           // 1, 3 … 15

static inline void iq2_xxs(const uint8_t *b, double *y) {
  float d = half_at(b);
  for (int i = 0; i < 8; i++) {
    const uint8_t *q = b + 2 + 8 * i;
    uint32_t rest = u32_at(q + 4);
    float db = d * (0.5f + (float)(rest >> 28)) * 0.25f;
    for (int k = 0; k < 4; k++) {
      eight_of_2_bits(y + 32 * i + 8 * k, db, iq2_xxs_grid[q[k]], even_signs(rest >> (7 * k) & 127));
    }
  }
}

static inline void iq2_xs(const uint8_t *b, double *y) {
  float d = half_at(b);
  for (int i = 0; i < 32; i++) {
    uint16_t q = u16_at(b + 2 + 2 * i);
    int scale = b[66 + i / 4] >> (4 * (i / 2 % 2)) & 15;
    float db = d * (0.5f + (float)scale) * 0.25f;
    eight_of_2_bits(y + 8 * i, db, iq2_xs_grid[q & 511], even_signs(q >> 9));
  }
}

static inline void iq2_s(const uint8_t *b, double *y) {
  const uint8_t *q = b + 2, *signs = b + 34, *high = b + 66, *scales = b + 74;
  float d = half_at(b);
  for (int i = 0; i < 32; i++) {
    int scale = scales[i / 4] >> (4 * (i / 2 % 2)) & 15;
    float db = d * (0.5f + (float)scale) * 0.25f;
    int index = q[i] | (high[i / 4] >> (2 * (i % 4)) & 3) << 8;
    eight_of_2_bits(y + 8 * i, db, iq2_s_grid[index], signs[i]);
  }
}

static inline void iq3_xxs(const uint8_t *b, double *y) {
  float d = half_at(b);
  for (int i = 0; i < 8; i++) {
    uint32_t rest = u32_at(b + 66 + 4 * i);
    float db = d * (0.5f + (float)(rest >> 28)) * 0.5f;
    for (int k = 0; k < 4; k++) {
      const uint8_t *q = b + 2 + 8 * i + 2 * k;
      uint32_t codes = iq3_xxs_grid[q[0]] | (uint32_t)iq3_xxs_grid[q[1]] << 16;
      eight_of_xxs(y + 32 * i + 8 * k, db, codes, even_signs(rest >> (7 * k) & 127));
    }
  }
}

static inline void iq3_s(const uint8_t *b, double *y) {
  const uint8_t *q = b + 2, *high = b + 66, *signs = b + 74, *scales = b + 106;
  float d = half_at(b);
  for (int i = 0; i < 32; i++) {
    int scale = scales[i / 8] >> (4 * (i / 4 % 2)) & 15;
    float db = d * (float)(1 + 2 * scale);
    int bits = high[i / 4] >> (2 * (i % 4));
    uint32_t codes = iq3_s_grid[q[2 * i] | (bits & 1) << 8] | (uint32_t)iq3_s_grid[q[2 * i + 1] | (bits & 2) << 7] << 16;
    eight_odd(y + 8 * i, db, codes, signs[i]);
  }
}

// Eight elements of -1, 0 or 1, all moved by an eighth.
static inline void eight_ternary(double *y, float dl, uint16_t entry, float delta) {
  for (int j = 0; j < 8; j++) y[j] = dl * ((float)((entry >> (2 * j) & 3) - 1) + delta);
}

static inline void iq1_s(const uint8_t *b, double *y) {
  float d = half_at(b);
  for (int i = 0; i < 8; i++) {
    uint16_t high = u16_at(b + 34 + 2 * i);
    float dl = d * (float)(2 * (high >> 12 & 7) + 1);
    float delta = high & 0x8000 ? -0.125f : 0.125f;
    for (int k = 0; k < 4; k++) {
      int index = b[2 + 4 * i + k] | (high >> (3 * k) & 7) << 8;
      eight_ternary(y + 32 * i + 8 * k, dl, iq1_grid[index], delta);
    }
  }
}

// The half-precision factor is spread over the upper four bits of four words of scales.
static inline void iq1_m(const uint8_t *b, double *y) {
  const uint8_t *q = b, *high = b + 32, *scales = b + 48;
  uint16_t bits = 0;
  for (int i = 0; i < 4; i++) bits |= (uint16_t)((u16_at(scales + 2 * i) & 0xF000) >> (12 - 4 * i));
  float d = float_from_f16(bits);
  for (int i = 0; i < 32; i++) {
    int nibble = high[i / 2] >> (4 * (i % 2)) & 15;
    int scale = u16_at(scales + i / 8 * 2) >> (3 * (i / 2 % 4)) & 7;
    float dl = d * (float)(2 * scale + 1);
    int index = q[i] | (nibble & 7) << 8;
    eight_ternary(y + 8 * i, dl, iq1_grid[index], nibble & 8 ? -0.125f : 0.125f);
  }
}

DEQUANTIZE(iq1_s, 50, 256)
DEQUANTIZE(iq1_m, 56, 256)
DEQUANTIZE(iq2_xxs, 66, 256)
DEQUANTIZE(iq2_xs, 74, 256)
DEQUANTIZE(iq2_s, 82, 256)
DEQUANTIZE(iq3_xxs, 98, 256)
DEQUANTIZE(iq3_s, 110, 256)
