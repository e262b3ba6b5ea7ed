package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.PruneClException;
import org.prunecl.PruneClException.Kind;
import org.prunecl.nn.LayerParameters;

final class LotterySettingsTest {
  private static final LotterySettings NONE = new LotterySettings(null, null, null, null, null);

  private static final List<LayerParameters> LAYERS =
      List.of(layer("fc1", 5, 4), layer("fc2", 3, 5), layer("fc3", 2, 3));

  @TempDir private Path folder;

  private static LayerParameters layer(String name, int outputs, int inputs) {
    return new LayerParameters(name, outputs, inputs, new float[outputs * inputs], null);
  }

  private static Recipe named(String name) {
    return Recipes.resolve(name, Recipes.options());
  }

  private static LotterySettings rewinding(String rewind, Integer epoch) {
    return new LotterySettings(null, null, null, rewind, epoch);
  }

  private static PruneClException refusal(LotterySettings settings, Recipe recipe) {
    PruneClException e =
        catchThrowableOfType(PruneClException.class, () -> settings.over(recipe, LAYERS));
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    return e;
  }

  @Test
  void every_round_prunes_a_fifth_and_of_the_output_layer_a_tenth() {
    Recipe.Prune prune = NONE.over(named("lottery"), LAYERS).prune();
    // 1 - 0.8^3 and 1 - 0.9^3.
    assertThat(prune.fractions())
        .containsOnly(entry("fc1", 0.488), entry("fc2", 0.488), entry("fc3", 0.271));
    assertThat(prune.sparsities()).containsExactly(0.488);
    assertThat(prune.includeOutput()).isTrue();
    assertThat(LotterySettings.rate(prune)).isCloseTo(0.2, within(1e-12));
  }

  private static Map.Entry<String, Double> entry(String name, double share) {
    return Map.entry(name, share);
  }

  @Test
  void more_rounds_prune_at_the_same_rate() {
    Recipe recipe = new LotterySettings(null, null, 5, null, null).over(named("lottery"), LAYERS);
    assertThat(recipe.prune().fractions().get("fc1")).isCloseTo(0.67232, within(1e-12));
    assertThat(recipe.prune().schedule().rounds()).isEqualTo(5);
    Recipe half = new LotterySettings(null, 0.5, 2, null, null).over(named("lottery"), LAYERS);
    assertThat(half.prune().fractions()).containsEntry("fc2", 0.75).containsEntry("fc3", 0.4375);
  }

  @Test
  void a_recipe_without_rounds_is_pruned_as_the_lottery_recipe_says() {
    Recipe recipe = NONE.over(named("quick"), LAYERS);
    assertThat(recipe.prune()).isEqualTo(NONE.over(named("lottery"), LAYERS).prune());
    assertThat(recipe.hidden()).containsExactly(1000, 1000, 500, 200);
  }

  @Test
  void the_recipe_that_a_run_leaves_says_the_same_again() throws IOException {
    Recipe recipe = new LotterySettings("unit", 0.3, 4, "epoch", 2).over(named("lottery"), LAYERS);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Recipes.write(recipe, written);
    Path file = Files.write(folder.resolve("recipe.yaml"), written.toByteArray());
    assertThat(NONE.over(named(file.toString()), LAYERS)).isEqualTo(recipe);
  }

  @Test
  void layers_that_a_recipe_excludes_stay_whole() {
    ObjectNode options = Recipes.options();
    options.putObject("prune").putArray("exclude").add("fc1");
    Recipe recipe = Recipes.resolve("lottery", options);
    assertThat(NONE.over(recipe, LAYERS).prune().fractions()).containsOnlyKeys("fc2", "fc3");
    options.withArray("/prune/exclude").add("fc2").add("fc3");
    assertThat(refusal(NONE, Recipes.resolve("lottery", options))).hasMessageContaining("every");
  }

  @Test
  void what_makes_no_sense_is_refused() {
    Recipe recipe = named("lottery");
    for (double rate : new double[] {0, 1, -0.5, Double.NaN}) {
      assertThat(refusal(new LotterySettings(null, rate, null, null, null), recipe).remedy())
          .contains("--rate");
    }
    assertThat(refusal(new LotterySettings(null, null, 0, null, null), recipe).remedy())
        .contains("--rounds");
    assertThat(refusal(new LotterySettings(null, 0.9, 100, null, null), recipe))
        .hasMessageContaining("Nothing is left");
    for (String rewind : List.of("none", "reinitialize", "yesterday")) {
      assertThat(refusal(rewinding(rewind, null), recipe)).hasMessageContaining(rewind);
    }
    assertThat(refusal(rewinding("epoch", recipe.epochs()), recipe).remedy())
        .contains("--rewind-epoch");
    assertThat(refusal(new LotterySettings("2:4", null, null, null, null), recipe))
        .hasMessageContaining("2:4");
    assertThat(refusal(new LotterySettings("small-dense", null, null, null, null), recipe))
        .hasMessageContaining("small-dense");
  }

  @Test
  void a_recipe_of_several_methods_or_sparsities_needs_one_named() {
    ObjectNode options = Recipes.options();
    options.putObject("prune").putArray("methods").add("weight").add("unit");
    assertThat(refusal(NONE, Recipes.resolve("lottery", options)).remedy()).contains("--method");
    options.withObject("/prune").putArray("sparsities").add(0.5).add(0.9);
    LotterySettings one = new LotterySettings("unit", 0.2, null, null, null);
    assertThat(one.over(Recipes.resolve("lottery", options), LAYERS).prune().methods())
        .containsExactly("unit");
  }
}
