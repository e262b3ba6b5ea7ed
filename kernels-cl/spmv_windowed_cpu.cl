// y = epilogue(S * x) for CPU devices, S being M x K, K at most 65,536. Each row is cut into windows of WINDOW
// columns with room for 16 elements: their columns within the window, a byte each, and their values. Since the
// window's part of x fits into registers, the 16 factors are picked by permuting those, not by memory accesses.
// What a window has no room for follows as compressed sparse rows.
//
// Rows come in strips of 8, which share the registers that hold x: strip by strip, window by window, row by row.
//
//   picks, values     16 for each window of each row; a pick of -1 is no element
//   starts[M + 1], columns, rest   compressed sparse rows
//
// Tunables:
//   WINDOW  columns of a window: 32, 64 or 128

#define ROWS 8
#define UNROLL _Pragma("unroll")

// counts[i] = elements of row i that its windows have no room for. Global size: M items.
__kernel void count_rest(const int K, __global const float* restrict W, const int ld,
                         __global int* restrict counts) {
  const size_t i = get_global_id(0);
  int sum = 0;
  for (int first = 0; first < K; first += WINDOW) {
    int n = 0;
    for (int j = first; j < min(first + WINDOW, K); j++) n += W[i * ld + j] != 0.0f;
    sum += max(0, n - 16);
  }
  counts[i] = sum;
}

// Global size: the rows of whole strips.
__kernel void fill_windows(const int M, const int K, __global const float* restrict W, const int ld,
                           __global const int* restrict starts, __global char* restrict picks,
                           __global float* restrict values, __global ushort* restrict columns,
                           __global float* restrict rest) {
  const size_t i = get_global_id(0);
  const size_t windows = (K + WINDOW - 1) / WINDOW;
  int at = i < M ? starts[i] : 0;
  for (size_t window = 0; window < windows; window++) {
    const size_t slot = ((i / ROWS * windows + window) * ROWS + i % ROWS) * 16;
    const int first = window * WINDOW;
    int n = 0;
    for (int j = first; j < min(first + WINDOW, K) && i < M; j++) {
      const float w = W[i * ld + j];
      if (w == 0.0f) continue;
      if (n < 16) {
        picks[slot + n] = j - first;
        values[slot + n] = w;
        n++;
      } else {
        columns[at] = j;
        rest[at] = w;
        at++;
      }
    }
    for (; n < 16; n++) {
      picks[slot + n] = -1;
      values[slot + n] = 0;
    }
  }
}

// Writes the elements into a dense matrix of zeros. Global size: M items.
__kernel void scatter_windows(const int K, __global const int* restrict starts,
                              __global const char* restrict picks, __global const float* restrict values,
                              __global const ushort* restrict columns, __global const float* restrict rest,
                              __global float* restrict W, const int ld) {
  const size_t i = get_global_id(0);
  const size_t windows = (K + WINDOW - 1) / WINDOW;
  for (size_t window = 0; window < windows; window++) {
    const size_t slot = ((i / ROWS * windows + window) * ROWS + i % ROWS) * 16;
    for (int n = 0; n < 16 && picks[slot + n] >= 0; n++) {
      W[i * ld + window * WINDOW + picks[slot + n]] = values[slot + n];
    }
  }
  for (int p = starts[i]; p < starts[i + 1]; p++) W[i * ld + columns[p]] = rest[p];
}

// The 16 factors of a window, 0 where there is no element.
static inline float16 pick(const float16* x, __global const char* picks) {
#ifdef __AVX512F__
  const int16 i = convert_int16(*(__global const char16*)picks);
#define PICK(a, b) __builtin_ia32_vpermi2varps512(a, i, b)
  float16 picked = PICK(x[0], x[1]);
#if WINDOW >= 64
  picked = select(picked, PICK(x[2], x[3]), i << 26);
#endif
#if WINDOW >= 128
  const float16 high = select(PICK(x[4], x[5]), PICK(x[6], x[7]), i << 26);
  picked = select(picked, high, i << 25);
#endif
  return select(picked, (float16)(0.0f), i);
#else
  float16 picked;
  for (int l = 0; l < 16; l++) ((float*)&picked)[l] = picks[l] < 0 ? 0.0f : ((const float*)x)[picks[l]];
  return picked;
#endif
}

// Global size: number of groups of strips. x is padded to whole 16s; bias: M floats or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void spmv_windowed(const int M, const int K, __global const int* restrict starts,
                            __global const char* restrict picks, __global const float* restrict values,
                            __global const ushort* restrict columns, __global const float* restrict rest,
                            __global const float* restrict x, __global float* restrict y,
                            __global const float* restrict bias, const int relu, const int stripsPerGroup) {
  const size_t windows = (K + WINDOW - 1) / WINDOW;
  const size_t first = get_group_id(0) * stripsPerGroup;
  const size_t last = min(first + (size_t)stripsPerGroup, (size_t)(M + ROWS - 1) / ROWS);
  __global const char* pickAt = picks + first * windows * 16 * ROWS;
  __global const float16* valueAt = (__global const float16*)values + first * windows * ROWS;
  for (size_t strip = first; strip < last; strip++) {
    float16 s[ROWS];
    UNROLL for (int r = 0; r < ROWS; r++) s[r] = 0;
    for (size_t window = 0; window < windows; window++, pickAt += 16 * ROWS, valueAt += ROWS) {
      float16 part[WINDOW / 16];
      UNROLL for (int l = 0; l < WINDOW / 16; l++) {
        const size_t j = window * WINDOW + 16 * l;
        part[l] = j < K ? *(__global const float16*)(x + j) : (float16)(0.0f);
      }
      UNROLL for (int r = 0; r < ROWS; r++) {
        s[r] = fma(pick(part, pickAt + 16 * r), valueAt[r], s[r]);
      }
    }
    UNROLL for (int r = 0; r < ROWS; r++) {
      const size_t row = strip * ROWS + r;
      if (row >= M) break;
      // Not .lo and .hi, of which simulators believe that half is uninitialised.
      const float8 a = ((const float8*)(s + r))[0] + ((const float8*)(s + r))[1];
      const float4 b = a.lo + a.hi;
      float sum = (b.x + b.y) + (b.z + b.w);
      for (int p = starts[row]; p < starts[row + 1]; p++) sum = fma(rest[p], x[columns[p]], sum);
      if (bias) sum += bias[row];
      y[row] = relu && sum < 0.0f ? 0.0f : sum;
    }
  }
}
