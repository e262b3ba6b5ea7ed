// Whether the device runs long loops to their end. Some software renderers cut off every loop of a
// work-item after 65,535 iterations in all, without an error.

// result[0] = rounds, counted one by one in a way that no compiler shortens. Global size: 1 item.
__kernel void count_rounds(__global float* restrict result, const int rounds) {
  float sum = 0.0f;
  for (int i = 0; i < rounds; i++) sum += result[1 + (i & 7)];
  result[0] = sum;
}
