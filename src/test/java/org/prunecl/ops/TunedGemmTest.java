package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.prunecl.opencl.KernelSource;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Reference;
import org.prunecl.testing.TestDevice;

/** Products on a backend with measured parameters. */
@DeviceTest
final class TunedGemmTest {
  private static final int M = 7;

  /** Wider than any panel, so that kernels have their tile's own rows. */
  private static final int N = 69;

  private static final int NARROW = 5;
  private static final int K = 9;

  @BothFamilies
  void a_product_near_to_a_measured_one_runs_with_its_parameters(Family family) {
    GemmTile tile = unusual(family);
    ProductClass near = new ProductClass(false, false, M, 2 * N, K);
    try (Backend backend = open(family, Map.of(near, tile))) {
      assertThat(backend.tuning().measured()).containsExactly(Map.entry(near, tile));
      assertThat(new Gemm(backend).tile(false, false, M, N, K)).isEqualTo(tile);
      multiply(backend, false);
      assertThat(products(backend)).hasSize(1).allMatch(source -> has(source, tile));
    }
  }

  @BothFamilies
  void any_other_product_runs_with_the_shipped_parameters(Family family) {
    GemmTile tile = unusual(family);
    ProductClass far = new ProductClass(false, false, 64 * M, N, K);
    ProductClass otherOperands = new ProductClass(false, false, M, N, K);
    try (Backend backend = open(family, Map.of(far, tile));
        Backend other = open(family, Map.of(otherOperands, tile))) {
      multiply(backend, false);
      multiply(other, true);
      assertThat(products(backend)).hasSize(1).noneMatch(source -> has(source, tile));
      assertThat(products(other)).hasSize(1).noneMatch(source -> has(source, tile));
    }
  }

  @BothFamilies
  void all_kernels_that_products_may_get_are_built_when_prepared(Family family) {
    GemmTile tile = unusual(family);
    ProductClass product = new ProductClass(false, false, M, N, K);
    try (Backend backend = open(family, Map.of(product, tile))) {
      Gemm gemm = new Gemm(backend);
      gemm.prepare();
      gemm.prepare(NARROW);
      Set<KernelSource> built = backend.context().sources();
      assertThat(built).anyMatch(source -> has(source, tile));
      for (boolean transposeA : new boolean[] {false, true}) {
        multiply(backend, transposeA);
        multiply(gemm, backend, M, NARROW, K, transposeA, false);
      }
      assertThat(backend.context().sources()).isEqualTo(built);
    }
  }

  @BothFamilies
  void every_candidate_of_a_search_agrees_with_float64(Family family) {
    Backend backend = TestDevice.backend(family);
    for (GemmTile tile : GemmTile.candidates(TestDevice.get(), family, true)) {
      // How many pieces there are changes no kernel's text.
      if (tile instanceof GpuTile
          || ((CpuTile) tile).groups() == CpuTile.SIXTEEN_REGISTERS.groups()) {
        Draw draw = new Draw(tile);
        multiply(
            new Gemm(backend, tile),
            backend,
            draw.size(),
            1 + draw.size(),
            draw.size(),
            draw.chance(),
            draw.chance());
      }
    }
  }

  /** Parameters that no product gets without tuning, here. */
  private static GemmTile unusual(Family family) {
    List<? extends GemmTile> defaults =
        family == Family.CPU
            ? List.of(CpuTile.SIXTEEN_REGISTERS, CpuTile.THIRTY_TWO_REGISTERS)
            : GpuTile.DEFAULTS;
    List<GemmTile> others =
        GemmTile.candidates(TestDevice.get(), family, true).stream()
            .filter(tile -> !defaults.contains(tile))
            .filter(
                tile -> defaults.stream().noneMatch(other -> kernel(other).equals(kernel(tile))))
            .toList();
    return others.get(new Draw("unusual tile " + family).index(others.size()));
  }

  private static Backend open(Family family, Map<ProductClass, GemmTile> measured) {
    return Backend.open(
        TestDevice.get(), family, Tuning.shipped(TestDevice.get(), family).with(measured));
  }

  private static void multiply(Backend backend, boolean transposeA) {
    multiply(new Gemm(backend), backend, M, N, K, transposeA, false);
  }

  private static void multiply(
      Gemm gemm, Backend backend, int m, int n, int k, boolean transposeA, boolean transposeB) {
    String what = String.format("%s %s %d × %d × %d", transposeA, transposeB, m, n, k);
    Draw draw = new Draw(what);
    float[] a = draw.values(m * k);
    float[] b = draw.values(k * n);
    try (Matrix da = backend.matrix(transposeA ? k : m, transposeA ? m : k, a);
        Matrix db = backend.matrix(transposeB ? n : k, transposeB ? k : n, b);
        Matrix dc = backend.matrix(m, n)) {
      gemm.multiply(1f, da, transposeA, db, transposeB, 0f, dc, Epilogue.NONE);
      GemmTile tile = gemm.tile(transposeA, transposeB, m, n, k);
      Reference.gemm(m, n, k, 1, a, transposeA, b, transposeB, 0, null, null, false)
          .matches(dc.read(), what + " " + tile);
    }
  }

  private static Set<KernelSource> products(Backend backend) {
    return backend.context().sources().stream()
        .filter(source -> source.file().equals(Gemm.file(backend.family())))
        .collect(Collectors.toSet());
  }

  private static boolean has(KernelSource source, GemmTile tile) {
    return source.parameters().entrySet().containsAll(kernel(tile).entrySet());
  }

  /** Build parameters that are a tile's whatever the shape. */
  private static Map<String, Integer> kernel(GemmTile tile) {
    return tile instanceof CpuTile cpu
        ? Map.of("MR", cpu.rows(), "LANES", cpu.lanes(), "KC", cpu.depth())
        : ((GpuTile) tile).parameters();
  }
}
