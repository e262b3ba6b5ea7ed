package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.ConvReference;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class MaxPool2dTest {
  record Pool(Family family, PoolShape shape, int batch) {}

  static List<Pool> pools() {
    Draw draw = new Draw("pools");
    List<Pool> pools = new ArrayList<>();
    for (Family family : Family.values()) {
      for (int size : new int[] {1, 2, 3}) {
        for (int batch : TestDevice.simulated() ? new int[] {1, 17} : new int[] {1, 7, 33, 128}) {
          PoolShape shape =
              new PoolShape(
                  draw.pick(1, 3, 5), size + draw.index(2 * size), size + draw.index(9), size);
          pools.add(new Pool(family, shape, batch));
        }
      }
    }
    return pools;
  }

  @ParameterizedTest
  @MethodSource("pools")
  void the_largest_of_each_square_is_found_and_only_it_gets_the_gradient(Pool pool) {
    Backend backend = TestDevice.backend(pool.family);
    MaxPool2d operation = new MaxPool2d(backend);
    PoolShape shape = pool.shape;
    int batch = pool.batch;
    Draw draw = new Draw(pool);
    float[] scattered = draw.values(shape.features() * batch);
    scattered[draw.index(scattered.length)] = Float.NaN;
    scattered[draw.index(scattered.length)] = Float.NEGATIVE_INFINITY;
    // Of few different values, so that equal ones meet: the first is to win.
    for (float[] x : new float[][] {scattered, draw.wholes(scattered.length, 1)}) {
      float[] dy = draw.values(shape.outputFeatures() * batch);
      float[] gate = draw.values(x.length);
      float[] dx = ConvReference.maxPoolBackward(shape, batch, x, dy);
      float[] gated = dx.clone();
      for (int i = 0; i < gated.length; i++) {
        gated[i] = gate[i] <= 0 ? 0 : dx[i];
      }
      try (Guarded input = Guarded.of(backend, shape.features(), batch, x);
          Guarded output = Guarded.result(backend, shape.outputFeatures(), batch);
          Guarded gradient = Guarded.of(backend, shape.outputFeatures(), batch, dy);
          Guarded activation = Guarded.of(backend, shape.features(), batch, gate);
          Guarded result = Guarded.result(backend, shape.features(), batch)) {
        operation.forward(shape, input.matrix(), output.matrix());
        assertThat(output.read())
            .as(pool.toString())
            .containsExactly(ConvReference.maxPool(shape, batch, x));
        operation.backward(
            shape, input.matrix(), gradient.matrix(), result.matrix(), Epilogue.NONE);
        assertThat(result.read()).as(pool.toString()).containsExactly(dx);
        operation.backward(
            shape,
            input.matrix(),
            gradient.matrix(),
            result.matrix(),
            Epilogue.throughRelu(activation.matrix()));
        assertThat(result.read()).as(pool + ", gated").containsExactly(gated);
        input.checkUnchanged();
        gradient.checkUnchanged();
        activation.checkUnchanged();
      }
    }
  }

  @BothFamilies
  void nan_is_larger_than_any_number_and_the_first_of_two_wins(Family family) {
    Backend backend = TestDevice.backend(family);
    PoolShape shape = new PoolShape(1, 2, 4, 2);
    float nan = Float.NaN;
    float[] x = {
      1,
      nan,
      Float.POSITIVE_INFINITY,
      2, //
      3,
      nan,
      nan,
      4
    };
    try (Matrix input = backend.matrix(8, 1, x);
        Matrix output = backend.matrix(2, 1);
        Matrix gradient = backend.matrix(2, 1, new float[] {5, 6});
        Matrix result = backend.matrix(8, 1)) {
      MaxPool2d pool = new MaxPool2d(backend);
      pool.forward(shape, input, output);
      assertThat(output.read()).containsExactly(nan, nan);
      pool.backward(shape, input, gradient, result, Epilogue.NONE);
      assertThat(result.read()).containsExactly(0, 5, 0, 0, 0, 0, 6, 0);
    }
  }

  @BothFamilies
  void shapes_that_do_not_fit_and_epilogues_without_meaning_are_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    MaxPool2d pool = new MaxPool2d(backend);
    PoolShape shape = new PoolShape(1, 4, 4, 2);
    try (Matrix x = backend.matrix(16, 3);
        Matrix y = backend.matrix(4, 3);
        Matrix wrong = backend.matrix(5, 3)) {
      assertThatThrownBy(() -> pool.forward(shape, x, wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("results of 5 × 3");
      assertThatThrownBy(() -> pool.backward(shape, x, y, wrong, Epilogue.NONE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> pool.backward(shape, x, y, x, Epilogue.RELU))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("gate alone");
    }
  }
}
