/* A disk that fails on demand: loaded before libc into a child, it counts what is done to the files below one folder,
   lets the Nth operation fail (or kills the process there), pretends another amount of free room or another kind of
   file system, and can write down every change, so that a power cut can be replayed. See shim.py. */
#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <unistd.h>

#define FDS 4096
enum { WRITE = 1, SYNC = 2, TRUNCATE = 4, READ = 8, OPEN = 16, RENAME = 32, UNLINK = 64 };
enum { L_WRITE = 1, L_SYNC, L_TRUNCATE, L_CREATE, L_RENAME, L_UNLINK, L_SAID, L_SYNC_FOLDER };

struct control {
    int64_t operations, first, last, error, kinds, grant, room, kind_of_disk, hits, granted;
};

static struct control *control;
static char folder[1024];
static size_t folder_length;
static char *paths[FDS];
static int log_fd = -1;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void start(void) {
    const char *where = getenv("DISK_SHIM_FOLDER"), *how = getenv("DISK_SHIM_CONTROL"), *log = getenv("DISK_SHIM_LOG");
    if (!where || !how) return;
    strncpy(folder, where, sizeof folder - 1);
    folder_length = strlen(folder);
    int fd = open(how, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    void *found = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (found != MAP_FAILED) control = found;
    if (log && *log) log_fd = fcntl(open(log, O_WRONLY | O_APPEND | O_CREAT, 0600), F_DUPFD_CLOEXEC, 900);
}

static int ours(const char *path) {
    return control && path && !strncmp(path, folder, folder_length) &&
           (path[folder_length] == '/' || path[folder_length] == 0);
}

static const char *path_of(int fd) { return control && fd >= 0 && fd < FDS ? paths[fd] : NULL; }

static void remember(int fd, const char *path) {
    if (fd < 0 || fd >= FDS) return;
    free(paths[fd]);
    paths[fd] = path ? strdup(path) : NULL;
}

static void note(int32_t kind, const char *path, int64_t offset, const void *data, int64_t length) {
    if (log_fd < 0) return;
    int saved = errno;
    struct { int32_t kind, path_length; int64_t offset, length; } head = {kind, (int32_t)strlen(path), offset, length};
    size_t size = sizeof head + head.path_length + (data ? length : 0);
    char *whole = malloc(size);
    memcpy(whole, &head, sizeof head);
    memcpy(whole + sizeof head, path, head.path_length);
    if (data) memcpy(whole + sizeof head + head.path_length, data, length);
    REAL(ssize_t, "write", int, const void *, size_t);
    pthread_mutex_lock(&log_lock);
    if (real(log_fd, whole, size) < 0) abort();
    pthread_mutex_unlock(&log_lock);
    free(whole);
    errno = saved;
}

/* Whether this operation is to fail; kills the process where that is asked for (error 0). */
static int fails(int kind) {
    if (!control || !(control->kinds & kind)) return 0;
    int64_t number = __atomic_add_fetch(&control->operations, 1, __ATOMIC_SEQ_CST);
    if (!control->first || number < control->first || number > control->last) return 0;
    if (control->granted > 0 && kind != READ) {
        __atomic_sub_fetch(&control->granted, 1, __ATOMIC_SEQ_CST);
        return 0;
    }
    __atomic_add_fetch(&control->hits, 1, __ATOMIC_SEQ_CST);
    if (!control->error) kill(getpid(), SIGKILL);
    errno = (int)control->error;
    return 1;
}

static int opened(const char *path, int flags, mode_t mode, int (*real)(const char *, int, ...)) {
    if (!ours(path)) {
        int fd = real(path, flags, mode);
        remember(fd, NULL);
        return fd;
    }
    int fresh = (flags & O_CREAT) && access(path, F_OK) != 0;
    if (fresh && fails(OPEN)) return -1;
    int fd = real(path, flags, mode);
    remember(fd, path);
    if (fd >= 0 && fresh) note(L_CREATE, path, 0, NULL, 0);
    if (fd >= 0 && !fresh && (flags & O_TRUNC)) note(L_TRUNCATE, path, 0, NULL, 0);
    return fd;
}

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, #name, const char *, int, ...); \
        va_list rest; va_start(rest, flags); \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        return opened(path, flags, mode, real); \
    }
OPENS(open)
OPENS(open64)

int close(int fd) {
    REAL(int, "close", int);
    remember(fd, NULL);
    return real(fd);
}

static int64_t place_of(int fd) {
    struct stat found;
    if (fcntl(fd, F_GETFL) & O_APPEND) return fstat(fd, &found) ? 0 : found.st_size;
    return lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *data, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    const char *path = path_of(fd);
    if (!path) {
        if (fd == 1 && control) note(L_SAID, "stdout", 0, data, length);
        return real(fd, data, length);
    }
    if (fails(WRITE)) return -1;
    int64_t offset = log_fd < 0 ? 0 : place_of(fd);
    ssize_t done = real(fd, data, length);
    if (done > 0) note(L_WRITE, path, offset, data, done);
    return done;
}

#define PWRITES(name, place) \
    ssize_t name(int fd, const void *data, size_t length, place offset) { \
        REAL(ssize_t, #name, int, const void *, size_t, place); \
        const char *path = path_of(fd); \
        if (path && fails(WRITE)) return -1; \
        ssize_t done = real(fd, data, length, offset); \
        if (path && done > 0) note(L_WRITE, path, offset, data, done); \
        return done; \
    }
PWRITES(pwrite, off_t)
PWRITES(pwrite64, off64_t)

#define PREADS(name, place) \
    ssize_t name(int fd, void *data, size_t length, place offset) { \
        REAL(ssize_t, #name, int, void *, size_t, place); \
        if (path_of(fd) && fails(READ)) return -1; \
        return real(fd, data, length, offset); \
    }
PREADS(pread, off_t)
PREADS(pread64, off64_t)

ssize_t read(int fd, void *data, size_t length) {
    REAL(ssize_t, "read", int, void *, size_t);
    if (path_of(fd) && fails(READ)) return -1;
    return real(fd, data, length);
}

#define SYNCS(name) \
    int name(int fd) { \
        REAL(int, #name, int); \
        const char *path = path_of(fd); \
        if (path && fails(SYNC)) return -1; \
        int failed = real(fd); \
        if (path && !failed) { \
            struct stat found; \
            note(!fstat(fd, &found) && S_ISDIR(found.st_mode) ? L_SYNC_FOLDER : L_SYNC, path, 0, NULL, 0); \
        } \
        return failed; \
    }
SYNCS(fsync)
SYNCS(fdatasync)

#define TRUNCATES(name, place) \
    int name(int fd, place length) { \
        REAL(int, #name, int, place); \
        const char *path = path_of(fd); \
        if (path && fails(TRUNCATE)) return -1; \
        int failed = real(fd, length); \
        if (path && !failed) note(L_TRUNCATE, path, length, NULL, 0); \
        return failed; \
    }
TRUNCATES(ftruncate, off_t)
TRUNCATES(ftruncate64, off64_t)

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    if (!ours(from)) return real(from, to);
    if (fails(RENAME)) return -1;
    int failed = real(from, to);
    if (!failed) note(L_RENAME, from, 0, to, (int64_t)strlen(to));
    return failed;
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    if (!ours(path) || access(path, F_OK)) return real(path);
    if (fails(UNLINK)) return -1;
    int failed = real(path);
    const char *name = strrchr(path, '/');
    if (!failed && control->grant && name && !strcmp(name, "/ballast")) control->granted = control->grant;
    if (!failed) note(L_UNLINK, path, 0, NULL, 0);
    return failed;
}

ssize_t send(int fd, const void *data, size_t length, int flags) {
    REAL(ssize_t, "send", int, const void *, size_t, int);
    if (control) note(L_SAID, "network", 0, data, length);
    return real(fd, data, length, flags);
}

int statvfs(const char *path, struct statvfs *found) {
    REAL(int, "statvfs", const char *, struct statvfs *);
    int failed = real(path, found);
    if (!failed && ours(path) && control->room) found->f_bavail = control->room / found->f_frsize;
    return failed;
}

int statvfs64(const char *path, struct statvfs64 *found) {
    REAL(int, "statvfs64", const char *, struct statvfs64 *);
    int failed = real(path, found);
    if (!failed && ours(path) && control->room) found->f_bavail = control->room / found->f_frsize;
    return failed;
}

int statfs(const char *path, struct statfs *found) {
    REAL(int, "statfs", const char *, struct statfs *);
    int failed = real(path, found);
    if (!failed && ours(path) && control->kind_of_disk) found->f_type = control->kind_of_disk;
    return failed;
}
