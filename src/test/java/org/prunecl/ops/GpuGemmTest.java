package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.Reference;
import org.prunecl.testing.TestDevice;

/** Every tile and every number of parts, whatever the device would get by itself. */
@DeviceTest
final class GpuGemmTest {
  private static final int LEAST_PART = 16;
  private static final int MANY = 1000;

  /** A product of whole numbers, which must be exact. */
  record Product(
      GpuTile tile, boolean transposeA, boolean transposeB, int m, int n, int k, boolean parts) {
    Gemm gemm(Backend backend) {
      return new Gemm(
          backend, new GpuGemm(backend, Tuning.fixed(tile), parts ? MANY : 1, LEAST_PART));
    }
  }

  static List<Product> products() {
    Draw draw = new Draw("gpu tiles");
    List<Product> products = new ArrayList<>();
    for (GpuTile tile : GpuTile.candidates()) {
      int first = TestDevice.additional() ? products.size() % 4 : 0;
      int last = TestDevice.additional() ? first : 3;
      for (int t = first; t <= last; t++) {
        int m = TestDevice.simulated() ? draw.size() : tile.rows() + draw.size();
        int n = 1 + (TestDevice.simulated() ? draw.size() : tile.columns() + draw.size());
        // On the simulator no more than brings the first staged tile into use once more.
        int k =
            TestDevice.simulated()
                ? tile.stages() * tile.depth() + 1
                : 2 * LEAST_PART + draw.size() % 16;
        boolean parts = TestDevice.additional() ? draw.chance() : t == 1 || t == 2;
        products.add(new Product(tile, (t & 1) != 0, (t & 2) != 0, m, n, k, parts));
      }
    }
    return products;
  }

  @ParameterizedTest
  @MethodSource("products")
  void every_tile_multiplies_exactly(Product p) {
    Draw draw = new Draw(p);
    Backend backend = TestDevice.backend(Family.GPU);
    float[] a = draw.wholes(p.m * p.k, 4);
    float[] b = draw.wholes(p.k * p.n, 4);
    float[] c = draw.wholes(p.m * p.n, 4);
    float[] bias = draw.wholes(p.m, 4);
    Expected expected =
        Reference.gemm(p.m, p.n, p.k, 2, a, p.transposeA, b, p.transposeB, -3, c, bias, true);
    try (Guarded da = operand(backend, p.m, p.k, a, p.transposeA);
        Guarded db = operand(backend, p.k, p.n, b, p.transposeB);
        Guarded dc = Guarded.of(backend, p.m, p.n, c);
        Guarded dBias = Guarded.of(backend, p.m, 1, bias)) {
      p.gemm(backend)
          .multiply(
              2f,
              da.matrix(),
              p.transposeA,
              db.matrix(),
              p.transposeB,
              -3f,
              dc.matrix(),
              new Epilogue(dBias.matrix(), true));
      expected.exact().matches(dc.read(), p.toString());
      da.checkUnchanged();
      db.checkUnchanged();
      dBias.checkUnchanged();
    }
  }

  private static Guarded operand(
      Backend backend, int rows, int columns, float[] values, boolean transposed) {
    return transposed
        ? Guarded.of(backend, columns, rows, values)
        : Guarded.of(backend, rows, columns, values);
  }

  @Test
  void a_product_in_parts_is_the_same_each_time_and_its_epilogue_that_of_the_chain() {
    Backend backend = TestDevice.backend(Family.GPU);
    int m = TestDevice.simulated() ? 5 : 45;
    int n = 7;
    int k = (TestDevice.simulated() ? 3 : 8) * LEAST_PART;
    Draw draw = new Draw("products in parts");
    Gemm gemm = new Gemm(backend, new GpuGemm(backend, backend.tuning(), MANY, LEAST_PART));
    try (Matrix a = backend.matrix(m, k, draw.values(m * k));
        Matrix b = backend.matrix(k, n, draw.values(k * n));
        Matrix gate = backend.matrix(m, n, draw.values(m * n));
        Matrix once = backend.matrix(m, n);
        Matrix again = backend.matrix(m, n);
        Matrix whole = backend.matrix(m, n);
        Matrix fused = backend.matrix(m, n)) {
      gemm.multiply(a, b, once, Epilogue.NONE);
      gemm.multiply(a, b, again, Epilogue.NONE);
      new Gemm(backend, new GpuGemm(backend, backend.tuning(), 1, LEAST_PART))
          .multiply(a, b, whole, Epilogue.NONE);
      gemm.multiply(a, b, fused, Epilogue.throughRelu(gate));
      assertThat(Guarded.bits(again.read())).isEqualTo(Guarded.bits(once.read()));
      // Summed in another order: proof that there were parts at all.
      assertThat(Guarded.bits(whole.read())).isNotEqualTo(Guarded.bits(once.read()));

      new Relu(backend).backward(gate, once);
      assertThat(Guarded.bits(fused.read())).isEqualTo(Guarded.bits(once.read()));
    }
  }

  @Test
  void parts_share_memory_that_the_backend_keeps_until_it_is_released() {
    Backend backend = TestDevice.backend(Family.GPU);
    Gemm gemm = new Gemm(backend, new GpuGemm(backend, backend.tuning(), MANY, LEAST_PART));
    try (Matrix a = backend.matrix(3, 2 * LEAST_PART);
        Matrix b = backend.matrix(2 * LEAST_PART, 5);
        Matrix c = backend.matrix(3, 5);
        Matrix wide = backend.matrix(2 * LEAST_PART, 17);
        Matrix wideC = backend.matrix(3, 17)) {
      backend.releaseScratch();
      long before = LiveObjects.bufferBytes();
      gemm.multiply(a, b, c, Epilogue.NONE);
      gemm.multiply(a, b, c, Epilogue.NONE);
      assertThat(LiveObjects.bufferBytes() - before).isEqualTo(2 * Matrix.bytes(3, 5));
      gemm.multiply(a, wide, wideC, Epilogue.NONE);
      assertThat(LiveObjects.bufferBytes() - before).isEqualTo(2 * Matrix.bytes(3, 17));
      backend.releaseScratch();
      assertThat(LiveObjects.bufferBytes()).isEqualTo(before);
    }
  }

  @Test
  void the_tile_follows_from_the_shape_and_from_how_many_work_groups_the_device_needs() {
    Backend backend = TestDevice.backend(Family.GPU);
    GpuGemm gemm = new GpuGemm(backend, backend.tuning(), 64, 128);
    assertThat(gemm.tile(1024, 1024)).isEqualTo(GpuTile.LARGE);
    assertThat(gemm.tile(1024, 896)).isEqualTo(GpuTile.MEDIUM);
    assertThat(gemm.tile(33, 33)).isEqualTo(GpuTile.MEDIUM);
    assertThat(gemm.tile(1000, 32)).isEqualTo(GpuTile.SMALL);
    assertThat(gemm.tile(10, 200)).isEqualTo(GpuTile.SMALL);
    assertThat(gemm.tile(10, 1_000_000)).isEqualTo(GpuTile.SMALL);
  }

  @Test
  void the_inner_dimension_is_cut_only_where_the_result_has_too_few_tiles() {
    Backend backend = TestDevice.backend(Family.GPU);
    GpuGemm gemm = new GpuGemm(backend, backend.tuning(), 64, 128);
    // 32 tiles of the 64 that are wanted: two parts, of whole steps of the tile's depth.
    assertThat(gemm.part(GpuTile.MEDIUM, 1000, 128, 784)).isEqualTo(400);
    assertThat(gemm.part(GpuTile.MEDIUM, 1000, 1000, 784)).isEqualTo(784);
    assertThat(gemm.part(GpuTile.SMALL, 10, 32, 200)).isEqualTo(200);
    // One tile could do with 64 parts, were it deep enough.
    assertThat(gemm.part(GpuTile.SMALL, 10, 32, 1000)).isEqualTo(144);
    assertThat(gemm.part(GpuTile.SMALL, 10, 32, 1 << 20)).isEqualTo(1 << 14);
  }
}
