package org.prunecl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.prunecl.bench.worker.ConvNet;
import org.prunecl.bench.worker.Floats;

/**
 * One whole training step: forward, cross-entropy, backward, Adam. The output is the loss of the
 * first batch before the first, second and third step on it.
 */
final class TrainingSuite implements Suite {
  /** Steps between two flushes of the queue; the first block is left out. */
  private static final int BLOCK = 50;

  /** As many samples as Fashion-MNIST has, so that the data comes from memory as it does there. */
  private static final int SAMPLES = 60_000;

  /** The case's work where the network is the convolutional one. */
  private static final String CONV = "training-conv";

  /** That of TensorFlow's walk-through of pruning while training. */
  private static final ConvNet NET = new ConvNet(28, 12, 3, 2, 10);

  /** Weights and two moments, 4 bytes each, read and written; the gradient need not be stored. */
  private static final double OPTIMISER_BYTES_PER_WEIGHT = 24;

  @Override
  public String name() {
    return "training";
  }

  @Override
  public List<Peer> peers() {
    return List.of(Peer.PYTORCH);
  }

  @Override
  public List<Integer> batches(boolean quick) {
    return quick ? List.of(32, 128) : List.of(32, 100, 128);
  }

  @Override
  public List<Case> cases(List<Integer> batches) {
    List<Case> cases = new ArrayList<>(mlpCases(batches));
    batches.stream().filter(TrainingSuite::barred).forEach(batch -> cases.add(convCase(batch)));
    return cases;
  }

  /** The cases whose network is the large one. */
  List<Case> mlpCases(List<Integer> batches) {
    List<Case> cases = new ArrayList<>();
    for (int batch : batches) {
      // Forward, weight gradients, and input gradients of all layers but the first.
      double products = 3.0 * Mlp.weights() - (double) Mlp.inputs(0) * Mlp.outputs(0);
      cases.add(
          new Case(
              name(),
              "step batch " + batch,
              List.of(Mlp.words(), "" + batch),
              batch,
              2e-6 * products * batch,
              BLOCK));
    }
    return cases;
  }

  private Case convCase(int batch) {
    // Forward and weight gradients; the input gradient of the fully connected layer alone.
    double filters = 2.0 * NET.filters() * NET.kernel() * NET.kernel() * NET.positions();
    double units = 3.0 * NET.features() * NET.classes();
    return new Case(
        name(),
        CONV,
        "conv step batch " + batch,
        List.of(NET.words(), "" + batch),
        batch,
        2e-6 * (filters + units) * batch,
        BLOCK);
  }

  private static boolean barred(int batch) {
    return batch == 32 || batch == 128;
  }

  private static boolean conv(Case testCase) {
    return testCase.work().equals(CONV);
  }

  @Override
  public Rounds rounds(boolean quick) {
    return quick ? new Rounds(2, 2, 0) : new Rounds(10, 10, 0);
  }

  @Override
  public void writeInputs(Case testCase, Path folder, SplittableRandom random) throws IOException {
    Floats.write(
        folder.resolve("weights.f32"),
        conv(testCase) ? convWeights(random) : Mlp.initialWeights(random));
    byte[] pixels = new byte[SAMPLES * (conv(testCase) ? NET.pixels() : Mlp.features())];
    random.nextBytes(pixels);
    Files.write(folder.resolve("pixels.u8"), pixels);
    byte[] labels = new byte[SAMPLES];
    int classes = conv(testCase) ? NET.classes() : Mlp.classes();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) random.nextInt(classes);
    }
    Files.write(folder.resolve("labels.u8"), labels);
  }

  /** Weights and biases, U(±1/√fan-in) as PyTorch starts them. */
  private static float[] convWeights(SplittableRandom random) {
    int kernel = NET.kernel() * NET.kernel();
    int filters = NET.filters() * (kernel + 1);
    float[] weights = new float[(int) NET.parameters()];
    for (int i = 0; i < weights.length; i++) {
      double limit = 1 / Math.sqrt(i < filters ? kernel : NET.features());
      weights[i] = (float) random.nextDouble(-limit, limit);
    }
    return weights;
  }

  @Override
  public double tolerance(Case testCase, float[] output) {
    // Adam's first steps have the gradient's sign: where that is rounding, weights differ by 2 lr.
    return 1e-3 * output[0];
  }

  @Override
  public double limitMs(Case testCase, Limits limits) {
    // What so small an optimiser moves stays in the caches, where it costs next to nothing.
    double bytes = conv(testCase) ? 0 : OPTIMISER_BYTES_PER_WEIGHT * Mlp.weights();
    return limits.arithmeticMs(testCase.mflop()) + limits.memoryMs(bytes);
  }

  @Override
  public List<Verdict> verdicts(List<Row> rows, List<Case> cases) {
    Bars bars = new Bars();
    List<Case> mlp = cases.stream().filter(one -> !conv(one)).toList();
    List<Case> convs = cases.stream().filter(TrainingSuite::conv).toList();
    bars.worst("training: worst case beside PyTorch", beside(rows, mlp), 1.7);
    bars.worst("training: worst case of the conv net beside PyTorch", beside(rows, convs), 1.5);
    for (Case one : mlp) {
      if (barred(one.batch())) {
        bars.worstShare(
            "training: share of the limit",
            Bars.among(rows, List.of(one)),
            one.batch() == 32 ? 1 / 1.7 : 1 / 1.4);
      }
    }
    return bars.verdicts();
  }

  private static List<Row> beside(List<Row> rows, List<Case> cases) {
    return Bars.beside(Bars.among(rows, cases), Peer.PYTORCH);
  }
}
