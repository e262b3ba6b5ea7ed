package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.prunecl.Progress;
import org.prunecl.data.Normalization;
import org.prunecl.nn.Evaluator;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Samples;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** What a criterion is worth: networks of three seeds, trained on real images, pruned at 80 %. */
@OpenClTest
final class CriteriaComparedTest {
  private static final List<String> METHODS = List.of("weight", "random-weight", "largest-weight");

  @Test
  void magnitude_beats_random_and_random_beats_largest_first() {
    ObjectNode options = Recipes.options().put("batch_size", 32).put("epochs", 20).put("seed", 1);
    options.putObject("optimizer").put("learning_rate", 0.003);
    options.putArray("hidden").add(100).add(50);
    ObjectNode prune = options.putObject("prune");
    METHODS.forEach(prune.putArray("methods")::add);
    prune.putArray("sparsities").add(0.8);
    Recipe recipe = Recipes.resolve(Recipes.DEFAULT, options);
    Backend backend = TestDevice.backend(Family.of(TestDevice.get().type()));
    Map<String, Double> means = new TreeMap<>();
    try (Samples test = DeviceData.upload(backend, Fixture.IMAGES.test(), Normalization.UNIT)) {
      for (long seed = 1; seed <= 3; seed++) {
        compare(recipe.withSeed(seed), backend, test)
            .forEach((method, accuracy) -> means.merge(method, accuracy / 3, Double::sum));
      }
    }
    // Margins of means over the seeds, in shares of 100 test images; chance is 0.1.
    assertThat(means.get("weight")).as("%s", means).isGreaterThan(0.6);
    assertThat(means.get("weight") - means.get("random-weight")).as("%s", means).isGreaterThan(0.1);
    assertThat(means.get("random-weight") - means.get("largest-weight"))
        .as("%s", means)
        .isGreaterThan(0.1);
  }

  private static Map<String, Double> compare(Recipe recipe, Backend backend, Samples test) {
    Map<String, Double> accuracies = new TreeMap<>();
    List<LayerParameters> trained;
    try (Network network = Network.of(backend, Fixture.initial(recipe, Fixture.IMAGES));
        Samples train = DeviceData.upload(backend, Fixture.IMAGES.train(), Normalization.UNIT)) {
      TrainingRun.train(
          network,
          TrainingRun.Phase.of(recipe),
          TrainingRun.BetweenSteps.NOTHING,
          new TrainingRun.Images(train, null, test),
          Progress.NONE,
          epoch -> {});
      trained = network.read();
    }
    try (ScheduledPruning scheduled =
        new ScheduledPruning(recipe, Fixture.IMAGES, backend, test, Progress.NONE)) {
      for (String method : METHODS) {
        ScheduledPruning.Pruned pruned =
            scheduled.run(method, 0.8, ScheduledPruning.Origin.trained(trained), epoch -> {});
        try (Network network = Network.of(backend, pruned.layers());
            ExecutionPlan plan = ExecutionPlan.dense(network)) {
          accuracies.put(method, Evaluator.evaluate(plan, test).accuracy());
        }
      }
    }
    return accuracies;
  }
}
