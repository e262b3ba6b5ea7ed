package org.prunecl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Mask;
import org.prunecl.ops.Samples;
import org.prunecl.ops.Totals;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.TestDevice;

/** What masks do to training, with every policy for moments. */
@DeviceTest
final class MaskedTrainingTest {
  private static final int BATCH = 7;
  private static final int FEATURES = 19;
  private static final int CLASSES = 3;

  /** A hidden unit nearer to ReLU's kink may lie on its other side in float32. */
  private static final double MARGIN = 2e-6;

  /** An epsilon that keeps an update proportional to small gradients, rather than their sign. */
  private static final Adam.Settings KERAS =
      new Adam.Settings(Adam.Form.KERAS, 0.01, 0.9, 0.999, 1e-3, 0);

  private static final Adam.Settings DECAYING =
      new Adam.Settings(Adam.Form.PYTORCH, 0.01, 0.8, 0.99, 1e-3, 0.1);

  record Job(Family family, Moments moments, boolean revive) {}

  static Stream<Job> jobs() {
    return Arrays.stream(Family.values())
        .flatMap(
            family ->
                Arrays.stream(Moments.values())
                    .flatMap(
                        moments ->
                            Stream.of(
                                new Job(family, moments, false), new Job(family, moments, true))))
        .filter(job -> !TestDevice.simulated() || worthSimulating(job));
  }

  /** Both with revival and without, but not every policy; the GPU family takes half a minute. */
  private static boolean worthSimulating(Job job) {
    return job.family == Family.CPU
        ? job.revive == (job.moments != Moments.MASK)
        : job.revive && job.moments == Moments.KEEP;
  }

  /** Random masks for every layer, those of biases for the first one alone. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Masks(List<byte[]> weights, byte[] bias) {
    static Masks draw(Draw draw, List<LayerParameters> layers) {
      return new Masks(
          layers.stream().map(layer -> draw.mask(layer.weights().length)).toList(),
          draw.mask(layers.get(0).outputs()));
    }

    List<LayerMasks> upload(Network network) {
      Backend backend = network.backend();
      List<LayerMasks> masks = new ArrayList<>();
      for (int i = 0; i < weights.size(); i++) {
        Layer layer = network.layers().get(i);
        masks.add(
            new LayerMasks(
                Mask.of(backend, layer.weights(), weights.get(i)),
                i == 0 ? Mask.of(backend, layer.bias(), bias) : null));
      }
      return masks;
    }

    void set(MaskedReference reference, Moments moments) {
      for (int i = 0; i < weights.size(); i++) {
        reference.mask(i, false, weights.get(i), moments);
      }
      reference.mask(0, true, bias, moments);
    }

    Masks and(Masks other) {
      List<byte[]> both = new ArrayList<>();
      for (int i = 0; i < weights.size(); i++) {
        both.add(and(weights.get(i), other.weights.get(i)));
      }
      return new Masks(both, and(bias, other.bias));
    }

    private static byte[] and(byte[] one, byte[] two) {
      byte[] both = new byte[one.length];
      for (int i = 0; i < both.length; i++) {
        both[i] = (byte) (one[i] * two[i]);
      }
      return both;
    }
  }

  /** Steps before the first masks, under them, and under the second ones. */
  private static final int BEFORE = TestDevice.simulated() ? 1 : 2;

  private static final int UNDER = TestDevice.simulated() ? 2 : 3;

  @ParameterizedTest
  @MethodSource("jobs")
  void steps_under_masks_give_the_losses_and_parameters_of_a_float64_network(Job job) {
    for (int attempt = 0; ; attempt++) {
      Draw draw = new Draw(job + " " + attempt);
      Adam.Settings adam = draw.chance() ? KERAS : DECAYING;
      List<LayerParameters> start = parameters(draw);
      Masks first = Masks.draw(draw, start);
      Masks second = Masks.draw(draw, start);
      Batch data = Batch.draw(draw, BATCH, FEATURES, CLASSES);
      MaskedReference reference = new MaskedReference(start, adam);
      List<MlpReference.Outcome> outcomes = new ArrayList<>();
      for (int step = 0; step < BEFORE + 2 * UNDER; step++) {
        if (step == BEFORE) {
          first.set(reference, job.moments);
        }
        if (step == BEFORE + UNDER) {
          (job.revive ? second : second.and(first)).set(reference, job.moments);
        }
        reference.clear();
        outcomes.add(reference.network.evaluate(data.samples(), data.labels()));
        reference.step(data, free(job, step));
      }
      if (outcomes.stream().allMatch(outcome -> outcome.margin() > MARGIN)) {
        reference.clear();
        compare(job, adam, start, data, first, second, reference, outcomes);
        return;
      }
    }
  }

  /** The step before the new masks, and another one that none follow. */
  private static boolean free(Job job, int step) {
    return job.revive && (step == BEFORE + UNDER - 1 || step == BEFORE + UNDER);
  }

  private static void compare(
      Job job,
      Adam.Settings adam,
      List<LayerParameters> start,
      Batch data,
      Masks first,
      Masks second,
      MaskedReference reference,
      List<MlpReference.Outcome> outcomes) {
    Run run = run(job, adam, start, data, first, second);
    for (int step = 0; step < outcomes.size(); step++) {
      assertThat(run.losses.get(step))
          .as("loss of step %d", step)
          .isCloseTo(outcomes.get(step).loss(), within(2e-5 * BATCH));
    }
    Masks masks = job.revive ? second : second.and(first);
    for (int l = 0; l < start.size(); l++) {
      LayerParameters trained = run.layers.get(l);
      compare("weights " + l, trained.weights(), reference.network.values(l, false));
      compare("biases " + l, trained.bias(), reference.network.values(l, true));
      for (int i = 0; i < trained.weights().length; i++) {
        boolean kept = masks.weights.get(l)[i] == 1;
        assertThat(kept || trained.weights()[i] == 0).as("weight %d of %d is zero", i, l).isTrue();
      }
    }
    if (!TestDevice.simulated()) {
      Run again = run(job, adam, start, data, first, second);
      assertThat(again).usingRecursiveComparison().isEqualTo(run);
    }
  }

  private static void compare(String what, float[] actual, double[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i])
          .as("%s[%d]", what, i)
          .isCloseTo(expected[i], within(expected[i] == 0 ? 0 : 1e-5));
    }
  }

  /** What a run leaves. */
  private record Run(List<Double> losses, List<LayerParameters> layers) {}

  private static Run run(
      Job job,
      Adam.Settings adam,
      List<LayerParameters> start,
      Batch data,
      Masks first,
      Masks second) {
    Backend backend = TestDevice.backend(job.family);
    int steps = BEFORE + 2 * UNDER;
    try (Network network = Network.of(backend, start);
        Training training = new Training(network, adam, BATCH);
        Samples samples = data.upload(backend);
        Totals totals = new Totals(backend, steps)) {
      for (int step = 0; step < steps; step++) {
        if (step == BEFORE) {
          training.masks(first.upload(network), job.moments, job.revive);
        }
        if (step == BEFORE + UNDER) {
          training.masks(second.upload(network), job.moments, job.revive);
        }
        if (free(job, step)) {
          training.freeNextStep();
        }
        training.step(samples, 0, BATCH, totals, step);
      }
      List<Double> losses = new ArrayList<>();
      for (int step = 0; step < steps; step++) {
        losses.add(totals.sum(step, step + 1).loss());
      }
      return new Run(losses, network.read());
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void momentum_alone_brings_a_pruned_weight_back_only_when_asked_and_only_if_it_was_kept(Job job) {
    Draw draw = new Draw("momentum " + job);
    Backend backend = TestDevice.backend(job.family);
    List<LayerParameters> start = alive(draw);
    byte[] keep = draw.mask(start.get(0).weights().length);
    byte[] all = new byte[keep.length];
    Arrays.fill(all, (byte) 1);
    // The second batch is black: no gradient reaches the first layer's weights.
    byte[] pixels = Arrays.copyOf(draw.bytes(BATCH * FEATURES), 2 * BATCH * FEATURES);
    byte[] labels = new byte[2 * BATCH];
    try (Network network = Network.of(backend, start);
        Training training = new Training(network, KERAS, BATCH);
        Samples samples = new Samples(backend, pixels, labels, FEATURES, 1 / 255f, 0);
        Totals totals = new Totals(backend, 1)) {
      Layer layer = network.layers().get(0);
      for (int step = 0; step < 3; step++) {
        training.step(samples, 0, BATCH, totals, 0);
      }
      float[] built = layer.weights().read();
      training.masks(firstOnly(backend, layer, keep, start.size()), job.moments, job.revive);
      for (int step = 0; step < 2; step++) {
        training.step(samples, BATCH, BATCH, totals, 0);
        float[] now = layer.weights().read();
        for (int i = 0; i < keep.length; i++) {
          assertThat(now[i] == 0).as("weight %d is zero", i).isEqualTo(keep[i] == 0);
        }
        // Without its moments the tensor stands still where there is no gradient.
        assertThat(moved(built, now, keep, 1)).isEqualTo(job.moments != Moments.ZERO);
      }
      if (job.revive) {
        training.freeNextStep();
      }
      training.step(samples, BATCH, BATCH, totals, 0);
      boolean returns = job.revive && job.moments == Moments.KEEP;
      assertThat(moved(new float[keep.length], layer.weights().read(), keep, 0)).isEqualTo(returns);

      training.masks(firstOnly(backend, layer, all, start.size()), job.moments, job.revive);
      training.step(samples, 0, BATCH, totals, 0);
      assertThat(moved(new float[keep.length], layer.weights().read(), keep, 0))
          .as("with a gradient, under a mask that keeps all")
          .isEqualTo(job.revive);
    }
  }

  private static List<LayerMasks> firstOnly(Backend backend, Layer layer, byte[] keep, int layers) {
    List<LayerMasks> masks = new ArrayList<>();
    masks.add(new LayerMasks(Mask.of(backend, layer.weights(), keep), null));
    while (masks.size() < layers) {
      masks.add(null);
    }
    return masks;
  }

  /** Whether any of the elements that the mask has as {@code flag} differs. */
  private static boolean moved(float[] before, float[] after, byte[] mask, int flag) {
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] == flag && before[i] != after[i]) {
        return true;
      }
    }
    return false;
  }

  @BothFamilies
  void masks_that_do_not_fit_are_refused_and_stay_the_callers(Family family) {
    Backend backend = TestDevice.backend(family);
    List<LayerParameters> start =
        Network.initialize(FEATURES, List.of(5), CLASSES, false, Initializer.PYTORCH, 1);
    try (Network network = Network.of(backend, start);
        Training training = new Training(network, KERAS, BATCH);
        Mask of0 = Mask.of(backend, network.layers().get(0).weights(), new byte[5 * FEATURES]);
        Mask of1 = Mask.of(backend, network.layers().get(1).weights(), new byte[CLASSES * 5])) {
      List<LayerMasks> tooFew = List.of(new LayerMasks(of0, null));
      List<LayerMasks> swapped = List.of(new LayerMasks(of1, null), new LayerMasks(of0, null));
      List<LayerMasks> biased = List.of(new LayerMasks(of0, of1), new LayerMasks(of1, null));
      for (List<LayerMasks> masks : List.of(tooFew, swapped, biased)) {
        assertThatThrownBy(() -> training.masks(masks, Moments.KEEP, false))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(network.layers().get(0).weights().read()).isEqualTo(start.get(0).weights());
    }
  }

  /**
   * Without negative weights, so that no unit is shut by its ReLU: a gradient reaches each weight.
   */
  private static List<LayerParameters> alive(Draw draw) {
    List<LayerParameters> layers = parameters(draw);
    for (LayerParameters layer : layers) {
      makePositive(layer.weights());
      makePositive(layer.bias());
    }
    return layers;
  }

  private static void makePositive(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
  }

  private static List<LayerParameters> parameters(Draw draw) {
    return Network.initialize(
        FEATURES,
        TestDevice.simulated() ? List.of(5) : List.of(11, 5),
        CLASSES,
        true,
        Initializer.PYTORCH,
        draw.index(1 << 30));
  }
}
