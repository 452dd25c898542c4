#pragma once

// One compiled copy for each generation of the processor, chosen when the program is loaded.
// ThreadSanitizer is not ready that early, and other processors have no such names.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define CLONED __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CLONED
#endif
