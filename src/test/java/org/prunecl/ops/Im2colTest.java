package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.opencl.Scope;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.ConvReference;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class Im2colTest {
  static List<ConvCase> cases() {
    return ConvCase.draw();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void products_with_unrolled_images_are_convolutions(ConvCase one) {
    Backend backend = TestDevice.backend(one.family());
    Draw draw = new Draw(one);
    float[] w = draw.wholes(one.filters() * one.weights(), 9);
    float[] x = draw.wholes(one.inputs() * one.batch(), 9);
    float[] bias = draw.wholes(one.filters(), 9);
    Expected expected =
        ConvReference.forward(one.shape(), one.filters(), one.batch(), w, x, bias, true).exact();
    try (Scope scope = new Scope()) {
      Matrix weights = scope.own(backend.matrix(one.filters(), one.weights(), w));
      CsrMatrix sparse = scope.own(CsrMatrix.of(backend, weights));
      Epilogue epilogue = new Epilogue(scope.own(backend.matrix(one.filters(), 1, bias)), true);
      Guarded input = scope.own(Guarded.of(backend, one.inputs(), one.batch(), x));
      Guarded columns =
          scope.own(
              Guarded.result(backend, one.weights(), Im2col.columns(one.shape(), one.batch())));
      Guarded output = scope.own(Guarded.result(backend, one.outputs(), one.batch()));
      Im2col im2col = new Im2col(backend);
      im2col.unroll(one.shape(), input.matrix(), columns.matrix());
      if (one.batch() > 1) {
        Matrix product = Im2col.product(one.shape(), output.matrix());
        new Gemm(backend).multiply(weights, columns.matrix(), product, epilogue);
        expected.matches(output.read(), one + ", dense");
        product.fill(Float.NaN);
        new Spmm(backend).multiply(sparse, columns.matrix(), product, epilogue);
        expected.matches(output.read(), one + ", sparse");
      } else {
        Guarded product =
            scope.own(Guarded.result(backend, one.filters(), one.shape().positions()));
        new Gemm(backend).multiply(weights, columns.matrix(), product.matrix(), epilogue);
        im2col.join(product.matrix(), output.matrix());
        expected.matches(output.read(), one + ", dense");
        new Spmm(backend).multiply(sparse, columns.matrix(), product.matrix(), epilogue);
        im2col.join(product.matrix(), output.matrix());
        expected.matches(output.read(), one + ", sparse");
      }
      input.checkUnchanged();
    }
  }

  @BothFamilies
  void shapes_that_do_not_fit_are_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    ConvShape shape = new ConvShape(1, 3, 3, 2, 2);
    Im2col im2col = new Im2col(backend);
    try (Matrix x = backend.matrix(9, 5);
        Matrix columns = backend.matrix(4, 63);
        Matrix single = backend.matrix(8, 1);
        Matrix other = backend.matrix(7, 5)) {
      assertThatThrownBy(() -> im2col.unroll(shape, x, columns))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("9 × 5 into 4 × 63");
      assertThatThrownBy(() -> Im2col.product(shape, single))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Im2col.product(shape, other))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> im2col.join(other, single))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(Im2col.product(shape, x.reshaped(8, 5)).toString()).isEqualTo("2 × 64");
    }
  }

  @Test
  void more_columns_than_an_index_counts_are_refused() {
    assertThatThrownBy(() -> Im2col.columns(new ConvShape(1, 40_000, 40_000, 1, 1), 2))
        .isInstanceOf(ArithmeticException.class);
  }
}
