// One step of Adam (Kingma & Ba, 2015) on vectors, shared by the kernel for whole tensors and by products
// that update weights as they compute the gradient.
//
//   g = g + decay * w                     coupled weight decay (L2), as torch.optim.Adam adds it
//   m = beta1 * m + (1 - beta1) * g
//   v = beta2 * v + (1 - beta2) * g * g
//   w = w - step * m / (sqrt(v) * scale + epsilon)
//
// The two published forms differ in where epsilon stands; the host chooses step and scale:
//   PyTorch: step = lr / (1 - beta1^t),                      scale = 1 / sqrt(1 - beta2^t)
//   Keras:   step = lr * sqrt(1 - beta2^t) / (1 - beta1^t),  scale = 1
// keep1 = 1 - beta1 and keep2 = 1 - beta2 are computed by the host in double.

typedef struct {
  float beta1, keep1, beta2, keep2, step, scale, epsilon, decay;
} Adam;

#define ADAM_PARAMETERS                                                                    \
  const float beta1, const float keep1, const float beta2, const float keep2,              \
      const float step, const float scale, const float epsilon, const float decay

#define ADAM_FACTORS {beta1, keep1, beta2, keep2, step, scale, epsilon, decay}

// Updates a weight and its moments in place, given its gradient g.
static inline void adam_update(const Adam a, const float8 g, __global float8* w, __global float8* m,
                               __global float8* v) {
  const float8 weight = *w;
  const float8 gradient = fma(a.decay, weight, g);
  const float8 m1 = fma(a.beta1, *m, a.keep1 * gradient);
  const float8 v1 = fma(a.beta2, *v, a.keep2 * gradient * gradient);
  *m = m1;
  *v = v1;
  *w = weight - a.step * m1 / fma(sqrt(v1), (float8)(a.scale), (float8)(a.epsilon));
}
