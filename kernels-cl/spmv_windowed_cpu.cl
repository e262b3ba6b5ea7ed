// y = epilogue(S * x) for CPU devices, S being M x K in slices of 16 rows, whose elements windows.cl takes step by
// step.
//
//   order[16 * slices]   row of each lane, or -1 beyond M
//   starts[slices + 1]   first step of each slice
//   bases, picks, values of each step, see windows.cl
//
// Tunables:
//   LANES  floats in a vector: 8 or 16

#include "sixteen_rows.cl"
#include "windows.cl"

// Writes the elements into a dense matrix of zeros. Global size: 16 * slices items, one for each lane.
__kernel void scatter_windows(__global const int* restrict order, __global const int* restrict starts,
                              __global const ushort* restrict bases, __global const char* restrict picks,
                              __global const float* restrict values, __global float* restrict W, const int ld) {
  const size_t lane = get_global_id(0), slice = lane / 16;
  const int row = order[lane];
  if (row < 0) return;
  for (int n = starts[slice]; n < starts[slice + 1]; n++) {
    const size_t at = n * (size_t)16 + lane % 16;
    if (picks[at] >= 0) W[(size_t)row * ld + bases[n] + picks[at]] = values[at];
  }
}

// Global size: number of groups of slices. x is padded to whole 16s; bias: M floats or null; relu: 0 or 1.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void spmv_windowed(const int slices, const int K, __global const int* restrict order,
                            __global const int* restrict starts, __global const ushort* restrict bases,
                            __global const char* restrict picks, __global const float* restrict values,
                            __global const float* restrict x, __global float* restrict y,
                            __global const float* restrict bias, const int relu, const int slicesPerGroup) {
  const size_t first = get_group_id(0) * slicesPerGroup;
  const size_t last = min(first + (size_t)slicesPerGroup, (size_t)slices);
  for (size_t slice = first; slice < last; slice++) {
    const float16 s = addSteps(starts[slice], starts[slice + 1], K, bases, picks, (__global const float16*)values, x);
    writeRows(s, order + 16 * slice, bias, relu, y);
  }
}
