#pragma once
#include <stddef.h>
#include <stdint.h>

// Attention of all heads of a sequence at once. Letters as in Decoder.h, and T positions of a sequence. Head h reads the
// keys and values of head h / sharing. Of the places up to its own, a position sees the last `window`.

/// Rows of probabilities, and room for transposed keys, end at a multiple of this.
#define SIGMASCOPE_ATTENTION_BLOCK 16

/// So many rows that continue one prompt attend to it together.
#define SIGMASCOPE_ROWS_TOGETHER 4

/// Where a row stands that is read after others: it continues a prompt of `length` tokens.
typedef struct {
  int32_t prompt, length, sequence, position;
} sigmascope_place;

/// The declarations for one precision. Query, attended and their gradients have one stride, key, value and theirs another.
#define SIGMASCOPE_ATTENTION(REAL, SUFFIX)                                                          \
  /* P = softmax(scale · Q Kᵀ), attended = P V. Probabilities: H blocks of T × padded(T). Room: D × padded(T). */ \
  void sigmascope_attention_##SUFFIX(                                                               \
      const REAL *query, size_t query_stride, const REAL *key, const REAL *value,                   \
      size_t key_stride, size_t length, size_t heads, size_t sharing, size_t head_width,            \
      REAL scale, size_t window, REAL *room, REAL *probabilities, REAL *attended);                  \
  /* Writes the gradients of query, key and value. Room: (D + T) × padded(T). */                    \
  void sigmascope_attention_backward_##SUFFIX(                                                      \
      const REAL *query, size_t query_stride, const REAL *key, const REAL *value,                   \
      size_t key_stride, size_t length, size_t heads, size_t sharing, size_t head_width,            \
      REAL scale, size_t window, const REAL *probabilities, const REAL *attended_gradient,          \
      REAL *room, REAL *query_gradient, REAL *key_gradient, REAL *value_gradient);                  \
  /* Keeps the key and value of each row (N × `pairs`) in the cache, as its sequence's token behind the prompt, and has its \
     query attend to the places up to there. For each prompt and each sequence, keys are `pairs` × capacity, values capacity × \
     `pairs`. Scores: room for SIGMASCOPE_ROWS_TOGETHER × (prompt_capacity + capacity). */                          \
  void sigmascope_cached_attention_##SUFFIX(                                                        \
      const REAL *query, size_t query_stride, const REAL *key, const REAL *value,                   \
      const REAL *prompt_keys, const REAL *prompt_values, size_t prompt_capacity, REAL *keys,       \
      REAL *values, size_t capacity, size_t pairs, const sigmascope_place *places, size_t rows,     \
      size_t heads, size_t sharing, size_t head_width, REAL scale, size_t window, REAL *scores,     \
      REAL *attended);

SIGMASCOPE_ATTENTION(float, f32)
SIGMASCOPE_ATTENTION(double, f64)
