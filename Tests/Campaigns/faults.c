// Makes the file system and the clock of one process bad. faults.py compiles it and preloads it.
//
// FAULT_KIND says what happens at the calls of its class, FAULT_AT at which of them (from 1; 0 at none):
//
//   eio, enospc    the call fails with that error                               calls that change files
//   short          a write writes half of its bytes; any other call succeeds    calls that change files
//   kill           the process is killed before the call                        calls that change files
//   halfkill       the same, after half of a write                              calls that change files
//   slow           every call takes three milliseconds                          calls that change files
//   read           the call fails with EIO                                      calls that read files
//   stat           the call fails with EIO                                      calls that ask what is at a path
//   truncate, grow, overwrite, backdate, replace, delete                        calls that read files
//                  the file of the call is changed before it: cut in half; made longer; a byte is changed, with backdate
//                  under the old date; another file of the same bytes gets its name; it has no name any more
//   back, forward  from that call on, the clock is a day behind, a year ahead   calls that ask for the time
//
// FAULT_BELOW is a list of folders, separated by colons: only files below them count. When the process ends, the number
// of calls of each class is written to the file FAULT_COUNTS. The path that was struck is written to FAULT_STRUCK.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum class { CHANGES, READS, CLOCK, QUESTIONS };
static atomic_long counts[4];
static const char *kind = "";
static long at;
// The path of the call that is being counted.
static _Thread_local char current[PATH_MAX];

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  if (getenv("FAULT_KIND")) kind = getenv("FAULT_KIND");
  if (getenv("FAULT_AT")) at = atol(getenv("FAULT_AT"));
}

__attribute__((destructor)) static void end(void) {
  const char *path = getenv("FAULT_COUNTS");
  if (!path) return;
  FILE *file = fopen(path, "w");
  if (!file) return;
  fprintf(file, "%ld %ld %ld %ld\n", counts[CHANGES], counts[READS], counts[CLOCK], counts[QUESTIONS]);
  fclose(file);
}

static int is(const char *name) { return strcmp(kind, name) == 0; }

// Whether a path is below one of the folders, both absolute or both relative to the working folder.
static int counted(const char *path) {
  const char *folder = getenv("FAULT_BELOW");
  if (!path || !folder) return 0;
  snprintf(current, sizeof current, "%s", path);
  while (*folder) {
    size_t length = strcspn(folder, ":");
    if (strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0)) return 1;
    folder += length + (folder[length] == ':');
  }
  return 0;
}

static int counted_file(int descriptor) {
  char link[64], path[PATH_MAX];
  struct stat status;
  if (fstat(descriptor, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return counted(path);
}

// The class of calls that the kind of failure strikes.
static enum class struck_class(void) {
  static const char *changes = " eio enospc short kill halfkill slow ";
  char word[32];
  snprintf(word, sizeof word, " %s ", kind);
  if (is("stat")) return QUESTIONS;
  return is("back") || is("forward") ? CLOCK : strstr(changes, word) ? CHANGES : READS;
}

static int is_turn(enum class class) {
  if (++counts[class] != at || class != struck_class()) return 0;
  const char *path = getenv("FAULT_STRUCK");
  int file = path ? REAL(open)(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
  if (file < 0) return 1;
  REAL(write)(file, current, strlen(current));
  close(file);
  return 1;
}

// What a call that changes files has to do first: nothing (0), fail (-1), or half of its work (1).
static int changes(void) {
  if (is("slow")) {
    ++counts[CHANGES];
    struct timespec pause = {0, 3000000};
    nanosleep(&pause, NULL);
    return 0;
  }
  if (!is_turn(CHANGES)) return 0;
  if (is("kill")) raise(SIGKILL);
  if (is("short") || is("halfkill")) return 1;
  errno = is("enospc") ? ENOSPC : EIO;
  return -1;
}

// The same for a call without a half.
static int changes_whole(void) {
  int todo = changes();
  if (todo == 1 && is("halfkill")) raise(SIGKILL);
  return todo == 1 ? 0 : todo;
}

// Copies the bytes of a file to another one.
static void copy(int from, const char *path) {
  char bytes[1 << 16];
  int to = REAL(open)(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  for (ssize_t count; (count = REAL(read)(from, bytes, sizeof bytes)) > 0;) REAL(write)(to, bytes, count);
  close(to);
}

// Changes the file of the current call.
static void change(void) {
  struct stat status;
  struct timespec pause = {0, 20000000};
  char byte, other[PATH_MAX + 8];
  // Dates are only as fine as the clock's ticks.
  nanosleep(&pause, NULL);
  if (is("delete")) REAL(unlink)(current);
  int file = REAL(open)(current, O_RDWR);
  if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (is("truncate")) REAL(ftruncate)(file, status.st_size / 2);
  if (is("grow")) REAL(pwrite)(file, "grown", 5, status.st_size);
  if (is("replace")) {
    snprintf(other, sizeof other, "%s.other", current);
    copy(file, other);
    REAL(rename)(other, current);
  }
  if (is("overwrite") || is("backdate")) {
    off_t place = status.st_size * 3 / 4;
    if (REAL(pread)(file, &byte, 1, place) == 1) {
      byte ^= 1;
      REAL(pwrite)(file, &byte, 1, place);
    }
  }
  if (is("backdate")) REAL(futimens)(file, (struct timespec[2]){status.st_atim, status.st_mtim});
  close(file);
}

static int reads(void) {
  if (!is_turn(READS)) return 0;
  errno = EIO;
  if (is("read")) return -1;
  change();
  return 0;
}

static int opens(const char *path, int flags) {
  if (!counted(path)) return 0;
  return flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC) ? changes_whole() : reads();
}

#define OPEN(name, ...)                                                                                                \
  {                                                                                                                    \
    va_list rest;                                                                                                      \
    va_start(rest, flags);                                                                                             \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                                            \
    va_end(rest);                                                                                                      \
    return opens(path, flags) ? -1 : REAL(name)(__VA_ARGS__, mode);                                                    \
  }
int open(const char *path, int flags, ...) OPEN(open, path, flags)
int open64(const char *path, int flags, ...) OPEN(open64, path, flags)
int openat(int folder, const char *path, int flags, ...) OPEN(openat, folder, path, flags)

// A call that changes what is at a path.
#define CHANGE(name, parameters, path, ...)                                                                            \
  int name parameters { return counted(path) && changes_whole() ? -1 : REAL(name)(__VA_ARGS__); }
CHANGE(mkdir, (const char *path, mode_t mode), path, path, mode)
CHANGE(rmdir, (const char *path), path, path)
CHANGE(unlink, (const char *path), path, path)
CHANGE(unlinkat, (int folder, const char *path, int flags), path, folder, path, flags)
CHANGE(rename, (const char *old, const char *new), new, old, new)
CHANGE(renameat, (int a, const char *old, int b, const char *new), new, a, old, b, new)
CHANGE(renameat2, (int a, const char *old, int b, const char *new, unsigned flags), new, a, old, b, new, flags)
CHANGE(link, (const char *old, const char *new), new, old, new)
CHANGE(symlink, (const char *old, const char *new), new, old, new)
CHANGE(chmod, (const char *path, mode_t mode), path, path, mode)
CHANGE(utimes, (const char *path, const struct timeval times[2]), path, path, times)

// A call that changes an open file.
#define CHANGE_OPEN(name, parameters, ...)                                                                             \
  int name parameters { return counted_file(file) && changes_whole() ? -1 : REAL(name)(__VA_ARGS__); }
CHANGE_OPEN(fsync, (int file), file)
CHANGE_OPEN(fdatasync, (int file), file)
CHANGE_OPEN(ftruncate, (int file, off_t size), file, size)
CHANGE_OPEN(fchmod, (int file, mode_t mode), file, mode)
CHANGE_OPEN(futimens, (int file, const struct timespec times[2]), file, times)

#define WRITE(name, ...)                                                                                               \
  {                                                                                                                    \
    int todo = counted_file(file) ? changes() : 0;                                                                     \
    if (todo < 0) return -1;                                                                                           \
    if (todo > 0) size = (size + 1) / 2;                                                                               \
    ssize_t written = REAL(name)(__VA_ARGS__);                                                                         \
    if (todo > 0 && is("halfkill")) raise(SIGKILL);                                                                    \
    return written;                                                                                                    \
  }
ssize_t write(int file, const void *bytes, size_t size) WRITE(write, file, bytes, size)
ssize_t pwrite(int file, const void *bytes, size_t size, off_t place) WRITE(pwrite, file, bytes, size, place)

ssize_t read(int file, void *bytes, size_t size) {
  return counted_file(file) && reads() ? -1 : REAL(read)(file, bytes, size);
}
ssize_t pread(int file, void *bytes, size_t size, off_t place) {
  return counted_file(file) && reads() ? -1 : REAL(pread)(file, bytes, size, place);
}
void *mmap(void *address, size_t size, int protection, int flags, int file, off_t place) {
  // The C library is not ready when the first memory is mapped, but then no file is.
  if (!(flags & MAP_ANONYMOUS) && counted_file(file) && reads()) return MAP_FAILED;
  return REAL(mmap)(address, size, protection, flags, file, place);
}
DIR *opendir(const char *path) { return counted(path) && reads() ? NULL : REAL(opendir)(path); }
struct dirent *readdir(DIR *folder) {
  return counted_file(dirfd(folder)) && reads() ? NULL : REAL(readdir)(folder);
}

// A call that asks what is at a path.
#define QUESTION(name, parameters, ...)                                                                                \
  int name parameters {                                                                                                \
    if (!counted(path) || !is_turn(QUESTIONS)) return REAL(name)(__VA_ARGS__);                                         \
    errno = EIO;                                                                                                       \
    return -1;                                                                                                         \
  }
QUESTION(stat, (const char *restrict path, struct stat *restrict status), path, status)
QUESTION(lstat, (const char *restrict path, struct stat *restrict status), path, status)
QUESTION(fstatat, (int folder, const char *restrict path, struct stat *restrict status, int flags), folder, path, status, flags)
QUESTION(access, (const char *path, int mode), path, mode)

static time_t jump(void) {
  if (++counts[CLOCK] < at || struck_class() != CLOCK) return 0;
  return is("back") ? -86400 : 365 * 86400;
}
int clock_gettime(clockid_t clock, struct timespec *now) {
  int failed = REAL(clock_gettime)(clock, now);
  if (!failed && clock == CLOCK_REALTIME) now->tv_sec += jump();
  return failed;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int failed = REAL(gettimeofday)(now, zone);
  if (!failed) now->tv_sec += jump();
  return failed;
}
time_t time(time_t *place) {
  time_t now = REAL(time)(NULL) + jump();
  if (place) *place = now;
  return now;
}
