package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.PruneClException.Kind;
import org.prunecl.prune.Method;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Schedule;
import org.prunecl.prune.Scope;
import org.prunecl.prune.Selection;

final class RecipesTest {
  static final List<String> NAMES = Recipes.NAMES;

  /** Those of an MLP that is pruned after training. */
  static final List<String> MLPS = List.of("quick", "keras-mlp", "tf-fashion-mlp", "pytorch-mlp");

  private static final List<Double> SPARSITIES =
      List.of(0.0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99);

  @TempDir private Path folder;

  private static Recipe shipped(String name) {
    return Recipes.resolve(name, Recipes.options());
  }

  private Recipe file(String yaml) throws IOException {
    return Recipes.resolve(write(yaml).toString(), Recipes.options());
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("mine.yaml"), yaml);
  }

  @ParameterizedTest
  @FieldSource("MLPS")
  void every_recipe_of_an_mlp_that_comes_with_the_program_is_the_published_network(String name) {
    Recipe recipe = shipped(name);
    assertThat(recipe.name()).isEqualTo(name);
    assertThat(recipe.description()).isNotBlank();
    assertThat(recipe.hidden()).containsExactly(1000, 1000, 500, 200);
    assertThat(recipe.bias()).isFalse();
    assertThat(recipe.prune().methods()).containsExactly("weight", "unit");
    assertThat(recipe.prune().sparsities()).isEqualTo(SPARSITIES);
    assertThat(recipe.prune().includeOutput()).isFalse();
    assertThat(recipe.optimizer().learningRate()).isEqualTo(0.001);
    assertThat(recipe.optimizer().weightDecay()).isZero();
  }

  @Test
  void the_conv_net_is_pruned_as_tensorflow_model_optimization_prunes_it() {
    Recipe recipe = shipped("tfmot-conv");
    assertThat(recipe.conv()).containsExactly(new Recipe.Conv(12, List.of(3), 2));
    assertThat(recipe.hidden()).isEmpty();
    assertThat(recipe.bias()).isTrue();
    assertThat(recipe.validationSplit()).isEqualTo(0.1);
    assertThat(recipe.published())
        .containsEntry("test_accuracy", 0.9726)
        .containsEntry("pruned_test_accuracy", 0.9689);
    TrainingRun.Phase own = TrainingRun.Phase.of(recipe);
    assertThat(own.batchSize()).isEqualTo(32);
    assertThat(own.epochs()).isEqualTo(4);
    assertThat(ScheduledPruning.phase(recipe))
        .isEqualTo(new TrainingRun.Phase(2, 128, own.adam(), recipe.seed()));
    GradualPruning.Spec spec = GradualPruning.Spec.of(recipe, "weight", 0.8);
    assertThat(spec.revive()).isTrue();
    assertThat(spec.pruning().selection()).isEqualTo(Selection.ROUND);
    assertThat(spec.pruning().includeOutput()).isTrue();
    // 54,000 images at batch 128 are 422 steps an epoch.
    Schedule schedule = spec.schedule().of(ScheduledPruning.phase(recipe).steps(54_000));
    assertThat(schedule.updatesAt(844)).isTrue();
    assertThat(schedule.sparsityAt(0, 0.8)).isEqualTo(0.5);
    assertThat(schedule.sparsityAt(422, 0.8)).isCloseTo(0.8 - 0.3 / 8, within(1e-12));
    assertThat(schedule.sparsityAt(844, 0.8)).isEqualTo(0.8);
  }

  @Test
  void the_published_experiments_differ_as_published() {
    Recipe.Optimizer keras = new Recipe.Optimizer("keras", 0.001, 0.9, 0.999, 1e-7, 0);
    Recipe.Optimizer pytorch = new Recipe.Optimizer("pytorch", 0.001, 0.9, 0.999, 1e-8, 0);
    check("quick", "fashion-mnist", "unit", "keras", keras, 128, 5, "count");
    check("keras-mlp", "mnist", "unit", "keras", keras, 32, 5, "count");
    check("tf-fashion-mlp", "fashion-mnist", "unit", "keras", keras, 128, 30, "percentile");
    check("pytorch-mlp", "mnist", "half", "pytorch", pytorch, 100, 3, "count");
    assertThat(shipped("keras-mlp").published()).containsEntry("test_accuracy", 0.97);
    assertThat(shipped("tf-fashion-mlp").published()).containsEntry("test_accuracy", 0.888);
    assertThat(shipped("pytorch-mlp").published()).containsEntry("test_accuracy", 0.9715);
  }

  @Test
  void the_lottery_recipe_prunes_a_fifth_in_each_of_three_rounds_of_lenet_300_100() {
    Recipe recipe = shipped("lottery");
    assertThat(recipe.name()).isEqualTo("lottery");
    assertThat(recipe.hidden()).containsExactly(300, 100);
    assertThat(recipe.batchSize()).isEqualTo(60);
    assertThat(recipe.optimizer().learningRate()).isEqualTo(0.0012);
    assertThat(recipe.prune().methods()).containsExactly("weight");
    assertThat(recipe.prune().sparsities()).containsExactly(0.488);
    assertThat(recipe.prune().schedule().kind()).isEqualTo("iterative");
    assertThat(recipe.prune().schedule().rounds()).isEqualTo(3);
    assertThat(recipe.prune().schedule().rewind()).isEqualTo("initial");
  }

  private static void check(
      String name,
      String data,
      String normalize,
      String initializer,
      Recipe.Optimizer optimizer,
      int batchSize,
      int epochs,
      String selection) {
    Recipe recipe = shipped(name);
    assertThat(recipe.data()).isEqualTo(data);
    assertThat(recipe.normalize()).isEqualTo(normalize);
    assertThat(recipe.initializer()).isEqualTo(initializer);
    assertThat(recipe.optimizer()).isEqualTo(optimizer);
    assertThat(recipe.batchSize()).isEqualTo(batchSize);
    assertThat(recipe.epochs()).isEqualTo(epochs);
    assertThat(recipe.prune().selection()).isEqualTo(selection);
  }

  @Test
  void a_file_takes_what_it_leaves_out_from_the_default() throws IOException {
    Recipe recipe = file("hidden: [300, 100]\noptimizer:\n  learning_rate: 0.01\n");
    Recipe standard = shipped(Recipes.DEFAULT);
    assertThat(recipe.name()).isEqualTo("mine");
    assertThat(recipe.description()).isNull();
    assertThat(recipe.hidden()).containsExactly(300, 100);
    assertThat(recipe.optimizer())
        .isEqualTo(new Recipe.Optimizer("keras", 0.01, 0.9, 0.999, 1e-7, 0));
    assertThat(recipe.prune()).isEqualTo(standard.prune());
    assertThat(recipe.epochs()).isEqualTo(standard.epochs());
  }

  @Test
  void convolutions_are_filters_a_kernel_of_one_or_two_sides_and_pooling_if_any()
      throws IOException {
    Recipe recipe =
        file("conv:\n- {filters: 12, kernel: 3, pool: 2}\n- {filters: 4, kernel: [3, 5]}\n");
    assertThat(recipe.conv())
        .containsExactly(new Recipe.Conv(12, List.of(3), 2), new Recipe.Conv(4, List.of(3, 5), 1));
    assertThat(shipped(Recipes.DEFAULT).conv()).isEmpty();
    assertThat(shipped("pytorch-mlp").conv()).isEmpty();
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Recipes.write(recipe, written);
    assertThat(written.toString(StandardCharsets.UTF_8)).contains("kernel: 3\n");
    Path again = write(written.toString(StandardCharsets.UTF_8));
    assertThat(Recipes.resolve(again.toString(), Recipes.options())).isEqualTo(recipe);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "conv: [{filters: 0, kernel: 3}]",
        "conv: [{filters: 1, kernel: 0}]",
        "conv: [{filters: 1, kernel: [1, 2, 3]}]",
        "conv: [{filters: 1, kernel: []}]",
        "conv: [{filters: 1}]",
        "conv: [{kernel: 3}]",
        "conv: [{filters: 1, kernel: 3, pool: 0}]",
        "conv: [{filters: 1, kernel: 3, stride: 2}]",
        "conv: [null]",
        "conv: 3",
      })
  void convolutions_that_make_no_sense_are_refused(String text) {
    LabException e = catchThrowableOfType(LabException.class, () -> file(text));
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.getMessage()).contains("ecipe").doesNotContain("\n");
    assertThat(e.remedy()).isNotBlank();
  }

  @Test
  void a_recipe_without_the_ways_of_pruning_is_pruned_once_in_each_layer() throws IOException {
    Recipe.Prune prune =
        file("prune: {methods: [weight], sparsities: [0.5], selection: count}\n").prune();
    assertThat(prune.scope()).isEqualTo("layer");
    assertThat(prune.exclude()).isEmpty();
    assertThat(prune.fractions()).isEmpty();
    assertThat(prune.schedule().schedule().kind()).isEqualTo(Schedule.Kind.ONE_SHOT);
    assertThat(prune.fineTune()).isEqualTo(new Recipe.FineTune(0, null, null));
    assertThat(prune.pruning("weight", 0.5, 7))
        .isEqualTo(
            new Pruning(
                Method.WEIGHT, Scope.LAYER, 0.5, Selection.COUNT, false, Set.of(), Map.of(), 7));
  }

  @Test
  void every_way_of_pruning_can_be_written_down() throws IOException {
    Recipe recipe =
        file(
            """
            prune:
              methods: [weight, random-block4x4, "2:4"]
              sparsities: [0.25, 0.5]
              exclude: [fc2]
              schedule: {kind: constant, begin: 10, end: 400, frequency: 50}
              moments: zero
              revive: true
              fine_tune: {epochs: 2, batch_size: 32, learning_rate: 0.01}
            """);
    Recipe.Prune prune = recipe.prune();
    assertThat(prune.sparsities("weight")).containsExactly(0.25, 0.5);
    assertThat(prune.sparsities("2:4")).containsExactly(0.5);
    Schedule schedule = prune.schedule().schedule();
    assertThat(schedule.updatesAt(400)).isTrue();
    assertThat(schedule.updatesAt(60)).isTrue();
    assertThat(schedule.updatesAt(61)).isFalse();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Recipes.write(recipe, out);
    Path copy = Files.write(folder.resolve("recipe.yaml"), out.toByteArray());
    assertThat(Recipes.resolve(copy.toString(), Recipes.options())).isEqualTo(recipe);
    Recipe.Prune shares = file("prune: {fractions: {fc1: 0.9}}").prune();
    assertThat(shares.pruning("weight", 0.5, 1).scope()).isEqualTo(Scope.FRACTIONS);
  }

  @Test
  void what_does_not_go_together_is_refused_with_its_reason() {
    LabException e =
        catchThrowableOfType(LabException.class, () -> file("prune: {methods: [taylor-weight]}"));
    assertThat(e.getMessage()).contains("taylor-weight", "whole units");
    e =
        catchThrowableOfType(
            LabException.class, () -> file("prune: {methods: ['1:4'], sparsities: [0.5]}"));
    assertThat(e.remedy()).contains("0.75", "1:4");
  }

  @Test
  void options_win_over_the_recipe() throws IOException {
    Path mine = write("epochs: 9\nprune: {sparsities: [0.5], selection: percentile}\n");
    ObjectNode options = Recipes.options().put("epochs", 2);
    options.putObject("prune").putArray("sparsities").add(0.1).add(0.2);
    Recipe recipe = Recipes.resolve(mine.toString(), options);
    assertThat(recipe.epochs()).isEqualTo(2);
    assertThat(recipe.prune().sparsities()).containsExactly(0.1, 0.2);
    assertThat(recipe.prune().selection()).isEqualTo("percentile");
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void a_recipe_that_is_written_resolves_to_the_same(String name) throws IOException {
    Recipe recipe = shipped(name);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Recipes.write(recipe, out);
    Path copy = Files.write(folder.resolve("recipe.yaml"), out.toByteArray());
    assertThat(Recipes.resolve(copy.toString(), Recipes.options())).isEqualTo(recipe);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "epoch: 3",
        "optimizer: {learning_speed: 1}",
        "optimizer: 3",
        "optimizer: null",
        "optimizer: {form: null}",
        "optimizer: {form: sgd}",
        "optimizer: {learning_rate: 0}",
        "optimizer: {learning_rate: -1}",
        "optimizer: {learning_rate: .nan}",
        "optimizer: {learning_rate: .inf}",
        "optimizer: {learning_rate: fast}",
        "optimizer: {beta1: 1}",
        "optimizer: {beta2: -0.1}",
        "optimizer: {epsilon: 0}",
        "optimizer: {epsilon: .inf}",
        "optimizer: {weight_decay: -1}",
        "optimizer: {weight_decay: .inf}",
        "hidden: 1000",
        "hidden: [0]",
        "hidden: [10, -3]",
        "hidden: [null]",
        "hidden: null",
        "hidden: [10.5]",
        "hidden: [100000, 100000]",
        "hidden: [many]",
        "bias: maybe",
        "bias: null",
        "data: null",
        "name: null",
        "normalize: zscore",
        "normalize: null",
        "initializer: he",
        "initializer: null",
        "batch_size: 0",
        "batch_size: 12.5",
        "batch_size: null",
        "epochs: 0",
        "validation_split: 1.0",
        "validation_split: -0.1",
        "epochs: 2.5",
        "epochs: 99999999999",
        "epochs: 1\nepochs: 2",
        "seed: one",
        "prune: null",
        "prune: {methods: []}",
        "prune: {methods: null}",
        "prune: {methods: [weight, weight]}",
        "prune: {methods: [channel]}",
        "prune: {methods: [null]}",
        "prune: {sparsities: []}",
        "prune: {sparsities: null}",
        "prune: {sparsities: [null]}",
        "prune: {sparsities: [90]}",
        "prune: {sparsities: [-0.1]}",
        "prune: {sparsities: [.nan]}",
        "prune: {sparsities: [0.5, 0.5]}",
        "prune: {selection: median}",
        "prune: {methods: [taylor-weight]}",
        "prune: {methods: ['2:4'], sparsities: [0.6]}",
        "prune: {methods: ['2:4'], scope: global}",
        "prune: {methods: ['2:4'], schedule: {kind: polynomial}}",
        "prune: {scope: fractions}",
        "prune: {scope: network}",
        "prune: {scope: global, fractions: {fc1: 0.5}}",
        "prune: {fractions: {fc1: 2}}",
        "prune: {fractions: {fc1: null}}",
        "prune: {fractions: [0.5]}",
        "prune: {exclude: [null]}",
        "prune: {moments: reset}",
        "prune: {revive: maybe}",
        "prune: {schedule: polynomial}",
        "prune: {schedule: {kind: sometimes}}",
        "prune: {schedule: {initial: 1.5}}",
        "prune: {schedule: {power: 0}}",
        "prune: {schedule: {begin: -1}}",
        "prune: {schedule: {begin: 10, end: 9}}",
        "prune: {schedule: {begin: null}}",
        "prune: {schedule: {frequency: 0}}",
        "prune: {schedule: {rounds: 0}}",
        "prune: {schedule: {rewind: back}}",
        "prune: {schedule: {rewind: initial}}",
        "prune: {schedule: {kind: iterative, rewind_epoch: 0}}",
        "prune: {fine_tune: {epochs: -1}}",
        "prune: {fine_tune: {batch_size: 0}}",
        "prune: {fine_tune: {learning_rate: 0}}",
        "prune: {selection: null}",
        "",
        "# nothing",
        "just words",
        "- a\n- list",
        "a: [1, 2",
        "\tepochs: 3",
        "epochs: 3\n---\nepochs: 4",
        "\u0001\u0002",
      })
  void a_recipe_that_makes_no_sense_is_refused_with_a_remedy(String yaml) {
    LabException e = catchThrowableOfType(LabException.class, () -> file(yaml));
    assertThat(e).as(yaml).isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.getMessage()).contains("mine.yaml").doesNotContain("\n");
    assertThat(e.remedy()).isNotBlank().doesNotContain("\n");
  }

  @Test
  void an_unknown_field_is_named() {
    LabException e = catchThrowableOfType(LabException.class, () -> file("epoch: 3"));
    assertThat(e.getMessage()).contains("\"epoch\"");
  }

  @Test
  void a_value_out_of_range_is_named() {
    LabException e = catchThrowableOfType(LabException.class, () -> file("epochs: 0"));
    assertThat(e.remedy()).contains("epochs is at least 1");
  }

  @Test
  void a_recipe_that_is_not_there_is_refused_with_the_known_names() {
    LabException e = catchThrowableOfType(LabException.class, () -> shipped("fast"));
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.getMessage()).contains("'fast'");
    assertThat(e.remedy()).contains("quick, keras-mlp, tf-fashion-mlp, pytorch-mlp");
  }

  @Test
  void a_folder_is_no_recipe() {
    LabException e = catchThrowableOfType(LabException.class, () -> shipped(folder.toString()));
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.getMessage()).contains("can't be read");
  }
}
