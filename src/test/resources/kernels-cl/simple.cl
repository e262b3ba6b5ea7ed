// x[i] = i * factor + offset, to have something simple to launch. Global size: one item per element.
__kernel void ramp(__global float* x, const float factor, const int offset) {
  const size_t i = get_global_id(0);
  x[i] = i * factor + offset;
}

// sum[0] = low + a[0], where b may be null. One work-item.
__kernel void kinds(__global float* sum, __global const float* a, __global const float* b,
                    const long low) {
  sum[0] = low + a[0] + (b ? 1000.0f : 0.0f);
}
