// Vectors of LANES floats, 8 or 16, and squares of them. For CPU devices.

#if LANES == 16
typedef float16 Vector;
#define LOW(a, b)                                                                                  \
  (float16)(a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3, a.s4, b.s4, a.s5, b.s5, a.s6, b.s6,   \
            a.s7, b.s7)
#define HIGH(a, b)                                                                                 \
  (float16)(a.s8, b.s8, a.s9, b.s9, a.sa, b.sa, a.sb, b.sb, a.sc, b.sc, a.sd, b.sd, a.se, b.se,   \
            a.sf, b.sf)
#else
typedef float8 Vector;
#define LOW(a, b) (float8)(a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3)
#define HIGH(a, b) (float8)(a.s4, b.s4, a.s5, b.s5, a.s6, b.s6, a.s7, b.s7)
#endif

// LANES vectors as the rows of a square, transposed by perfect shuffles.
__attribute__((always_inline)) static inline void transpose(Vector* x) {
  for (int stage = 1; stage < LANES; stage *= 2) {
    Vector y[LANES];
    _Pragma("unroll") for (int i = 0; i < LANES / 2; i++) {
      y[2 * i] = LOW(x[i], x[i + LANES / 2]);
      y[2 * i + 1] = HIGH(x[i], x[i + LANES / 2]);
    }
    _Pragma("unroll") for (int i = 0; i < LANES; i++) x[i] = y[i];
  }
}

// Keeps multiply-adds in the order they are written in. Compilers bring the loads of later ones forward, and have then
// too few registers for all sums. Only where the compiler and the processor's registers are known; nothing elsewhere.
#if defined(__x86_64__) && (LANES == 16 ? defined(__AVX512F__) : defined(__AVX__))
#define IN_ORDER(sum) __asm__ volatile("" : "+v"(sum) : : "memory")
#else
#define IN_ORDER(sum)
#endif
