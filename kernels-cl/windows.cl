// Windows over a vector x of K floats, K at most 65,536, and the elements of 16 rows that meet one at a time. A step
// takes the next element of every row that has it among the 32 columns from `base` on: since that part of x fits into
// two registers, the 16 factors are picked by permuting those, not by memory accesses. See Windows.java.
//
//   bases   of each step, a multiple of 8, and so that 32 columns, or all, lie before the padded end of x
//   picks   16 of each step: a row's column, counted from the base; -1 where the row has none there
//   values  16 of each step
//
// Tunables:
//   LANES  floats in a vector: 8 or 16

// The factors of a step, `in` being x from its base on, and any number where there is no element. second: where the
// window's second half begins, 16, or 0 if x has no more.
static inline float16 pick(__global const float* in, __global const char* picks, const int second) {
#if LANES == 16 && defined(__AVX512F__)
  const int16 i = convert_int16(*(__global const char16*)picks);
  return __builtin_ia32_vpermi2varps512(vload16(0, in), i, vload16(0, in + second));
#elif defined(__AVX2__)
  const float8 a = vload8(0, in), b = vload8(1, in), c = vload8(0, in + second), d = vload8(1, in + second);
  float8 factors[2] __attribute__((aligned(64)));
  for (int h = 0; h < 2; h++) {
    const int8 i = convert_int8(((__global const char8*)picks)[h]);
#define PERMUTE(x) __builtin_ia32_permvarsf256(x, i)
    const float8 low = select(PERMUTE(a), PERMUTE(b), i << 28);
    const float8 high = select(PERMUTE(c), PERMUTE(d), i << 28);
    factors[h] = select(low, high, i << 27);
  }
  return *(const float16*)factors;
#else
  float factors[16] __attribute__((aligned(64)));
  for (int l = 0; l < 16; l++) factors[l] = in[max((int)picks[l], 0)];
  return *(const float16*)factors;
#endif
}

// s and what a step adds. What the other rows lack must not meet x, which may be no number.
static inline float16 addStep(const float16 s, __global const float* x, const ushort base, __global const char* picks,
                              __global const float16* values, const int second) {
  const int16 there = convert_int16(*(__global const char16*)picks);
  return select(fma(pick(x + base, picks, second), *values, s), s, there);
}

// The sums of 16 rows: steps begin to end - 1.
static inline float16 addSteps(const size_t begin, const size_t end, const int K, __global const ushort* bases,
                               __global const char* picks, __global const float16* values, __global const float* x) {
  const int second = K > 16 ? 16 : 0;
  float16 s = 0, t = 0;
  size_t n = begin;
  for (; n + 2 <= end; n += 2) {
    s = addStep(s, x, bases[n], picks + 16 * n, values + n, second);
    t = addStep(t, x, bases[n + 1], picks + 16 * (n + 1), values + n + 1, second);
  }
  if (n < end) s = addStep(s, x, bases[n], picks + 16 * n, values + n, second);
  return s + t;
}
