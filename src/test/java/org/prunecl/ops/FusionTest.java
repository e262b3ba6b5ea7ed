package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.TestDevice;

/** Fused kernels give to the bit what the chain of unfused ones gives. */
@DeviceTest
final class FusionTest {
  private static final Adam.Settings SETTINGS =
      new Adam.Settings(Adam.Form.KERAS, 1e-2, 0.9, 0.999, 1e-7, 1e-3);

  record Layer(Family family, int outputs, int inputs, int batch) {}

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
        layers.add(new Layer(family, 13, 48, 513)); // deeper than a panel
      }
    }
    return layers;
  }

  @ParameterizedTest
  @MethodSource("layers")
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
  void a_step_of_a_layer_is_that_of_product_and_adam(Layer layer) {
    Draw draw = new Draw(layer);
    Backend backend = TestDevice.backend(layer.family);
    Adam adam = new Adam(backend);
    float[] weights = draw.values(layer.outputs * layer.inputs);
    try (Matrix dy = matrix(backend, layer.outputs, layer.batch, draw);
        Matrix x = matrix(backend, layer.inputs, layer.batch, draw);
        Matrix fused = backend.matrix(layer.outputs, layer.inputs, weights);
        Matrix fusedFirst = backend.matrix(layer.outputs, layer.inputs);
        Matrix fusedSecond = backend.matrix(layer.outputs, layer.inputs);
        Matrix chain = backend.matrix(layer.outputs, layer.inputs, weights);
        Matrix chainFirst = backend.matrix(layer.outputs, layer.inputs);
        Matrix chainSecond = backend.matrix(layer.outputs, layer.inputs);
        Matrix gradient = backend.matrix(layer.outputs, layer.inputs)) {
      for (int step = 1; step <= 3; step++) {
        adam.layerStep(SETTINGS, step, fused, dy, x, fusedFirst, fusedSecond, gradient);
        new Gemm(backend).multiply(1f, dy, false, x, true, 0f, gradient, Epilogue.NONE);
        adam.step(SETTINGS, step, chain, gradient, chainFirst, chainSecond);
      }

      assertThat(fused.read()).isEqualTo(chain.read());
      assertThat(fusedFirst.read()).isEqualTo(chainFirst.read());
      assertThat(fusedSecond.read()).isEqualTo(chainSecond.read());
    }
  }

  private static Matrix matrix(Backend backend, int rows, int columns, Draw draw) {
    return backend.matrix(rows, columns, draw.values(rows * columns));
  }
}
