#include "ContentHash.h"

// The library is compiled in from its header, so the program does not need it at run time.
#define XXH_INLINE_ALL
#include <xxhash.h>

sigmascope_hash *sigmascope_hash_create(void) {
  XXH3_state_t *state = XXH3_createState();
  if (state) XXH3_128bits_reset(state);
  return (sigmascope_hash *)state;
}

void sigmascope_hash_update(sigmascope_hash *hash, const void *bytes, size_t count) {
  XXH3_128bits_update((XXH3_state_t *)hash, bytes, count);
}

void sigmascope_hash_digest(const sigmascope_hash *hash, uint8_t digest[16]) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest((const XXH3_state_t *)hash));
  memcpy(digest, canonical.digest, sizeof canonical.digest);
}

void sigmascope_hash_destroy(sigmascope_hash *hash) { XXH3_freeState((XXH3_state_t *)hash); }
