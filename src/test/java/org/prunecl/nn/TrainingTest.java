package org.prunecl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Samples;
import org.prunecl.ops.Totals;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.TestDevice;

/** Whole training steps against float64. */
@DeviceTest
final class TrainingTest {
  /**
   * A hidden unit nearer to ReLU's kink than this may lie on its other side in float32, where the
   * gradient differs: such draws are not compared.
   */
  private static final double MARGIN = 2e-6;

  /** An epsilon that keeps an update proportional to small gradients, rather than their sign. */
  private static final double EPSILON = 1e-3;

  /** What is trained, and on batches of which size. */
  record Job(Family family, Architecture architecture, int batch, Adam.Settings adam) {
    Job(
        Family family,
        int features,
        List<Integer> hidden,
        int classes,
        boolean bias,
        int batch,
        Adam.Settings adam) {
      this(family, Architecture.connected(features, hidden, classes, bias), batch, adam);
    }

    int features() {
      return architecture.layers().get(0).shape().inputFeatures();
    }
  }

  /** One convolution with pooling that leaves a row over, and one on its channels without. */
  private static Architecture convolutions(boolean bias) {
    return new Architecture(
        new Architecture.Image(1, 9, 8),
        List.of(new Architecture.Filters(3, 3, 3, 2), new Architecture.Filters(4, 2, 1, 1)),
        List.of(7),
        5,
        bias);
  }

  static List<Job> jobs() {
    Adam.Settings keras = new Adam.Settings(Adam.Form.KERAS, 0.01, 0.9, 0.999, EPSILON, 0);
    Adam.Settings pytorch = new Adam.Settings(Adam.Form.PYTORCH, 0.01, 0.9, 0.999, EPSILON, 0);
    Adam.Settings decaying = new Adam.Settings(Adam.Form.PYTORCH, 0.01, 0.8, 0.99, EPSILON, 0.1);
    List<Job> jobs = new ArrayList<>();
    for (Family family : Family.values()) {
      if (TestDevice.simulated()) {
        jobs.add(new Job(family, 9, List.of(5, 4), 3, true, 7, keras));
        jobs.add(new Job(family, 9, List.of(5), 3, false, 1, pytorch));
        jobs.add(new Job(family, convolutions(true), 3, keras));
        continue;
      }
      for (int batch : new int[] {1, 7, 100, 128}) {
        jobs.add(new Job(family, 100, List.of(300, 100), 10, true, batch, keras));
        jobs.add(new Job(family, 100, List.of(300, 100), 10, false, batch, pytorch));
        jobs.add(new Job(family, 49, List.of(17), 3, true, batch, decaying));
        jobs.add(new Job(family, 49, List.of(17), 3, false, batch, keras));
      }
      for (int batch : new int[] {1, 7, 33}) {
        jobs.add(new Job(family, convolutions(true), batch, keras));
        jobs.add(new Job(family, convolutions(false), batch, pytorch));
        // Pooling in front of the last layer, on several channels.
        jobs.add(
            new Job(
                family,
                new Architecture(
                    new Architecture.Image(2, 6, 7),
                    List.of(
                        new Architecture.Filters(5, 1, 2, 1), new Architecture.Filters(3, 3, 3, 2)),
                    List.of(),
                    3,
                    true),
                batch,
                decaying));
      }
      jobs.add(new Job(family, 33, List.of(), 10, true, 16, keras));
    }
    return jobs;
  }

  /** Three steps: a full batch, the partial last one of an epoch, a full one again. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Run(Batch data, int[] order, List<Integer> firsts, List<Integer> sizes) {
    static Run draw(Draw draw, Job job) {
      int partial = job.batch / 4 + 1;
      int count = 2 * job.batch + partial;
      return new Run(
          Batch.draw(draw, count, job.features(), job.architecture.classes()),
          draw.permutation(count),
          List.of(0, 2 * job.batch, job.batch),
          List.of(job.batch, Math.min(partial, job.batch), job.batch));
    }

    Batch batch(int step) {
      int first = firsts.get(step);
      return data.at(Arrays.copyOfRange(order, first, first + sizes.get(step)));
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void steps_give_the_losses_and_parameters_of_a_float64_network(Job job) {
    for (int attempt = 0; ; attempt++) {
      Draw draw = new Draw(job + " " + attempt);
      List<LayerParameters> start = parameters(job, draw);
      Run run = Run.draw(draw, job);
      MlpReference reference = new MlpReference(start);
      List<MlpReference.Outcome> outcomes = new ArrayList<>();
      for (int step = 0; step < run.sizes.size(); step++) {
        Batch batch = run.batch(step);
        outcomes.add(reference.evaluate(batch.samples(), batch.labels()));
        reference.step(batch.samples(), batch.labels(), job.adam);
      }
      if (outcomes.stream().allMatch(outcome -> outcome.margin() > MARGIN)
          && everyTensorMoves(job, start, reference)) {
        compare(job, start, run, reference, outcomes);
        return;
      }
    }
  }

  /** Not so where a small network draws units that no sample opens. */
  private static boolean everyTensorMoves(
      Job job, List<LayerParameters> start, MlpReference reference) {
    return IntStream.range(0, start.size())
        .allMatch(
            l ->
                change(start.get(l).weights(), reference.values(l, false)) > 1e-4
                    && (!job.architecture.bias()
                        || change(start.get(l).bias(), reference.values(l, true)) > 1e-4));
  }

  /** The largest of one tensor. */
  private static double change(float[] start, double[] expected) {
    return IntStream.range(0, start.length)
        .mapToDouble(i -> Math.abs(expected[i] - start[i]))
        .max()
        .orElseThrow();
  }

  private static void compare(
      Job job,
      List<LayerParameters> start,
      Run run,
      MlpReference reference,
      List<MlpReference.Outcome> outcomes) {
    Backend backend = TestDevice.backend(job.family);
    try (Network network = Network.of(backend, start);
        Training training = new Training(network, job.adam, job.batch);
        Samples samples = run.data.upload(backend);
        Totals totals = new Totals(backend, run.sizes.size())) {
      samples.order(run.order);
      for (int step = 0; step < run.sizes.size(); step++) {
        training.step(samples, run.firsts.get(step), run.sizes.get(step), totals, step);
      }
      assertThat(training.steps()).isEqualTo(run.sizes.size());
      for (int step = 0; step < run.sizes.size(); step++) {
        Totals.Sum sum = totals.sum(step, step + 1);
        assertThat(sum.loss())
            .as("loss of step %d", step)
            .isCloseTo(outcomes.get(step).loss(), within(1e-5 * run.sizes.get(step)));
        assertThat(sum.correct())
            .as("correct predictions of step %d", step)
            .isEqualTo(outcomes.get(step).correct());
      }
      for (int l = 0; l < start.size(); l++) {
        LayerParameters trained = network.layers().get(l).read();
        compare("weights " + l, start.get(l).weights(), trained.weights(), reference, l, false);
        if (job.architecture.bias()) {
          compare("biases " + l, start.get(l).bias(), trained.bias(), reference, l, true);
        } else {
          assertThat(trained.bias()).isNull();
        }
      }
    }
  }

  /** Within float32's rounding of the values and a ten-thousandth of the largest change. */
  private static void compare(
      String what, float[] start, float[] actual, MlpReference reference, int layer, boolean bias) {
    double[] expected = reference.values(layer, bias);
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double change = change(start, expected);
    for (int i = 0; i < actual.length; i++) {
      double bound = 1e-4 * change + 3e-7 * Math.abs(expected[i]);
      if (!(Math.abs(actual[i] - expected[i]) <= bound)) {
        throw new AssertionError(
            what + "[" + i + "] is " + actual[i] + ", expected " + expected[i] + " ± " + bound);
      }
    }
  }

  @BothFamilies
  void a_nan_in_any_layer_makes_the_loss_nan(Family family) {
    Backend backend = TestDevice.backend(family);
    Draw draw = new Draw("nan in training");
    Architecture connected = Architecture.connected(9, List.of(5, 4), 3, true);
    aNanMakesTheLossNan(backend, draw, new Job(family, connected, 7, null));
    if (!TestDevice.simulated()) {
      aNanMakesTheLossNan(backend, draw, new Job(family, convolutions(false), 7, null));
    }
  }

  private static void aNanMakesTheLossNan(Backend backend, Draw draw, Job job) {
    for (int layer = 0; layer < 3; layer++) {
      List<LayerParameters> start = parameters(job, draw);
      start.get(layer).weights()[start.get(layer).weights().length - 1] = Float.NaN;
      Batch data = Batch.draw(draw, 7, job.features(), 3);
      Adam.Settings adam = new Adam.Settings(Adam.Form.KERAS, 0.01, 0.9, 0.999, 1e-7, 0);
      try (Network network = Network.of(backend, start);
          Training training = new Training(network, adam, 7);
          Samples samples = data.upload(backend);
          Totals totals = new Totals(backend, 1)) {
        training.step(samples, 0, 7, totals, 0);
        assertThat(totals.sum(0, 1).loss()).as("layer %d", layer).isNaN();
      }
    }
  }

  @BothFamilies
  void the_same_steps_give_the_same_bits(Family family) {
    Backend backend = TestDevice.backend(family);
    Draw draw = new Draw("repeated training");
    Adam.Settings adam = new Adam.Settings(Adam.Form.PYTORCH, 0.01, 0.9, 0.999, 1e-8, 0);
    Job job =
        TestDevice.simulated()
            ? new Job(family, 9, List.of(5), 3, true, 7, adam)
            : new Job(family, 100, List.of(300, 100), 10, true, 100, adam);
    repeat(backend, draw, job);
    if (!TestDevice.simulated()) {
      repeat(backend, draw, new Job(family, convolutions(true), 33, adam));
    }
  }

  private static void repeat(Backend backend, Draw draw, Job job) {
    List<LayerParameters> start = parameters(job, draw);
    Run run = Run.draw(draw, job);
    List<float[]> trained = new ArrayList<>();
    int steps = TestDevice.simulated() ? 2 : 3;
    for (int repeat = 0; repeat < 2; repeat++) {
      try (Network network = Network.of(backend, start);
          Training training = new Training(network, job.adam, job.batch);
          Samples samples = run.data.upload(backend);
          Totals totals = new Totals(backend, 3)) {
        for (int step = 0; step < steps; step++) {
          training.step(samples, run.firsts.get(step), run.sizes.get(step), totals, step);
        }
        trained.add(network.layers().get(0).weights().read());
      }
    }
    assertThat(trained.get(1)).isEqualTo(trained.get(0));
  }

  private static List<LayerParameters> parameters(Job job, Draw draw) {
    return Network.initialize(job.architecture, Initializer.PYTORCH, draw.index(1 << 30));
  }
}
