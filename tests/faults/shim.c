/* Stands beneath a program (LD_PRELOAD) and makes its file writes fail, as a control file says.

   Calls that write (below the folder that the control file names) are counted; the chosen one, or with `sticky` each
   from the chosen one on, meets its fate. The clock of the day can be moved as well. See disk.py for the other side. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { NONE, FAILS, FAILS_DONE, HANGS, KILLED, KILLED_DONE };

struct control {
    int32_t fate, error, sticky, tell;
    int64_t left, hits, clock;
    char below[1024];
};

static struct control calm, *control = &calm;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("SHOUZE_TEST_DISK");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file >= 0) {
        void *found = mmap(NULL, sizeof calm, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (found != MAP_FAILED) control = found;
        close(file);
    }
}

static void tell(const char *call, const char *path) {
    static ssize_t (*real)(int, const void *, size_t);
    char line[256];
    const char *name = strrchr(path, '/');
    if (!real) real = dlsym(RTLD_NEXT, "write");
    if (control->tell) {
        int length = snprintf(line, sizeof line, "hit %s %s\n", call, name ? name + 1 : path);
        if (real(control->tell, line, length) < 0) abort();
    }
}

/* Returns the fate of a call on this path: NONE, or one that the caller acts out (FAILS, FAILS_DONE, KILLED_DONE). */
static int fate_of(const char *call, const char *path) {
    int fate = control->fate;
    if (fate == NONE || strncmp(path, control->below, strlen(control->below))) return NONE;
    int64_t left = __atomic_sub_fetch(&control->left, 1, __ATOMIC_SEQ_CST);
    if (left > 0 || (left < 0 && !control->sticky)) return NONE;
    __atomic_add_fetch(&control->hits, 1, __ATOMIC_SEQ_CST);
    tell(call, path);
    if (fate == HANGS)
        for (;;) pause();
    if (fate == KILLED) raise(SIGKILL);
    return fate;
}

static int fate_of_file(const char *call, int file) {
    char place[64], path[4096];
    if (control->fate == NONE) return NONE;
    snprintf(place, sizeof place, "/proc/self/fd/%d", file);
    ssize_t length = readlink(place, path, sizeof path - 1);
    if (length < 0) return NONE;
    path[length] = 0;
    return fate_of(call, path);
}

/* Acts out a fate around a call that returns -1 on failure. */
#define MEET(type, fate, doing)                          \
    do {                                                 \
        int met = (fate);                                \
        if (met == FAILS) { errno = control->error; return -1; } \
        type answer = (doing);                           \
        if (met == KILLED_DONE) raise(SIGKILL);          \
        if (met == FAILS_DONE) { errno = control->error; return -1; } \
        return answer;                                   \
    } while (0)

#define REAL(type, name, ...)                                          \
    static type (*real)(__VA_ARGS__);                                  \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

ssize_t write(int file, const void *from, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    MEET(ssize_t, fate_of_file("write", file), real(file, from, size));
}
ssize_t pwrite(int file, const void *from, size_t size, off_t at) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    MEET(ssize_t, fate_of_file("pwrite", file), real(file, from, size, at));
}
ssize_t pwrite64(int file, const void *from, size_t size, off64_t at) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    MEET(ssize_t, fate_of_file("pwrite", file), real(file, from, size, at));
}
int fsync(int file) {
    REAL(int, fsync, int);
    MEET(int, fate_of_file("fsync", file), real(file));
}
int fdatasync(int file) {
    REAL(int, fdatasync, int);
    MEET(int, fate_of_file("fdatasync", file), real(file));
}
int ftruncate(int file, off_t size) {
    REAL(int, ftruncate, int, off_t);
    MEET(int, fate_of_file("ftruncate", file), real(file, size));
}
int ftruncate64(int file, off64_t size) {
    REAL(int, ftruncate64, int, off64_t);
    MEET(int, fate_of_file("ftruncate", file), real(file, size));
}
int rename(const char *from, const char *to) {
    REAL(int, rename, const char *, const char *);
    MEET(int, fate_of("rename", to), real(from, to));
}
int link(const char *from, const char *to) {
    REAL(int, link, const char *, const char *);
    MEET(int, fate_of("link", to), real(from, to));
}
int unlink(const char *path) {
    REAL(int, unlink, const char *);
    MEET(int, fate_of("unlink", path), real(path));
}
int mkdir(const char *path, mode_t mode) {
    REAL(int, mkdir, const char *, mode_t);
    MEET(int, fate_of("mkdir", path), real(path, mode));
}

/* Opening counts where it makes a file. */
#define OPEN(name)                                                     \
    int name(const char *path, int flags, ...) {                       \
        REAL(int, name, const char *, int, ...);                       \
        mode_t mode = 0;                                               \
        if (flags & O_CREAT) {                                         \
            va_list more;                                              \
            va_start(more, flags);                                     \
            mode = va_arg(more, mode_t);                               \
            va_end(more);                                              \
        }                                                              \
        int makes = flags & O_CREAT && access(path, F_OK);             \
        MEET(int, makes ? fate_of("open", path) : NONE, real(path, flags, mode)); \
    }
OPEN(open)
OPEN(open64)

int clock_gettime(clockid_t which, struct timespec *now) {
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    int answer = real(which, now);
    if (which == CLOCK_REALTIME && answer == 0) now->tv_sec += control->clock;
    return answer;
}
