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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.prunecl.PruneClException;

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
    RecipeRules.check(nameOrFile, recipe);
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
}
