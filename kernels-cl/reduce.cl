// Reductions along the rows of a matrix, row-major with leading dimension ld, one work-group per row.
// The order of the additions depends on LOCAL alone, so results repeat bit for bit.
//
// Tunables:
//   LOCAL  items per work-group, a power of two: 1 on a CPU, 64 on a GPU

// Global size: M * LOCAL, local size LOCAL. A row's items take vectors of 8 in turn, then the rest.
#define REDUCE_ROWS(NAME, VECTOR_TERM, TERM, LAST)                              \
  __attribute__((reqd_work_group_size(LOCAL, 1, 1)))                            \
  __kernel void NAME(const int N, __global const float* restrict A, const int ld, \
                     __global float* restrict result) {                         \
    __local float part[LOCAL];                                                  \
    const size_t row = get_group_id(0);                                         \
    const int item = get_local_id(0);                                           \
    __global const float* a = A + row * ld;                                     \
    float8 sums = 0;                                                            \
    const int whole = N / 8 * 8;                                                \
    for (int k = item * 8; k < whole; k += LOCAL * 8) {                         \
      const float8 x = vload8(0, a + k);                                        \
      sums = VECTOR_TERM;                                                       \
    }                                                                           \
    const float4 q = sums.lo + sums.hi;                                         \
    float sum = (q.x + q.y) + (q.z + q.w);                                      \
    for (int k = whole + item; k < N; k += LOCAL) {                             \
      const float x = a[k];                                                     \
      sum = TERM;                                                               \
    }                                                                           \
    part[item] = sum;                                                           \
    for (int step = LOCAL / 2; step > 0; step /= 2) {                           \
      barrier(CLK_LOCAL_MEM_FENCE);                                             \
      if (item < step) part[item] += part[item + step];                         \
    }                                                                           \
    if (item == 0) {                                                            \
      sum = part[0];                                                            \
      result[row] = LAST;                                                       \
    }                                                                           \
  }

// result[i] = sum of row i.
REDUCE_ROWS(row_sum, sums + x, sum + x, sum)

// result[i] = L2 norm of row i.
REDUCE_ROWS(row_norm, fma(x, x, sums), fma(x, x, sum), sqrt(sum))
