// What the recorded outputs of compilers in this folder were made from: one kernel that loads 16 bytes
// at a time, from global memory once and from local memory twice, and one with a private array. Of the
// outputs, only the lines that are read were kept.

__attribute__((reqd_work_group_size(64, 1, 1)))
__kernel void staged(__global const float4* restrict in, __global float* restrict out) {
  __local float4 tile[65];
  const int i = get_local_id(0);
  tile[i] = in[get_global_id(0)];
  barrier(CLK_LOCAL_MEM_FENCE);
  const float4 sum = tile[i ^ 9] * tile[63 - i];
  out[get_global_id(0)] = sum.x + sum.y + sum.z + sum.w;
}

__kernel void scratch(__global float* x, const int n) {
  float a[512];
  __global float* mine = x + get_global_id(0) * n;
  for (int i = 0; i < n; i++) a[i * 7 & 511] = mine[i];
  for (int i = 0; i < n; i++) mine[i] = a[i * 5 & 511];
}
