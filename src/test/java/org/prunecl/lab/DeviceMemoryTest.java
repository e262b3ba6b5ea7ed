package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.nn.LayerParameters;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.testing.OpenClTest;

/** The formula of docs/how-it-works.md, written out here once more, against what is allocated. */
@OpenClTest
final class DeviceMemoryTest {
  /** Bytes of a matrix. */
  private static long m(long rows, long columns) {
    long floats = columns == 1 ? rows : rows * ((columns + 15) / 16 * 16);
    return 4 * ((floats + 15) / 16 * 16);
  }

  private static long training(Dataset data, List<LayerParameters> layers, long batch) {
    long features = layers.get(0).inputs();
    long samples = (long) data.train().count() + data.test().count();
    long steps = (data.train().count() + batch - 1) / batch;
    long sum = samples * (features + 5) + m(features, batch) + 4 * batch + 2 * m(batch, 1);
    sum += m(1, 2 * steps);
    long largest = 0;
    for (LayerParameters layer : layers) {
      long weights = m(layer.outputs(), layer.inputs());
      sum += 3 * weights + 2 * m(layer.outputs(), batch);
      sum += layer.bias() == null ? 0 : 4 * m(layer.outputs(), 1);
      largest = Math.max(largest, weights);
    }
    return sum + largest;
  }

  private static long evaluation(Dataset data, List<LayerParameters> layers) {
    long tests = data.test().count();
    long batch = Math.min(1000, tests);
    long features = layers.get(0).inputs();
    long sum = m(features, batch) + 4 * batch + 2 * m(batch, 1);
    for (LayerParameters layer : layers) {
      sum += m(layer.outputs(), batch);
    }
    return sum + m(1, 2 * ((tests + batch - 1) / batch));
  }

  @Test
  void training_takes_exactly_as_much_device_memory_as_the_formula_says() {
    record Shape(List<Integer> hidden, boolean bias, int batch) {}
    for (Shape shape :
        List.of(
            new Shape(List.of(), true, 1),
            new Shape(List.of(17), true, 33),
            new Shape(List.of(32, 16), false, 16),
            new Shape(List.of(50, 31, 1), true, 100),
            new Shape(List.of(64, 200), false, 1000))) {
      Recipe recipe = Fixture.recipe(shape.hidden, shape.bias, shape.batch, 1, 1);
      Dataset data = Fixture.IMAGES;
      List<LayerParameters> layers = Fixture.initial(recipe, data);
      long batch = Math.min(shape.batch, data.train().count());
      try (DeviceSession session = Fixture.session()) {
        long before = LiveObjects.bufferBytes();
        long most =
            LiveObjects.mostBufferBytes(
                () -> {
                  try (Experiment experiment = new Experiment(recipe, data, layers, session)) {
                    experiment.train(
                        Progress.NONE,
                        epoch ->
                            assertThat(LiveObjects.bufferBytes() - before)
                                .as("between epochs, %s", shape)
                                .isEqualTo(training(data, layers, batch)));
                  }
                });
        assertThat(most - before)
            .as("during evaluation, %s", shape)
            .isEqualTo(training(data, layers, batch) + evaluation(data, layers));
      }
    }
  }

  @Test
  void sweeps_and_evaluations_take_no_more_device_memory_than_they_say() {
    for (List<Integer> hidden : List.of(List.<Integer>of(), List.of(1), List.of(130, 67))) {
      for (boolean bias : new boolean[] {false, true}) {
        Recipe recipe = Fixture.recipe(hidden, bias, 100, 1, 1, 0, 0.5);
        List<LayerParameters> layers = Fixture.initial(recipe, Fixture.IMAGES);
        checkMost(
            Experiment.sweep(Fixture.IMAGES, layers),
            session -> experiment(recipe, layers, session, e -> e.sweep(Progress.NONE)));
        checkMost(
            Experiment.evaluation(Fixture.IMAGES, layers, "auto"),
            session -> experiment(recipe, layers, session, e -> e.evaluate("auto")));
      }
    }
  }

  private static void experiment(
      Recipe recipe,
      List<LayerParameters> layers,
      DeviceSession session,
      Consumer<Experiment> work) {
    try (Experiment experiment = new Experiment(recipe, Fixture.IMAGES, layers, session)) {
      work.accept(experiment);
    }
  }

  private static void checkMost(Workload workload, Consumer<DeviceSession> work) {
    try (DeviceSession session = Fixture.session(workload)) {
      long before = LiveObjects.bufferBytes();
      long most = LiveObjects.mostBufferBytes(() -> work.accept(session)) - before;
      // Not a guess far above it either: buffers of timing and of evaluation don't live at once,
      // and
      // the forms of a layer are as large as that only where nothing was pruned.
      assertThat(most).isBetween(workload.bytes() / 4, workload.bytes());
    }
  }
}
