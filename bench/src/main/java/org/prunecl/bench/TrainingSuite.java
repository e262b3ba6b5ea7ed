package org.prunecl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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

  @Override
  public Rounds rounds(boolean quick) {
    return quick ? new Rounds(2, 2, 0) : new Rounds(10, 10, 0);
  }

  @Override
  public void writeInputs(Case testCase, Path folder, SplittableRandom random) throws IOException {
    Floats.write(folder.resolve("weights.f32"), Mlp.initialWeights(random));
    byte[] pixels = new byte[SAMPLES * Mlp.features()];
    random.nextBytes(pixels);
    Files.write(folder.resolve("pixels.u8"), pixels);
    byte[] labels = new byte[SAMPLES];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) random.nextInt(Mlp.classes());
    }
    Files.write(folder.resolve("labels.u8"), labels);
  }

  @Override
  public double tolerance(Case testCase, float[] output) {
    // Adam's first steps have the gradient's sign: where that is rounding, weights differ by 2 lr.
    return 1e-3 * output[0];
  }

  @Override
  public double limitMs(Case testCase, Limits limits) {
    return limits.arithmeticMs(testCase.mflop())
        + limits.memoryMs(OPTIMISER_BYTES_PER_WEIGHT * Mlp.weights());
  }

  @Override
  public List<Verdict> verdicts(List<Row> rows, List<Case> cases) {
    Bars bars = new Bars();
    bars.worst("training: worst case beside PyTorch", Bars.beside(rows, Peer.PYTORCH), 1.7);
    for (Case one : cases) {
      if (one.batch() == 32 || one.batch() == 128) {
        bars.worstShare(
            "training: share of the limit",
            Bars.among(rows, List.of(one)),
            one.batch() == 32 ? 1 / 1.7 : 1 / 1.4);
      }
    }
    return bars.verdicts();
  }
}
