package org.prunecl.ops;

import org.prunecl.opencl.KernelSource;

/** The rectifier, max(x, 0), elementwise; NaN stays NaN. */
public final class Relu {
  private static final int LANES = 4;

  private final Backend backend;

  /** ReLU on this backend. */
  public Relu(Backend backend) {
    this.backend = backend;
  }

  /** Builds the kernels, so that no later call has to. */
  public void prepare() {
    backend.context().kernel(source(), "relu_forward");
    backend.context().kernel(source(), "relu_backward");
  }

  /** x = max(x, 0), in place. */
  public void forward(Matrix x) {
    backend
        .context()
        .kernel(source(), "relu_forward")
        .launch(Elementwise.range(backend, x, LANES), x.buffer(), x.paddedSize());
  }

  /**
   * The gradient through ReLU, in place: dy = 0 where the activation is not positive.
   *
   * @param y the activation, max(x, 0)
   * @param dy the gradient by y, becomes the gradient by x; same shape
   */
  public void backward(Matrix y, Matrix dy) {
    y.checkSameShape(dy);
    backend
        .context()
        .kernel(source(), "relu_backward")
        .launch(Elementwise.range(backend, y, LANES), y.buffer(), dy.buffer(), y.paddedSize());
  }

  private KernelSource source() {
    return Elementwise.source(backend, "relu.cl");
  }
}
