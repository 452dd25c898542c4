// K types: 256 elements, with a factor for each 16 or 32 of them that is itself quantised.

#include "Quantization.h"

#include "Quantized.h"

// Which byte and which pair of bits hold an element where 32 bytes hold four runs of 32 elements.
static inline int crumb(const uint8_t *q, int i) { return q[i / 128 * 32 + i % 32] >> (2 * (i / 32 % 4)) & 3; }

static inline void q2_k(const uint8_t *b, double *y) {
  float d = half_at(b + 80), minimum = half_at(b + 82);
  for (int group = 0; group < 16; group++) {
    float dl = d * (float)(b[group] & 15);
    float ml = minimum * (float)(b[group] >> 4);
    for (int i = 16 * group; i < 16 * group + 16; i++) y[i] = dl * (float)crumb(b + 16, i) - ml;
  }
}

// Four low bits of the scales fill eight bytes, two high bits four more.
static inline void q3_k(const uint8_t *b, double *y) {
  const uint8_t *mask = b, *q = b + 32, *scales = b + 96;
  float d = half_at(b + 108);
  for (int group = 0; group < 16; group++) {
    int low = scales[group % 8] >> (4 * (group / 8)) & 15;
    int high = scales[8 + group % 4] >> (2 * (group / 4)) & 3;
    float dl = d * (float)((low | high << 4) - 32);
    for (int i = 16 * group; i < 16 * group + 16; i++) {
      int absent = (mask[i % 32] >> (i / 32) & 1) ^ 1;
      y[i] = dl * (float)(crumb(q, i) - (absent << 2));
    }
  }
}

// Eight scales and eight minima of six bits in twelve bytes.
static inline void scale_and_minimum(const uint8_t *packed, int i, int *scale, int *minimum) {
  if (i < 4) {
    *scale = packed[i] & 63;
    *minimum = packed[4 + i] & 63;
  } else {
    *scale = (packed[4 + i] & 15) | (packed[i - 4] >> 2 & 0x30);
    *minimum = packed[4 + i] >> 4 | (packed[i] >> 2 & 0x30);
  }
}

static inline void q4_k(const uint8_t *b, double *y) {
  float d = half_at(b), dmin = half_at(b + 2);
  const uint8_t *q = b + 16;
  for (int group = 0; group < 8; group++) {
    int scale, minimum;
    scale_and_minimum(b + 4, group, &scale, &minimum);
    float dl = d * (float)scale, ml = dmin * (float)minimum;
    int shift = 4 * (group % 2);
    for (int j = 0; j < 32; j++) {
      y[32 * group + j] = dl * (float)(q[group / 2 * 32 + j] >> shift & 15) - ml;
    }
  }
}

static inline void q5_k(const uint8_t *b, double *y) {
  float d = half_at(b), dmin = half_at(b + 2);
  const uint8_t *high = b + 16, *q = b + 48;
  for (int group = 0; group < 8; group++) {
    int scale, minimum;
    scale_and_minimum(b + 4, group, &scale, &minimum);
    float dl = d * (float)scale, ml = dmin * (float)minimum;
    int shift = 4 * (group % 2);
    for (int j = 0; j < 32; j++) {
      int value = (q[group / 2 * 32 + j] >> shift & 15) | (high[j] >> group & 1) << 4;
      y[32 * group + j] = dl * (float)value - ml;
    }
  }
}

static inline void q6_k(const uint8_t *b, double *y) {
  const uint8_t *low = b, *high = b + 128, *scales = b + 192;
  float d = half_at(b + 208);
  for (int group = 0; group < 16; group++) {
    float dl = d * (float)(int8_t)scales[group];
    for (int i = 16 * group; i < 16 * group + 16; i++) {
      int nibble = low[i / 128 * 64 + i % 64] >> (4 * (i / 64 % 2)) & 15;
      y[i] = dl * (float)((nibble | crumb(high, i) << 4) - 32);
    }
  }
}

static inline void q8_k(const uint8_t *b, double *y) {
  float d = float_from_bits(u32_at(b));
  for (int i = 0; i < 256; i++) y[i] = d * (float)(int8_t)b[4 + i];
}

DEQUANTIZE(q2_k, 84, 256)
DEQUANTIZE(q3_k, 110, 256)
DEQUANTIZE(q4_k, 144, 256)
DEQUANTIZE(q5_k, 176, 256)
DEQUANTIZE(q6_k, 210, 256)
DEQUANTIZE(q8_k, 292, 256)
