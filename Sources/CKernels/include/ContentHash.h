#pragma once
#include <stddef.h>
#include <stdint.h>

// XXH3 of 128 bits over a stream of bytes (Collet, xxHash specification, 2023, https://github.com/Cyan4973/xxHash).
// It identifies contents; it is not cryptographic.

typedef struct sigmascope_hash sigmascope_hash;

// A hash of no bytes yet; NULL if there is no memory.
sigmascope_hash *sigmascope_hash_create(void);
void sigmascope_hash_update(sigmascope_hash *hash, const void *bytes, size_t count);
// The digest of all bytes so far, most significant byte first.
void sigmascope_hash_digest(const sigmascope_hash *hash, uint8_t digest[16]);
void sigmascope_hash_destroy(sigmascope_hash *hash);
