// Softmax and cross-entropy of a batch: loss, gradient and whether the prediction is right, in one pass.
//
// Logits are classes x batch, row-major with leading dimension ld: a work-item owns one sample (one
// column), and neighbours read neighbours. The largest logit is subtracted first, so that logits of any
// finite size are safe. A NaN among the logits, or plus infinity, makes the loss NaN; minus infinity is a
// probability of zero.

// Global size: at least batch items.
//   loss:     batch floats, -log softmax(logits)[label]
//   correct:  batch floats, 1 where the largest logit, as argmax finds it, is the label's, else 0
//   gradient: classes x batch as logits, (softmax - onehot) * scale; null to skip it; may be the logits'
//             own memory, so neither is restrict
__kernel void softmax_cross_entropy(const int classes, const int batch,
                                    __global const float* logits, const int ld,
                                    __global const int* restrict labels,
                                    const float scale,
                                    __global float* restrict loss,
                                    __global float* restrict correct,
                                    __global float* gradient) {
  const size_t b = get_global_id(0);
  if (b >= batch) return;
  const int label = labels[b];
  float largest = logits[b];
  int prediction = 0;
  for (int c = 1; c < classes; c++) {
    const float x = logits[(size_t)c * ld + b];
    if (x > largest || (x != x && largest == largest)) {
      largest = x;
      prediction = c;
    }
  }
  float sum = 0;
  for (int c = 0; c < classes; c++) sum += exp(logits[(size_t)c * ld + b] - largest);
  loss[b] = log(sum) - (logits[(size_t)label * ld + b] - largest);
  correct[b] = prediction == label ? 1.0f : 0.0f;
  if (gradient) {
    for (int c = 0; c < classes; c++) {
      const float p = exp(logits[(size_t)c * ld + b] - largest) / sum;
      gradient[(size_t)c * ld + b] = (p - (c == label ? 1.0f : 0.0f)) * scale;
    }
  }
}

// Sums loss and correct over the batch into totals[2 * slot] and totals[2 * slot + 1]; one work-item,
// always in the same order, with Kahan's compensation.
__kernel void add_totals(const int batch, __global const float* restrict loss,
                         __global const float* restrict correct,
                         __global float* restrict totals, const int slot) {
  float sum = 0, lost = 0, right = 0;
  for (int b = 0; b < batch; b++) {
    const float x = loss[b] - lost;
    const float next = sum + x;
    lost = (next - sum) - x;
    sum = next;
    right += correct[b];
  }
  totals[2 * slot] = sum;
  totals[2 * slot + 1] = right;
}
