package org.prunecl.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.prunecl.bench.worker.Floats;
import org.prunecl.bench.worker.Product;

/** The three products of each layer alone. Outputs are row by row, activations features × batch. */
final class GemmSuite implements Suite {
  /** Operands lie in [-1, 1]: each side rounds at most once per term. */
  static final double ROUNDING_PER_TERM = 2.4e-7;

  private static final int LEAST_CALLS = 20;
  private static final int MOST_CALLS = 200;

  /** Calls of a turn make at least so many, as far as the bounds above allow. */
  private static final double TURN_MFLOP = 5000;

  /** Below this a launch costs more than the arithmetic: listed, without a bar. */
  static final double BAR_MFLOP = 10;

  @Override
  public String name() {
    return "gemm";
  }

  @Override
  public List<Peer> peers() {
    return List.of(Peer.OPENBLAS, Peer.CLBLAST);
  }

  @Override
  public List<Integer> batches(boolean quick) {
    return quick ? List.of(32, 128) : List.of(32, 128, 1000);
  }

  @Override
  public List<Case> cases(List<Integer> batches) {
    List<Case> cases = new ArrayList<>();
    for (int batch : batches) {
      for (Product product : Product.values()) {
        for (int layer = 0; layer < Mlp.layers(); layer++) {
          cases.add(of(product, Mlp.outputs(layer), Mlp.inputs(layer), batch));
        }
      }
    }
    return cases;
  }

  /** Shapes among which the fastest product is sought. */
  List<Case> calibration() {
    return List.of(of(Product.FORWARD, 1000, 1000, 128), of(Product.FORWARD, 1000, 1000, 1000));
  }

  static Case of(Product product, int outputs, int inputs, int batch) {
    double mflop = 2e-6 * outputs * inputs * batch;
    return new Case(
        "gemm",
        product.label() + " " + outputs + "x" + inputs + " batch " + batch,
        List.of(product.label(), "" + outputs, "" + inputs, "" + batch),
        batch,
        mflop,
        (int) Math.min(MOST_CALLS, Math.max(LEAST_CALLS, TURN_MFLOP / mflop)));
  }

  @Override
  public Rounds rounds(boolean quick) {
    return quick ? new Rounds(2, 6, 0.15) : new Rounds(10, 30, 1);
  }

  @Override
  public void writeInputs(Case testCase, Path folder, SplittableRandom random) throws IOException {
    int outputs = Integer.parseInt(testCase.words().get(1));
    int inputs = Integer.parseInt(testCase.words().get(2));
    int weights = outputs * inputs;
    int x = inputs * testCase.batch();
    int y = outputs * testCase.batch();
    switch (product(testCase)) {
      case FORWARD -> operands(folder, weights, x, random);
      case INPUT_GRADIENT -> operands(folder, weights, y, random);
      case WEIGHT_GRADIENT -> operands(folder, y, x, random);
    }
  }

  private static void operands(Path folder, int a, int b, SplittableRandom random)
      throws IOException {
    Floats.write(folder.resolve("a.f32"), Mlp.uniform(a, -1, 1, random));
    Floats.write(folder.resolve("b.f32"), Mlp.uniform(b, -1, 1, random));
  }

  private static Product product(Case testCase) {
    return Product.of(testCase.words().get(0));
  }

  @Override
  public double tolerance(Case testCase, float[] output) {
    int terms =
        switch (product(testCase)) {
          case FORWARD -> Integer.parseInt(testCase.words().get(2));
          case INPUT_GRADIENT -> Integer.parseInt(testCase.words().get(1));
          case WEIGHT_GRADIENT -> testCase.batch();
        };
    return ROUNDING_PER_TERM * terms;
  }

  @Override
  public double limitMs(Case testCase, Limits limits) {
    return limits.arithmeticMs(testCase.mflop());
  }

  @Override
  public List<Verdict> verdicts(List<Row> rows, List<Case> cases) {
    List<Row> large = rows.stream().filter(row -> row.mflop() >= BAR_MFLOP).toList();
    Bars bars = new Bars();
    List<Row> openBlas = Bars.beside(large, Peer.OPENBLAS);
    bars.geometricMean("gemm: geometric mean beside OpenBLAS", openBlas, 1.25);
    bars.worst("gemm: worst case beside OpenBLAS", openBlas, 0.95);
    bars.geometricMean(
        "gemm: geometric mean beside untuned CLBlast", Bars.beside(large, Peer.CLBLAST), 8);
    List<String> wide =
        cases.stream()
            .filter(one -> one.batch() >= 128 && one.words().get(1).equals("1000"))
            .map(Case::name)
            .toList();
    bars.worstShare(
        "gemm: least share of peak, 1000x1000 and 1000x784 at batch >= 128",
        rows.stream().filter(row -> wide.contains(row.name())).toList(),
        0.80);
    return bars.verdicts();
  }
}
