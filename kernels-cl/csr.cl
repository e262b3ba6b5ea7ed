// Builds compressed sparse rows (CSR) from a dense matrix, row-major with leading dimension ld, and turns them
// back: starts, and indices and values of the elements that are not zero. NaN is not zero.
//
// The columns may be cut into blocks of `width`: rows then are those of the first block, from top to bottom,
// then those of the second, and so on; an index counts from its block's first column. Plain CSR has one block.
//
// Tunables:
//   INDEX  type of an index: int, or ushort for blocks of at most 65,536 columns

// counts[block * M + i] = elements of row i within a block that are not zero. Global size: at least M items, blocks.
__kernel void count_nonzero(const int M, const int N, __global const float* restrict W, const int ld,
                            const int width, __global int* restrict counts) {
  const size_t i = get_global_id(0), block = get_global_id(1);
  if (i >= M) return;
  const int first = block * width, last = min(first + width, N);
  int sum = 0;
  for (int j = first; j < last; j++) sum += W[i * ld + j] != 0.0f;
  counts[block * M + i] = sum;
}

// starts[i] = sum of counts before i; starts[n] = all. One work-item.
__kernel void row_starts(const int n, __global const int* restrict counts, __global int* restrict starts) {
  int sum = 0;
  for (int i = 0; i < n; i++) {
    starts[i] = sum;
    sum += counts[i];
  }
  starts[n] = sum;
}

// Writes indices and values of each row. Global size: at least M items, blocks.
__kernel void fill_rows(const int M, const int N, __global const float* restrict W, const int ld,
                        const int width, __global const int* restrict starts, __global INDEX* restrict indices,
                        __global float* restrict values) {
  const size_t i = get_global_id(0), block = get_global_id(1);
  if (i >= M) return;
  const int first = block * width, last = min(first + width, N);
  int at = starts[block * M + i];
  for (int j = first; j < last; j++) {
    const float w = W[i * ld + j];
    if (w != 0.0f) {
      indices[at] = j - first;
      values[at] = w;
      at++;
    }
  }
}

// Writes the elements into a dense matrix of zeros. Global size: at least M items, blocks.
__kernel void scatter_rows(const int M, const int width, __global const int* restrict starts,
                           __global const INDEX* restrict indices, __global const float* restrict values,
                           __global float* restrict W, const int ld) {
  const size_t i = get_global_id(0), block = get_global_id(1);
  if (i >= M) return;
  const int end = starts[block * M + i + 1];
  for (int p = starts[block * M + i]; p < end; p++) W[i * ld + block * width + indices[p]] = values[p];
}
