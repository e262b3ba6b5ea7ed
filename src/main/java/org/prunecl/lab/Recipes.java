package org.prunecl.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.prunecl.PruneClException;
import org.prunecl.data.Normalization;
import org.prunecl.nn.Initializer;
import org.prunecl.nn.Moments;
import org.prunecl.ops.Adam;
import org.prunecl.prune.Combinations;
import org.prunecl.prune.Method;
import org.prunecl.prune.PruneException;
import org.prunecl.prune.Schedule;
import org.prunecl.prune.Scope;
import org.prunecl.prune.Selection;

/** Reads recipes that come with the program or from files, lays options over them, writes them. */
public final class Recipes {
  /** The recipe that is used when none is named. */
  public static final String DEFAULT = "quick";

  /** The recipes that come with the program. */
  public static final List<String> NAMES =
      List.of("quick", "keras-mlp", "tf-fashion-mlp", "pytorch-mlp", "tfmot-conv", "lottery");

  private static final ObjectMapper YAML =
      JsonMapper.builder(
              YAMLFactory.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .disable(YAMLGenerator.Feature.SPLIT_LINES)
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  /** Fields that may be without a value. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "description",
          "repeats",
          "published",
          "prune.schedule.end",
          "prune.fine_tune.batch_size",
          "prune.fine_tune.learning_rate");

  /** Two such layers have as many weights as an array can hold. */
  private static final int MAX_WIDTH = 1 << 15;

  private Recipes() {}

  /**
   * Reads a recipe and lays options over it. What a file leaves out is as in the default recipe.
   *
   * @param nameOrFile one of {@link #NAMES}, or a YAML file
   * @param options fields that win over the recipe's, nested as in a recipe file; may be empty
   * @throws LabException when there is no such recipe or it makes no sense
   */
  public static Recipe resolve(String nameOrFile, ObjectNode options) {
    ObjectNode tree = shipped(DEFAULT);
    if (NAMES.contains(nameOrFile)) {
      tree.remove(OPTIONAL);
      overlay(tree, shipped(nameOrFile));
    } else {
      Path file = Path.of(nameOrFile);
      if (!Files.exists(file)) {
        throw LabException.input(
            "There is no recipe or file '" + nameOrFile + "'.",
            "Name one of " + String.join(", ", NAMES) + ", or a YAML file.");
      }
      ObjectNode own = read(file);
      if (!own.has("name")) {
        String base = file.getFileName().toString();
        own.put("name", base.replaceFirst("\\.[^.]+$", ""));
      }
      tree.remove(OPTIONAL);
      overlay(tree, own);
    }
    overlay(tree, options);
    requireValues(nameOrFile, "", tree);
    Recipe recipe = parse(nameOrFile, tree);
    check(nameOrFile, recipe);
    return recipe;
  }

  /** No options: to be filled with fields of a recipe. */
  public static ObjectNode options() {
    return YAML.createObjectNode();
  }

  /** The fields in which two recipes differ, as recipe files write them. */
  public static List<String> differences(Recipe one, Recipe other) {
    List<String> names = new ArrayList<>();
    differences("", YAML.valueToTree(one), YAML.valueToTree(other), names);
    return names;
  }

  private static void differences(String parent, JsonNode one, JsonNode other, List<String> names) {
    for (Map.Entry<String, JsonNode> field : one.properties()) {
      JsonNode counterpart = other.path(field.getKey());
      if (field.getValue().isObject() && counterpart.isObject()) {
        differences(parent + field.getKey() + ".", field.getValue(), counterpart, names);
      } else if (!field.getValue().equals(counterpart)) {
        names.add(parent + field.getKey());
      }
    }
  }

  /** Writes a recipe as YAML. */
  public static void write(Recipe recipe, OutputStream out) throws IOException {
    out.write(YAML.writeValueAsBytes(recipe));
  }

  private static ObjectNode shipped(String name) {
    try (InputStream in = Recipes.class.getResourceAsStream("/recipes/" + name + ".yaml")) {
      return (ObjectNode) YAML.readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode read(Path file) {
    String remedy = "Compare it with the recipe.yaml of any run folder.";
    try {
      JsonNode tree = YAML.readTree(Files.readAllBytes(file));
      if (tree instanceof ObjectNode object) {
        return object;
      }
      throw LabException.input("Recipe " + file + " holds no fields.", remedy);
    } catch (JsonProcessingException e) {
      throw LabException.input(
          "Recipe " + file + " is not YAML: " + firstLine(e.getOriginalMessage()), remedy, e);
    } catch (IOException e) {
      throw LabException.input(
          "Recipe " + file + " can't be read: " + PruneClException.reason(e),
          "Check the path and its permissions.",
          e);
    }
  }

  private static void overlay(ObjectNode tree, ObjectNode over) {
    for (Map.Entry<String, JsonNode> field : over.properties()) {
      if (field.getValue() instanceof ObjectNode nested
          && tree.get(field.getKey()) instanceof ObjectNode below) {
        overlay(below, nested);
      } else {
        tree.set(field.getKey(), field.getValue());
      }
    }
  }

  private static void requireValues(String source, String parent, JsonNode tree) {
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      String name = parent + field.getKey();
      JsonNode value = field.getValue();
      boolean missing = value.isNull();
      for (JsonNode element : value) {
        missing |= value.isArray() && element.isNull();
      }
      if (missing && !OPTIONAL.contains(name)) {
        throw LabException.input(
            "Recipe " + source + ": " + name + " lacks a value.",
            "Give it one, or leave the field out to have the default's.");
      }
      requireValues(source, name + ".", value);
    }
  }

  private static Recipe parse(String source, ObjectNode tree) {
    try {
      return YAML.treeToValue(tree, Recipe.class);
    } catch (JsonProcessingException e) {
      throw LabException.input(
          "Recipe " + source + ": " + firstLine(e.getOriginalMessage()),
          "Compare it with the recipe.yaml of any run folder.",
          e);
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }

  private static void check(String source, Recipe recipe) {
    List<Integer> hidden = recipe.hidden();
    Recipe.Optimizer adam = recipe.optimizer();
    require(
        source,
        recipe.conv().stream().allMatch(Recipes::sane),
        "each of conv has filters, kernel (one number or rows and columns) and pool from 1 to "
            + MAX_WIDTH);
    require(
        source,
        hidden.stream().allMatch(width -> width >= 1 && width <= MAX_WIDTH),
        "hidden widths are from 1 to " + MAX_WIDTH);
    require(source, recipe.batchSize() >= 1, "batch_size is at least 1");
    require(source, recipe.epochs() >= 1, "epochs is at least 1");
    require(
        source,
        recipe.validationSplit() >= 0 && recipe.validationSplit() < 1,
        "validation_split is a fraction, at least 0 and less than 1");
    require(source, recipe.seeds() >= 1, "seeds is at least 1");
    requireOneOf(source, "normalize", recipe.normalize(), Normalization.values());
    requireOneOf(source, "initializer", recipe.initializer(), Initializer.values());
    requireOneOf(source, "optimizer.form", adam.form(), Adam.Form.values());
    require(
        source,
        adam.learningRate() > 0 && Double.isFinite(adam.learningRate()),
        "optimizer.learning_rate is positive");
    require(
        source,
        adam.beta1() >= 0 && adam.beta1() < 1 && adam.beta2() >= 0 && adam.beta2() < 1,
        "optimizer.beta1 and beta2 are at least 0 and less than 1");
    require(
        source,
        adam.epsilon() > 0
            && Double.isFinite(adam.epsilon())
            && adam.weightDecay() >= 0
            && Double.isFinite(adam.weightDecay()),
        "optimizer.epsilon is positive and weight_decay not negative");
    require(
        source,
        !recipe.prune().controlled() || !recipe.units().isEmpty(),
        "there are layers before the output layer to make smaller, or "
            + SmallDense.METHOD
            + " is left out");
    check(source, recipe.prune());
  }

  private static void check(String source, Recipe.Prune prune) {
    require(
        source,
        !prune.methods().isEmpty()
            && prune.methods().stream().distinct().count() == prune.methods().size(),
        "prune.methods are some methods, each once");
    require(
        source,
        !prune.sparsities().isEmpty()
            && prune.sparsities().stream().allMatch(Recipes::fraction)
            && prune.sparsities().stream().distinct().count() == prune.sparsities().size(),
        "prune.sparsities are fractions from 0 to 1, each once");
    requireOneOf(source, "prune.selection", prune.selection(), Selection.values());
    requireOneOf(source, "prune.scope", prune.scope(), Scope.LAYER, Scope.GLOBAL);
    require(
        source,
        prune.fractions().values().stream().allMatch(Recipes::fraction),
        "prune.fractions are from 0 to 1");
    require(
        source,
        prune.fractions().isEmpty() || words(Scope.LAYER).contains(prune.scope()),
        "prune.scope is layer where layers have fractions of their own");
    requireOneOf(source, "prune.moments", prune.moments(), Moments.values());
    check(source, prune.schedule());
    check(source, prune.fineTune());
    try {
      prune.pruningMethods().forEach(method -> check(source, prune, method));
    } catch (PruneException e) {
      throw LabException.input("Recipe " + source + ": " + e.getMessage(), e.remedy(), e);
    }
  }

  private static boolean sane(Recipe.Conv conv) {
    List<Integer> kernel = conv.kernel();
    return kernel != null
        && (kernel.size() == 1 || kernel.size() == 2)
        && kernel.stream().allMatch(Recipes::size)
        && size(conv.filters())
        && size(conv.pool());
  }

  private static boolean size(Integer value) {
    return value != null && value >= 1 && value <= MAX_WIDTH;
  }

  private static void check(String source, Recipe.Prune prune, String name) {
    Method method = Method.parse(name);
    Combinations.check(method, prune.competition(), prune.schedule().schedule().kind());
    require(
        source,
        !prune.sparsities(name).isEmpty(),
        "prune.sparsities has "
            + method.granularity().fixedShare().orElse(0)
            + ", all that method "
            + name
            + " can prune");
  }

  private static void check(String source, Recipe.Schedule schedule) {
    requireOneOf(source, "prune.schedule.kind", schedule.kind(), Schedule.Kind.values());
    requireOneOf(source, "prune.schedule.rewind", schedule.rewind(), Schedule.Rewind.values());
    require(
        source, fraction(schedule.initial()), "prune.schedule.initial is a fraction from 0 to 1");
    require(
        source,
        schedule.power() > 0 && Double.isFinite(schedule.power()),
        "prune.schedule.power is positive");
    require(
        source,
        schedule.begin() >= 0 && (schedule.end() == null || schedule.end() >= schedule.begin()),
        "prune.schedule.begin is not negative, and end not before it");
    require(
        source,
        schedule.frequency() >= 1 && schedule.rounds() >= 1 && schedule.rewindEpoch() >= 1,
        "prune.schedule.frequency, rounds and rewind_epoch are at least 1");
    boolean rewinds = !words(Schedule.Rewind.NONE).contains(schedule.rewind());
    require(
        source,
        !rewinds || words(Schedule.Kind.ITERATIVE).contains(schedule.kind()),
        "prune.schedule.kind is iterative where it rewinds");
  }

  private static void check(String source, Recipe.FineTune tune) {
    require(source, tune.epochs() >= 0, "prune.fine_tune.epochs is not negative");
    require(
        source,
        tune.batchSize() == null || tune.batchSize() >= 1,
        "prune.fine_tune.batch_size is at least 1");
    require(
        source,
        tune.learningRate() == null
            || (tune.learningRate() > 0 && Double.isFinite(tune.learningRate())),
        "prune.fine_tune.learning_rate is positive");
  }

  private static boolean fraction(double share) {
    return share >= 0 && share <= 1;
  }

  private static void requireOneOf(String source, String field, String value, Enum<?>... choices) {
    List<String> words = words(choices);
    require(source, words.contains(value), field + " is " + String.join(" or ", words));
  }

  /** Constants as recipes write them. */
  private static List<String> words(Enum<?>... constants) {
    return Arrays.stream(constants)
        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static void require(String source, boolean holds, String rule) {
    if (!holds) {
      throw LabException.input(
          "Recipe " + source + " makes no sense with these settings.",
          "Change it so that " + rule + ".");
    }
  }
}
