#pragma once

// Compiles one copy for each processor generation; the copy is chosen when the program is loaded. Not with
// ThreadSanitizer, which is not initialized that early, and not on other architectures, which have no such names.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define HAS_CLONES
#define CLONED __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CLONED
#endif
