package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
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
            new Shape(List.of(64, 200), false, 1000),
            new Shape(List.of(730, 720), false, 600))) {
      Recipe recipe = Fixture.recipe(shape.hidden, shape.bias, shape.batch, 1, 1);
      Dataset data = Fixture.repeated(2);
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

  private static long network(List<LayerParameters> layers) {
    long sum = 0;
    for (LayerParameters layer : layers) {
      sum += m(layer.outputs(), layer.inputs());
      sum += layer.bias() == null ? 0 : m(layer.outputs(), 1);
    }
    return sum;
  }

  private static long forms(List<LayerParameters> layers, long batch) {
    long sum = network(layers) + 3 * Math.max(chain(layers, 1), chain(layers, batch));
    long largest = 0;
    for (LayerParameters layer : layers) {
      long o = layer.outputs();
      long i = layer.inputs();
      sum += 2 * sparse(o, i) + (layer.bias() == null ? m(o, 1) : 0);
      largest = Math.max(largest, sparse(o, i));
    }
    return sum + 6 * largest;
  }

  private static long planning(List<LayerParameters> layers, long batch) {
    long sum = 4 * network(layers) + inference(layers, batch);
    long largest = 0;
    long launches = 2 * inference(layers, batch) + 2 * chain(layers, batch);
    for (LayerParameters layer : layers) {
      long o = layer.outputs();
      long i = layer.inputs();
      sum += layer.bias() == null ? 3 * m(o, 1) : 0;
      largest = Math.max(largest, 6 * sparse(o, i) + 2 * m(i, o));
      launches += sparse(o, i);
    }
    return sum + Math.max(largest, launches);
  }

  /**
   * Layers with their biases, by columns or by rows in tiles, and where they lie; of the widest one
   * two vectors and two lists, or two panels for each slice.
   */
  private static long chain(List<LayerParameters> layers, long batch) {
    long sum = 0;
    long scratch = 0;
    for (LayerParameters layer : layers) {
      long o = layer.outputs();
      long i = layer.inputs();
      if (batch == 1) {
        sum += m(i + 1, Math.max(2, o)) + 4 * (6 + 2 + i + (o + 15) / 16 * 17);
        scratch = Math.max(scratch, m(4, Math.max(2, Math.max(o, i))));
      } else {
        sum += 4 * (o + 31) * (i + 1) + 4 * (6 + 2 + o * ((i + 127) / 128));
        long height = Math.max(o + 15, (i + 15) / 16 * 16);
        scratch = Math.max(scratch, 16 * ((batch + 15) / 16 * 16) * height);
      }
    }
    return Math.min(sum, 64 << 20) + Math.min(scratch, 64 << 20);
  }

  private static long sparse(long o, long i) {
    return 8 * (o + 15) * (i + 127) + 4 * (i / 32 + 4) * (o + 16);
  }

  private static long inference(List<LayerParameters> layers, long batch) {
    long features = layers.get(0).inputs();
    long sum = m(batch, features) + m(features, batch);
    for (LayerParameters layer : layers) {
      sum += m(layer.outputs(), batch);
    }
    return sum;
  }

  private static long testSet(Dataset data, List<LayerParameters> layers) {
    long features = layers.get(0).inputs();
    long sum = data.test().count() * (features + 5) + m(features, 1000) + 4000 + 2 * m(1000, 1);
    for (LayerParameters layer : layers) {
      sum += m(layer.outputs(), 1000);
    }
    return sum;
  }

  @Test
  void what_the_device_is_asked_for_is_what_the_formula_says() {
    for (List<Integer> hidden : List.of(List.<Integer>of(), List.of(1), List.of(130, 67))) {
      for (boolean bias : new boolean[] {false, true}) {
        Dataset data = Fixture.IMAGES;
        Recipe recipe = Fixture.recipe(hidden, bias, 100, 1, 1);
        List<LayerParameters> layers = Fixture.initial(recipe, data);
        long common = testSet(data, layers) + network(layers);
        assertThat(Workloads.evaluation(data, layers, "auto").bytes())
            .isEqualTo(common + forms(layers, 100) + 3 * inference(layers, 100));
        assertThat(Workloads.sweep(recipe, data, layers).bytes())
            .isEqualTo(common + network(layers) + forms(layers, 128) + 4 * inference(layers, 128));
        for (int batch : new int[] {1, 17}) {
          assertThat(Workloads.planning(data, layers, batch).bytes())
              .isEqualTo(planning(layers, batch) + 100 * (784 + 5));
        }
      }
    }
  }

  @Test
  void plans_take_no_more_device_memory_than_they_say() {
    for (List<Integer> hidden : List.of(List.<Integer>of(), List.of(130, 67))) {
      for (int batch : new int[] {1, 128}) {
        Recipe recipe = Fixture.recipe(hidden, batch == 1, 100, 1, 1);
        List<LayerParameters> layers = Fixture.initial(recipe, Fixture.IMAGES);
        checkMost(
            Workloads.planning(Fixture.IMAGES, layers, batch),
            session -> experiment(recipe, layers, session, e -> e.plan(batch)),
            4);
      }
    }
  }

  @Test
  void sweeps_and_evaluations_take_no_more_device_memory_than_they_say() {
    record Shape(List<Integer> hidden, boolean bias) {}
    for (Shape shape :
        List.of(
            new Shape(List.of(), false),
            new Shape(List.of(1), true),
            new Shape(List.of(130, 67), true))) {
      // Unpruned, every form is as large as it can be, but for layers of a few units in chains,
      // which are filled up to 16.
      Recipe recipe = Fixture.recipe(shape.hidden, shape.bias, 100, 1, 1, 0);
      List<LayerParameters> layers = Fixture.initial(recipe, Fixture.IMAGES);
      checkSweep(recipe, layers, 6);
      checkMost(
          Workloads.evaluation(Fixture.IMAGES, layers, "auto"),
          session -> experiment(recipe, layers, session, e -> e.evaluate("auto")),
          // It is claimed for 1000 samples at a time; there are 100.
          20);
    }
    List<Integer> hidden = List.of(130, 67);
    Recipe ranked = gradients(hidden, true);
    checkSweep(ranked, Fixture.initial(ranked, Fixture.IMAGES), 4);
    Recipe tuned = scheduled(hidden, false);
    checkSweep(tuned, Fixture.initial(tuned, Fixture.IMAGES), 4);
  }

  @Test
  void convolutions_take_no_more_device_memory_than_their_commands_say() {
    Recipe recipe =
        Fixture.convolutional(1, List.of(Fixture.conv(4, 3, 2), Fixture.conv(6, 3, 1)), 0);
    List<LayerParameters> layers = Fixture.initial(recipe, Fixture.IMAGES);
    // Evaluations are claimed for 1000 samples at a time; there are 100.
    checkSweep(recipe, layers, 20);
    checkMost(
        Workloads.evaluation(Fixture.IMAGES, layers, "auto"),
        session -> experiment(recipe, layers, session, e -> e.evaluate("auto")),
        20);
    checkMost(
        Workloads.planning(Fixture.IMAGES, layers, 128),
        session -> experiment(recipe, layers, session, e -> e.plan(128)),
        4);
  }

  /** The same, pruned by gradients of a calibration batch, all layers in one ranking. */
  private static Recipe gradients(List<Integer> hidden, boolean bias) {
    ObjectNode options = Recipes.options().put("bias", bias);
    hidden.forEach(options.putArray("hidden")::add);
    ObjectNode prune = options.putObject("prune").put("scope", "global");
    prune.put("include_output", true).putArray("methods").add("gradient-weight");
    prune.putArray("sparsities").add(0.5);
    return Recipes.resolve(Recipes.DEFAULT, options);
  }

  /** The same while it is fine-tuned. */
  private static Recipe scheduled(List<Integer> hidden, boolean bias) {
    ObjectNode options = Recipes.options().put("bias", bias);
    hidden.forEach(options.putArray("hidden")::add);
    ObjectNode prune = options.putObject("prune").put("include_output", true);
    prune.putArray("methods").add("gradient-weight");
    prune.putArray("sparsities").add(0.5);
    prune.putObject("schedule").put("kind", "polynomial").put("frequency", 2);
    prune.putObject("fine_tune").put("epochs", 1);
    return Recipes.resolve(Recipes.DEFAULT, options);
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

  /** A claim holds, and is not a guess far above what is taken either. */
  private static void checkSweep(Recipe recipe, List<LayerParameters> layers, int far) {
    checkMost(
        Workloads.sweep(recipe, Fixture.IMAGES, layers),
        session ->
            experiment(
                recipe,
                layers,
                session,
                e ->
                    e.sweep(
                        ScheduledPruning.Origin.trained(layers),
                        Map.of(),
                        Progress.NONE,
                        Journal.NONE)),
        far);
  }

  private static void checkMost(Workload workload, Consumer<DeviceSession> work, int far) {
    try (DeviceSession session = Fixture.session(workload)) {
      long before = LiveObjects.bufferBytes();
      long most = LiveObjects.mostBufferBytes(() -> work.accept(session)) - before;
      assertThat(most).isBetween(workload.bytes() / far, workload.bytes());
    }
  }
}
