// Asking for memory ahead, on CPU devices: PREFETCH brings a line to the second-level cache, to be written if `write` is
// 1, PREFETCH_SOON to the nearest. Any address will do. Clang's own, where it compiles for a processor: OpenCL's prefetch
// does nothing there.

#if defined(__x86_64__) || defined(__aarch64__)
#define PREFETCH(address, write) __builtin_prefetch((__private const void*)(size_t)(address), write, 2)
#define PREFETCH_SOON(address) __builtin_prefetch((__private const void*)(size_t)(address), 0, 3)
#else
#define PREFETCH(address, write)
#define PREFETCH_SOON(address)
#endif
