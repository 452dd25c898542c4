// Types with one or two factors for a short block: 32 elements, 64 in NVFP4; and the ternary types.

#include "Quantization.h"

#include "Quantized.h"

// Two elements of four bits share a byte: one of the first half of the block and one of the second.
static inline void q4_0(const uint8_t *b, double *y) {
  float d = half_at(b);
  for (int j = 0; j < 16; j++) {
    y[j] = d * (float)((b[2 + j] & 15) - 8);
    y[j + 16] = d * (float)((b[2 + j] >> 4) - 8);
  }
}

static inline void q4_1(const uint8_t *b, double *y) {
  float d = half_at(b), m = half_at(b + 2);
  for (int j = 0; j < 16; j++) {
    y[j] = d * (float)(b[4 + j] & 15) + m;
    y[j + 16] = d * (float)(b[4 + j] >> 4) + m;
  }
}

// The fifth bits of all elements are in one word.
static inline void q5_0(const uint8_t *b, double *y) {
  float d = half_at(b);
  uint32_t high = u32_at(b + 2);
  for (int j = 0; j < 16; j++) {
    int low = (int)(high >> j & 1) << 4 | (b[6 + j] & 15);
    int upper = (int)(high >> (j + 16) & 1) << 4 | b[6 + j] >> 4;
    y[j] = d * (float)(low - 16);
    y[j + 16] = d * (float)(upper - 16);
  }
}

static inline void q5_1(const uint8_t *b, double *y) {
  float d = half_at(b), m = half_at(b + 2);
  uint32_t high = u32_at(b + 4);
  for (int j = 0; j < 16; j++) {
    int low = (int)(high >> j & 1) << 4 | (b[8 + j] & 15);
    int upper = (int)(high >> (j + 16) & 1) << 4 | b[8 + j] >> 4;
    y[j] = d * (float)low + m;
    y[j + 16] = d * (float)upper + m;
  }
}

static inline void q8_0(const uint8_t *b, double *y) {
  float d = half_at(b);
  for (int j = 0; j < 32; j++) y[j] = (float)(int8_t)b[2 + j] * d;
}

static const int8_t nonlinear[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

static inline void iq4_nl(const uint8_t *b, double *y) {
  float d = half_at(b);
  for (int j = 0; j < 16; j++) {
    y[j] = d * (float)nonlinear[b[2 + j] & 15];
    y[j + 16] = d * (float)nonlinear[b[2 + j] >> 4];
  }
}

static inline void iq4_xs(const uint8_t *b, double *y) {
  float d = half_at(b);
  uint16_t high = u16_at(b + 2);
  for (int i = 0; i < 8; i++) {
    int scale = (b[4 + i / 2] >> (4 * (i % 2)) & 15) | (high >> (2 * i) & 3) << 4;
    float dl = d * (float)(scale - 32);
    const uint8_t *q = b + 8 + 16 * i;
    for (int j = 0; j < 16; j++) {
      y[32 * i + j] = dl * (float)nonlinear[q[j] & 15];
      y[32 * i + 16 + j] = dl * (float)nonlinear[q[j] >> 4];
    }
  }
}

// Twice the values of E2M1; the factors are halved.
static const int8_t e2m1[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

static inline void mxfp4(const uint8_t *b, double *y) {
  uint32_t exponent = b[0];
  float d = float_from_bits(exponent < 2 ? 0x00200000u << exponent : (exponent - 1) << 23);
  for (int j = 0; j < 16; j++) {
    y[j] = d * (float)e2m1[b[1 + j] & 15];
    y[j + 16] = d * (float)e2m1[b[1 + j] >> 4];
  }
}

static inline float half_of_unsigned_e4m3(uint8_t x) {
  int exponent = x >> 3 & 15;
  float fraction = (float)(x & 7);
  float normal = (1.0f + fraction / 8.0f) * float_from_bits((uint32_t)(exponent + 120) << 23);
  float value = exponent == 0 ? fraction * 0x1p-9f : normal;
  return x == 0 || x == 0x7F ? 0.0f : value * 0.5f;
}

static inline void nvfp4(const uint8_t *b, double *y) {
  for (int i = 0; i < 4; i++) {
    float d = half_of_unsigned_e4m3(b[i]);
    const uint8_t *q = b + 4 + 8 * i;
    for (int j = 0; j < 8; j++) {
      y[16 * i + j] = d * (float)e2m1[q[j] & 15];
      y[16 * i + 8 + j] = d * (float)e2m1[q[j] >> 4];
    }
  }
}

// Five ternary digits in a byte, read from the top by multiplying with powers of three modulo 256.
static inline float ternary(uint8_t byte, int digit) {
  static const uint8_t powers[5] = {1, 3, 9, 27, 81};
  uint8_t shifted = (uint8_t)(byte * powers[digit]);
  return (float)((shifted * 3 >> 8) - 1);
}

static inline void tq1_0(const uint8_t *b, double *y) {
  float d = half_at(b + 52);
  for (int k = 0; k < 5; k++) {
    for (int j = 0; j < 32; j++) y[32 * k + j] = d * ternary(b[j], k);
    for (int j = 0; j < 16; j++) y[160 + 16 * k + j] = d * ternary(b[32 + j], k);
  }
  for (int k = 0; k < 4; k++) {
    for (int j = 0; j < 4; j++) y[240 + 4 * k + j] = d * ternary(b[48 + j], k);
  }
}

static inline void tq2_0(const uint8_t *b, double *y) {
  float d = half_at(b + 64);
  for (int i = 0; i < 256; i++) {
    int value = b[i / 128 * 32 + i % 32] >> (2 * (i / 32 % 4)) & 3;
    y[i] = d * (float)(value - 1);
  }
}

DEQUANTIZE(q4_0, 18, 32)
DEQUANTIZE(q4_1, 20, 32)
DEQUANTIZE(q5_0, 22, 32)
DEQUANTIZE(q5_1, 24, 32)
DEQUANTIZE(q8_0, 34, 32)
DEQUANTIZE(iq4_nl, 18, 32)
DEQUANTIZE(iq4_xs, 136, 256)
DEQUANTIZE(mxfp4, 17, 32)
DEQUANTIZE(nvfp4, 36, 64)
DEQUANTIZE(tq1_0, 54, 256)
DEQUANTIZE(tq2_0, 66, 256)
