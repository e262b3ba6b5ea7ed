// ReLU over n elements, forward and backward, elementwise.
//
// Tunables:
//   CHUNK  vectors per work-item: 1 on a GPU (neighbours touch neighbours), 1024 on a CPU (one item per
//          work-group walks a stretch of memory)

// Global size: at least n / 4 / CHUNK items; n is a multiple of 16.

// x = max(x, 0) in place. NaN stays NaN.
__kernel void relu_forward(__global float4* restrict x, const int n) {
  const size_t first = get_global_id(0) * CHUNK, last = min(first + CHUNK, (size_t)(n / 4));
  for (size_t i = first; i < last; i++) {
    const float4 v = x[i];
    x[i] = select(v, (float4)(0.0f), v < 0.0f);
  }
}

// dy = 0 where the activation y is not positive, in place. Where y is NaN, dy stays.
__kernel void relu_backward(__global const float4* restrict y, __global float4* restrict dy,
                            const int n) {
  const size_t first = get_global_id(0) * CHUNK, last = min(first + CHUNK, (size_t)(n / 4));
  for (size_t i = first; i < last; i++) {
    dy[i] = select(dy[i], (float4)(0.0f), y[i] <= 0.0f);
  }
}
