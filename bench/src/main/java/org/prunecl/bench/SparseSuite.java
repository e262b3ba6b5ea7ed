package org.prunecl.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.prunecl.bench.worker.Floats;

/**
 * Pruned layers alone, outputs row by row from activations features × batch, and the pruned network
 * from a batch in host memory to logits in host memory, batch × classes. Zeros are scattered
 * uniformly, in exact numbers; the output layer is dense, as recipes leave it. Only work on weights
 * that are not zero counts as work.
 */
final class SparseSuite implements Suite {
  /** The orders of these names, which the contenders obey. */
  private static final String LAYER = "sparse-layer";

  private static final String NETWORK = "sparse-network";

  private static final List<Double> SPARSITIES = List.of(0.8, 0.9, 0.95);
  private static final int LEAST_CALLS = 20;
  private static final int MOST_CALLS = 200;

  /** Calls of a turn would make at least so many on dense weights, as far as the bounds allow. */
  private static final double TURN_MFLOP = 5000;

  /** In a quick run the larger layers alone. */
  private static final int QUICK_OUTPUTS = 1000;

  private final List<Double> sparsities;

  /** At the sparsities that bars are about. */
  SparseSuite() {
    this(SPARSITIES);
  }

  private SparseSuite(List<Double> sparsities) {
    this.sparsities = List.copyOf(sparsities);
  }

  @Override
  public Suite at(List<Double> otherSparsities) {
    return new SparseSuite(otherSparsities);
  }

  @Override
  public String name() {
    return "sparse";
  }

  @Override
  public List<Peer> peers() {
    return List.of(Peer.OWN_DENSE, Peer.PYTORCH_CSR, Peer.MKL_SPARSE, Peer.EJML, Peer.ONNX_RUNTIME);
  }

  /** ONNX Runtime is told of whole networks only. */
  @Override
  public boolean meets(Case testCase, Peer peer) {
    return peer != Peer.ONNX_RUNTIME || testCase.work().equals(NETWORK);
  }

  @Override
  public List<Integer> batches(boolean quick) {
    return List.of(1, 32, 128);
  }

  @Override
  public List<Case> cases(List<Integer> batches) {
    return cases(batches, 0);
  }

  @Override
  public List<Case> quickCases(List<Integer> batches) {
    return cases(batches, QUICK_OUTPUTS);
  }

  private List<Case> cases(List<Integer> batches, int leastOutputs) {
    List<Case> cases = new ArrayList<>();
    for (int batch : batches) {
      for (double sparsity : sparsities) {
        for (int layer = 0; layer < Mlp.layers() - 1; layer++) {
          if (Mlp.outputs(layer) >= leastOutputs) {
            cases.add(layer(Mlp.outputs(layer), Mlp.inputs(layer), sparsity, batch));
          }
        }
        cases.add(network(sparsity, batch));
      }
    }
    return cases;
  }

  private Case layer(int outputs, int inputs, double sparsity, int batch) {
    int weights = outputs * inputs;
    double denseMflop = 2e-6 * weights * batch;
    return new Case(
        name(),
        LAYER,
        "layer " + outputs + "x" + inputs + " " + percent(sparsity) + " batch " + batch,
        List.of("" + outputs, "" + inputs, "" + batch, "" + sparsity),
        batch,
        2e-6 * (weights - Mlp.zeros(weights, sparsity)) * batch,
        (int) Math.min(MOST_CALLS, Math.max(LEAST_CALLS, TURN_MFLOP / denseMflop)));
  }

  private Case network(double sparsity, int batch) {
    return new Case(
        name(),
        NETWORK,
        "network " + percent(sparsity) + " batch " + batch,
        List.of(Mlp.words(), "" + batch, "" + sparsity),
        batch,
        2e-6 * Mlp.nonzeroWeights(sparsity) * batch,
        LEAST_CALLS);
  }

  private static String percent(double sparsity) {
    return BigDecimal.valueOf(sparsity).movePointRight(2).stripTrailingZeros().toPlainString()
        + " %";
  }

  @Override
  public Rounds rounds(boolean quick) {
    return quick ? new Rounds(2, 6, 0.15) : new Rounds(10, 30, 1);
  }

  @Override
  public void writeInputs(Case testCase, Path folder, SplittableRandom random) throws IOException {
    List<String> words = testCase.words();
    double sparsity = sparsity(testCase);
    float[] weights;
    float[] x;
    if (testCase.work().equals(LAYER)) {
      int inputs = Integer.parseInt(words.get(1));
      weights = Mlp.uniform(Integer.parseInt(words.get(0)) * inputs, -1, 1, random);
      Mlp.scatterZeros(weights, 0, weights.length, sparsity, random);
      x = Mlp.uniform(inputs * testCase.batch(), -1, 1, random);
    } else {
      weights = Mlp.prunedWeights(sparsity, random);
      x = Mlp.uniform(testCase.batch() * Mlp.features(), 0, 1, random);
    }
    Floats.write(folder.resolve("weights.f32"), weights);
    Floats.write(folder.resolve("x.f32"), x);
  }

  private static double sparsity(Case testCase) {
    return Double.parseDouble(testCase.words().get(testCase.words().size() - 1));
  }

  @Override
  public double tolerance(Case testCase, float[] output) {
    return testCase.work().equals(LAYER)
        ? GemmSuite.ROUNDING_PER_TERM * Integer.parseInt(testCase.words().get(1))
        : InferenceSuite.toleranceOf(output);
  }

  @Override
  public double limitMs(Case testCase, Limits limits) {
    return limits.arithmeticMs(testCase.mflop());
  }

  @Override
  public List<Verdict> verdicts(List<Row> rows, List<Case> cases) {
    List<Row> layers =
        Bars.among(
            rows,
            cases.stream()
                .filter(one -> one.work().equals(LAYER))
                .filter(one -> one.batch() == 32 || one.batch() == 128)
                .filter(one -> SPARSITIES.contains(sparsity(one)))
                .toList());
    Bars bars = new Bars();
    layerBars(bars, Bars.beside(layers, Peer.PYTORCH_CSR), Peer.PYTORCH_CSR, 3);
    layerBars(bars, Bars.beside(layers, Peer.MKL_SPARSE), Peer.MKL_SPARSE, 1.5);
    networkBar(bars, rows, cases, 128, Peer.OWN_DENSE, 4);
    networkBar(bars, rows, cases, 128, Peer.ONNX_RUNTIME, 5);
    networkBar(bars, rows, cases, 1, Peer.OWN_DENSE, 1.2);
    return bars.verdicts();
  }

  private static void layerBars(Bars bars, List<Row> rows, Peer peer, double mean) {
    bars.geometricMean("sparse: layers, geometric mean beside " + peer.label(), rows, mean);
    bars.worst("sparse: layers, worst case beside " + peer.label(), rows, 1);
  }

  private static void networkBar(
      Bars bars, List<Row> rows, List<Case> cases, int batch, Peer peer, double bar) {
    List<Case> network =
        cases.stream()
            .filter(one -> one.work().equals(NETWORK) && one.batch() == batch)
            .filter(one -> sparsity(one) == 0.9)
            .toList();
    bars.worst("sparse: beside " + peer.label(), Bars.beside(Bars.among(rows, network), peer), bar);
  }
}
