// One step of Adam (Kingma & Ba, 2015) over n elements, one kernel for a whole tensor.
//
//   g = g + decay * w                     coupled weight decay (L2), as torch.optim.Adam adds it
//   m = beta1 * m + (1 - beta1) * g
//   v = beta2 * v + (1 - beta2) * g * g
//   w = w - step * m / (sqrt(v) * scale + epsilon)
//
// The two published forms differ in where epsilon stands; the host chooses step and scale:
//   PyTorch: step = lr / (1 - beta1^t),                      scale = 1 / sqrt(1 - beta2^t)
//   Keras:   step = lr * sqrt(1 - beta2^t) / (1 - beta1^t),  scale = 1
//
// Tunables:
//   CHUNK  vectors per work-item: 1 on a GPU (neighbours touch neighbours), 1024 on a CPU (one item per
//          work-group walks a stretch of memory)

// Global size: at least n / 8 / CHUNK items; n is a multiple of 16.
// keep1 = 1 - beta1 and keep2 = 1 - beta2, computed by the host in double.
__kernel void adam(__global float8* restrict w, __global const float8* restrict g,
                   __global float8* restrict m, __global float8* restrict v, const int n,
                   const float beta1, const float keep1, const float beta2, const float keep2,
                   const float step, const float scale, const float epsilon, const float decay) {
  const size_t first = get_global_id(0) * CHUNK, last = min(first + CHUNK, (size_t)(n / 8));
  for (size_t i = first; i < last; i++) {
    const float8 weight = w[i];
    const float8 gradient = fma(decay, weight, g[i]);
    const float8 m1 = fma(beta1, m[i], keep1 * gradient);
    const float8 v1 = fma(beta2, v[i], keep2 * gradient * gradient);
    m[i] = m1;
    v[i] = v1;
    w[i] = weight - step * m1 / fma(sqrt(v1), (float8)(scale), (float8)(epsilon));
  }
}
