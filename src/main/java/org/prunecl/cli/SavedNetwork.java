package org.prunecl.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.prunecl.data.Dataset;
import org.prunecl.data.LabelledImages;
import org.prunecl.io.ImageSize;
import org.prunecl.io.ModelFile;
import org.prunecl.io.ModelWeights;
import org.prunecl.lab.Models;
import org.prunecl.lab.Recipe;
import org.prunecl.nn.LayerParameters;

/**
 * A network from a model file, and the dataset that it runs on.
 *
 * @param recipe the recipe as it describes the network
 * @param dataset the recipe's dataset, whose images the network takes
 * @param layers the network's parameters
 * @param notes what the file remembers beside the network
 */
record SavedNetwork(
    Recipe recipe, Dataset dataset, List<LayerParameters> layers, Map<String, String> notes) {
  /**
   * Reads the model file, then the dataset: a mistake in the one is not to wait for the other's
   * download. Only a file that doesn't say how large its images are needs the dataset first.
   */
  static SavedNetwork open(Path model, RecipeOptions recipes, CommonOptions common) {
    Recipe recipe = recipes.resolve();
    Opened opened = new Opened(recipe.data(), common);
    ModelWeights network = ModelFile.readFor(model, () -> size(opened.dataset().test()));
    List<LayerParameters> layers = Models.parameters(network);
    Models.checkFits(layers, opened.dataset());
    return new SavedNetwork(
        Models.describing(recipe, layers, recipes.normalizeFor(network.normalize())),
        opened.dataset(),
        layers,
        network.extra());
  }

  private static ImageSize size(LabelledImages images) {
    return new ImageSize(images.rows(), images.columns());
  }

  /** A dataset that is opened when it is first asked for. */
  private static final class Opened {
    private final String data;
    private final CommonOptions common;
    private Dataset dataset;

    Opened(String data, CommonOptions common) {
      this.data = data;
      this.common = common;
    }

    Dataset dataset() {
      if (dataset == null) {
        dataset = DataOptions.open(data, common);
      }
      return dataset;
    }
  }
}
