// Builds compressed sparse rows (CSR) from a dense matrix, row-major with leading dimension ld:
// starts[M + 1], and columns and values of the elements that are not zero, row by row. NaN is not zero.

// counts[i] = elements of row i that are not zero. Global size: at least M items.
__kernel void count_nonzero(const int M, const int N, __global const float* restrict W, const int ld,
                            __global int* restrict counts) {
  const size_t i = get_global_id(0);
  if (i >= M) return;
  int sum = 0;
  for (int j = 0; j < N; j++) sum += W[i * ld + j] != 0.0f;
  counts[i] = sum;
}

// starts[i] = sum of counts before row i; starts[M] = all. One work-item.
__kernel void row_starts(const int M, __global const int* restrict counts, __global int* restrict starts) {
  int sum = 0;
  for (int i = 0; i < M; i++) {
    starts[i] = sum;
    sum += counts[i];
  }
  starts[M] = sum;
}

// Writes columns and values of each row. Global size: at least M items.
__kernel void fill_rows(const int M, const int N, __global const float* restrict W, const int ld,
                        __global const int* restrict starts, __global int* restrict columns,
                        __global float* restrict values) {
  const size_t i = get_global_id(0);
  if (i >= M) return;
  int at = starts[i];
  for (int j = 0; j < N; j++) {
    const float w = W[i * ld + j];
    if (w != 0.0f) {
      columns[at] = j;
      values[at] = w;
      at++;
    }
  }
}
