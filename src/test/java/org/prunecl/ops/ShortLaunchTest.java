package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Scope;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Products with vectors, which the calling thread may run itself. */
@OpenClTest
final class ShortLaunchTest {
  @Test
  void vector_products_are_the_same_whichever_thread_runs_them() {
    Draw draw = new Draw("short launches");
    try (Backend backend = Backend.open(TestDevice.get());
        Scope scope = new Scope()) {
      int rows = 1 + draw.size();
      int columns = draw.size();
      Matrix weights =
          scope.own(backend.matrix(rows, columns, draw.sparsen(draw.values(rows * columns), 0.7f)));
      Matrix x = scope.own(backend.matrix(columns, 1, draw.values(columns)));
      Matrix y = scope.own(backend.matrix(rows, 1));
      List<Consumer<Matrix>> products = new ArrayList<>();
      for (SparseForm form : SparseForm.values()) {
        if (form.suits(backend, columns, 1)) {
          SparseMatrix matrix = scope.own(form.of(backend, weights, 1));
          products.add(out -> matrix.multiply(x, out, Epilogue.NONE));
        }
      }
      DenseColumns dense = scope.own(DenseColumns.of(backend, weights));
      products.add(out -> dense.multiply(x, out, Epilogue.NONE));
      products.add(out -> new Gemm(backend).multiply(weights, x, out, Epilogue.NONE));
      assertThat(products).hasSizeGreaterThan(3);
      for (Consumer<Matrix> product : products) {
        backend.finish();
        product.accept(y);
        float[] atOnce = y.read();
        // Behind something that is still to run.
        Elementwise.fill(backend, y, Float.NaN);
        product.accept(y);
        assertThat(y.read()).as("seed %d", Draw.SEED).isEqualTo(atOnce);
      }
    }
  }

  @Test
  void what_reads_much_is_left_to_all_cores() {
    KernelSource source = KernelSource.of("gemv_cpu.cl").with("TRANS_A", 0);
    try (Backend backend = Backend.open(TestDevice.get())) {
      backend.finish();
      boolean partner = backend.device().inline().isPresent();
      assertThat(
              backend.kernel(source, "gemv", 4 << 20) != backend.context().kernel(source, "gemv"))
          .isEqualTo(partner);
      assertThat(backend.kernel(source, "gemv", (4 << 20) + 1))
          .isSameAs(backend.context().kernel(source, "gemv"));
    }
  }
}
