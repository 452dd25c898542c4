#include "CProcess.h"

#if defined(__linux__) && __has_include(<linux/capability.h>)
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

void sigmascope_forgo_priority(void) {
  // Two words of 32 capabilities each; this one is in the first. Version 3 has had this form since Linux 2.6.26.
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
  if (syscall(SYS_capget, &header, sets) != 0) return;
  sets[0].effective &= ~CAP_TO_MASK(CAP_SYS_NICE);
  syscall(SYS_capset, &header, sets);
}
#else
void sigmascope_forgo_priority(void) {}
#endif
