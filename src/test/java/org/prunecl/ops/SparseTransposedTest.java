package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.Reference;
import org.prunecl.testing.TestDevice;

/** Sᵀ · dY: what takes a gradient back through a sparse layer, in every form. */
@DeviceTest
final class SparseTransposedTest {
  /** S is outputs × inputs, dY is outputs × batch. */
  record Case(
      Family family, SparseForm form, int outputs, int inputs, int batch, double sparsity) {}

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Family family : Family.values()) {
      Draw draw = new Draw("transposed" + family);
      Backend backend = TestDevice.backend(family);
      for (double sparsity : new double[] {0, 0.6, 0.95}) {
        for (int batch : TestDevice.simulated() ? new int[] {1, 18} : new int[] {1, 32, 129}) {
          int outputs = draw.size();
          int inputs = draw.size();
          for (SparseForm form : SparseForm.values()) {
            if (form.suits(backend, outputs, batch)) {
              cases.add(new Case(family, form, outputs, inputs, batch, sparsity));
            }
          }
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_gradient_goes_back_through_a_layer_with_the_same_bits_each_time(Case c) {
    Draw draw = new Draw(c);
    Backend backend = TestDevice.backend(c.family);
    float[] s = draw.sparsen(draw.values(c.outputs * c.inputs), c.sparsity);
    float[] dy = draw.values(c.outputs * c.batch);
    Expected expected =
        Reference.gemm(c.inputs, c.batch, c.outputs, 1, s, true, dy, false, 0, null, null, false);
    try (Guarded dense = Guarded.of(backend, c.outputs, c.inputs, s);
        Guarded gradient = Guarded.of(backend, c.outputs, c.batch, dy)) {
      float[] first = product(c, backend, dense, gradient);
      expected.matches(first, c.toString());
      for (int again = 0; again < 2; again++) {
        assertThat(Guarded.bits(product(c, backend, dense, gradient)))
            .as(c + ", built again")
            .isEqualTo(Guarded.bits(first));
      }
      dense.checkUnchanged();
      gradient.checkUnchanged();
    }
  }

  /** Sᵀ · dY, built anew; computed twice, the second time over the first result. */
  private static float[] product(Case c, Backend backend, Guarded dense, Guarded gradient) {
    try (SparseMatrix transposed = c.form.transposed(backend, dense.matrix(), c.batch);
        Guarded result = Guarded.result(backend, c.inputs, c.batch)) {
      assertThat(transposed.rows()).isEqualTo(c.inputs);
      assertThat(transposed.columns()).isEqualTo(c.outputs);
      Spmm spmm = new Spmm(backend);
      spmm.multiply(transposed, gradient.matrix(), result.matrix(), Epilogue.NONE);
      float[] values = result.read();
      spmm.multiply(transposed, gradient.matrix(), result.matrix(), Epilogue.NONE);
      assertThat(Guarded.bits(result.read())).as(c.toString()).isEqualTo(Guarded.bits(values));
      return values;
    }
  }

  @BothFamilies
  void a_gradient_goes_back_through_the_relu_before_the_layer(Family family) {
    Backend backend = TestDevice.backend(family);
    float[] s = {
      1f, 0f, 2f, 0f, //
      0f, 3f, 4f, 0f
    };
    float[] activation = {1f, 0f, 5f, 0f, 0f, 2f, 1f, 1f};
    for (SparseForm form : SparseForm.values()) {
      if (form.suits(backend, 2, 2)) {
        try (Matrix dense = backend.matrix(2, 4, s);
            SparseMatrix transposed = form.transposed(backend, dense, 2);
            Matrix gradient = backend.matrix(2, 2, new float[] {10f, 20f, 30f, 40f});
            Matrix gate = backend.matrix(4, 2, activation);
            Matrix result = backend.matrix(4, 2)) {
          new Spmm(backend).multiply(transposed, gradient, result, Epilogue.throughRelu(gate));
          assertThat(result.read())
              .as(form.toString())
              .containsExactly(10f, 0f, 90f, 0f, 0f, 200f, 0f, 0f);
        }
      }
    }
  }
}
