package org.prunecl.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.prunecl.bench.worker.Floats;

/** The dense network from a batch in host memory to logits in host memory, batch × classes. */
final class InferenceSuite implements Suite {
  private static final int CALLS = 20;

  @Override
  public String name() {
    return "inference";
  }

  @Override
  public List<Peer> peers() {
    return List.of(Peer.ONNX_RUNTIME, Peer.PYTORCH);
  }

  @Override
  public List<Integer> batches(boolean quick) {
    return quick ? List.of(1, 32, 128) : List.of(1, 32, 128, 1000);
  }

  @Override
  public List<Case> cases(List<Integer> batches) {
    List<Case> cases = new ArrayList<>();
    for (int batch : batches) {
      cases.add(
          new Case(
              name(),
              "dense batch " + batch,
              List.of(Mlp.words(), "" + batch),
              batch,
              2e-6 * Mlp.weights() * batch,
              CALLS));
    }
    return cases;
  }

  @Override
  public Rounds rounds(boolean quick) {
    return quick ? new Rounds(3, 6, 0.2) : new Rounds(10, 30, 1);
  }

  @Override
  public void writeInputs(Case testCase, Path folder, SplittableRandom random) throws IOException {
    Floats.write(folder.resolve("weights.f32"), Mlp.initialWeights(random));
    Floats.write(
        folder.resolve("x.f32"), Mlp.uniform(testCase.batch() * Mlp.features(), 0, 1, random));
  }

  @Override
  public double tolerance(Case testCase, float[] output) {
    return toleranceOf(output);
  }

  /** A thousandth of the largest logit. */
  static double toleranceOf(float[] output) {
    float scale = 0;
    for (float logit : output) {
      scale = Math.max(scale, Math.abs(logit));
    }
    return 1e-3 * scale;
  }

  /** Arithmetic alone: the weights may stay in a cache whose bandwidth nobody has measured. */
  @Override
  public double limitMs(Case testCase, Limits limits) {
    return limits.arithmeticMs(testCase.mflop());
  }

  @Override
  public List<Verdict> verdicts(List<Row> rows, List<Case> cases) {
    List<Row> single = Bars.among(rows, cases.stream().filter(one -> one.batch() == 1).toList());
    List<Row> batched = Bars.among(rows, cases.stream().filter(one -> one.batch() > 1).toList());
    Bars bars = new Bars();
    for (Peer peer : peers()) {
      bars.worst("inference: worst case beside " + peer.label(), Bars.beside(batched, peer), 1.2);
    }
    bars.worst("inference: beside PyTorch", Bars.beside(single, Peer.PYTORCH), 1);
    bars.worst("inference: beside ONNX Runtime", Bars.beside(single, Peer.ONNX_RUNTIME), 0.6);
    return bars.verdicts();
  }
}
