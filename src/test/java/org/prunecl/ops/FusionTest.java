package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.TestDevice;

/** Fused kernels give to the bit what the chain of unfused ones gives. */
@DeviceTest
final class FusionTest {
  record Layer(Family family, int outputs, int inputs, int batch) {}

  /** One whose sums a CPU cuts into blocks, and the others. */
  static List<Layer> gated() {
    List<Layer> layers = new ArrayList<>(layers());
    if (!TestDevice.simulated() && TestDevice.longLoops()) {
      layers.add(new Layer(Family.CPU, 300, 1024, 33));
    }
    return layers;
  }

  static List<Layer> layers() {
    Draw draw = new Draw("fused layers");
    List<Layer> layers = new ArrayList<>();
    for (Family family : Family.values()) {
      layers.add(new Layer(family, draw.size(), draw.size(), draw.size()));
      layers.add(new Layer(family, 7, 17, 5));
      layers.add(new Layer(family, 3, 1, 4));
      layers.add(new Layer(family, 5, 33, 1));
      if (!TestDevice.simulated()) {
        layers.add(new Layer(family, 61, 47, 128));
        layers.add(new Layer(family, 13, 48, 256));
        layers.add(new Layer(family, 13, 48, 2049)); // deeper than a panel
        // A panel, or several, and a narrower one.
        layers.add(new Layer(family, 61, 80, 33));
        layers.add(new Layer(family, 61, 211, 33));
      }
    }
    return layers;
  }

  @ParameterizedTest
  @MethodSource("gated")
  void the_gradient_through_relu_is_that_of_product_and_mask(Layer layer) {
    Draw draw = new Draw(layer);
    Backend backend = TestDevice.backend(layer.family);
    Gemm gemm = new Gemm(backend);
    float[] activation = draw.values(layer.inputs * layer.batch);
    activation[0] = Float.NaN;
    try (Matrix w = matrix(backend, layer.outputs, layer.inputs, draw);
        Matrix dy = matrix(backend, layer.outputs, layer.batch, draw);
        Matrix gate = backend.matrix(layer.inputs, layer.batch, activation);
        Matrix fused = backend.matrix(layer.inputs, layer.batch);
        Matrix chain = backend.matrix(layer.inputs, layer.batch)) {
      gemm.multiply(1f, w, true, dy, false, 0f, fused, Epilogue.throughRelu(gate));
      gemm.multiply(1f, w, true, dy, false, 0f, chain, Epilogue.NONE);
      new Relu(backend).backward(gate, chain);

      assertThat(fused.read()).isEqualTo(chain.read());
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void a_sparse_product_closes_the_gate_as_a_dense_one_does(Layer layer) {
    Draw draw = new Draw(layer);
    Backend backend = TestDevice.backend(layer.family);
    Spmm spmm = new Spmm(backend);
    try (Matrix w = matrix(backend, layer.outputs, layer.inputs, draw);
        CsrMatrix s = CsrMatrix.of(backend, w);
        Matrix x = matrix(backend, layer.inputs, layer.batch, draw);
        Matrix gate = matrix(backend, layer.outputs, layer.batch, draw);
        Matrix gated = backend.matrix(layer.outputs, layer.batch);
        Matrix chain = backend.matrix(layer.outputs, layer.batch)) {
      spmm.multiply(s, x, gated, Epilogue.throughRelu(gate));
      spmm.multiply(s, x, chain, Epilogue.NONE);
      new Relu(backend).backward(gate, chain);

      assertThat(gated.read()).isEqualTo(chain.read());
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void a_step_of_adam_on_a_product_is_that_of_product_and_step(Layer layer) {
    compareAdam(layer, null);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void a_masked_step_of_adam_on_a_product_is_that_of_product_and_step(Layer layer) {
    compareAdam(layer, new Draw("masked " + layer).mask(layer.outputs * layer.inputs));
  }

  @BothFamilies
  void one_gemm_takes_steps_with_and_without_a_mask_in_turns(Family family) {
    Layer layer = new Layer(family, 7, 17, 5);
    Gemm gemm = new Gemm(TestDevice.backend(family));
    byte[] keep = new Draw("in turns " + layer).mask(layer.outputs * layer.inputs);
    compareAdam(layer, null, gemm);
    compareAdam(layer, keep, gemm);
    compareAdam(layer, null, gemm);
  }

  private static void compareAdam(Layer layer, byte[] keep) {
    Backend backend = TestDevice.backend(layer.family);
    compareAdam(layer, keep, new Gemm(backend));
    if (backend.cpu() && TestDevice.wideVectors()) {
      compareAdam(layer, keep, new Gemm(backend, CpuTile.SIXTEEN_REGISTERS));
      compareAdam(layer, keep, new Gemm(backend, CpuTile.THIRTY_TWO_REGISTERS));
    }
  }

  private static void compareAdam(Layer layer, byte[] keep, Gemm gemm) {
    Draw draw = new Draw(layer);
    Backend backend = TestDevice.backend(layer.family);
    Adam adam = new Adam(backend, gemm);
    Adam.Settings settings =
        new Adam.Settings(
            draw.chance() ? Adam.Form.PYTORCH : Adam.Form.KERAS, 0.01, 0.9, 0.999, 1e-8, 0.1);
    boolean momentsToo = draw.chance();
    float[] weights = draw.values(layer.outputs * layer.inputs);
    try (Matrix dy = matrix(backend, layer.outputs, layer.batch, draw);
        Matrix x = matrix(backend, layer.inputs, layer.batch, draw);
        Matrix gradient = backend.matrix(layer.outputs, layer.inputs);
        Matrix w1 = backend.matrix(layer.outputs, layer.inputs, weights);
        Matrix m1 = backend.matrix(layer.outputs, layer.inputs);
        Matrix v1 = backend.matrix(layer.outputs, layer.inputs);
        Matrix w2 = backend.matrix(layer.outputs, layer.inputs, weights);
        Matrix m2 = backend.matrix(layer.outputs, layer.inputs);
        Matrix v2 = backend.matrix(layer.outputs, layer.inputs);
        Mask mask = keep == null ? null : Mask.of(backend, w1, keep)) {
      Adam.Masking masking = mask == null ? null : new Adam.Masking(mask, momentsToo);
      for (int step = 1; step <= 2; step++) {
        adam.step(settings, step, w1, dy, x, gradient, m1, v1, masking);
        gemm.multiply(1f, dy, false, x, true, 0f, gradient, Epilogue.NONE);
        adam.step(settings, step, w2, gradient, m2, v2, masking);
      }

      assertThat(w1.read()).isEqualTo(w2.read()).isNotEqualTo(weights);
      assertThat(m1.read()).isEqualTo(m2.read());
      assertThat(v1.read()).isEqualTo(v2.read());
      float[] trained = w1.read();
      for (int i = 0; keep != null && i < keep.length; i++) {
        assertThat(keep[i] == 1 || trained[i] == 0).as("weight %d is pruned", i).isTrue();
      }
    }
  }

  private static Matrix matrix(Backend backend, int rows, int columns, Draw draw) {
    return backend.matrix(rows, columns, draw.values(rows * columns));
  }
}
