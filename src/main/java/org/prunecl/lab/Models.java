package org.prunecl.lab;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.prunecl.data.Dataset;
import org.prunecl.data.LabelledImages;
import org.prunecl.data.Normalization;
import org.prunecl.io.ConvGeometry;
import org.prunecl.io.LayerWeights;
import org.prunecl.io.ModelWeights;
import org.prunecl.nn.Convolution;
import org.prunecl.nn.LayerParameters;
import org.prunecl.ops.ConvShape;

/** Turns networks into what model files hold, and back. */
public final class Models {
  private Models() {}

  /** The parameters of a model file, layer by layer. */
  public static List<LayerParameters> parameters(ModelWeights network) {
    return network.layers().stream()
        .map(
            layer ->
                new LayerParameters(
                    layer.name(),
                    layer.outputs(),
                    layer.inputs(),
                    layer.weight(),
                    layer.bias(),
                    convolution(layer.convolution())))
        .toList();
  }

  private static Convolution convolution(ConvGeometry geometry) {
    return geometry == null
        ? null
        : new Convolution(
            new ConvShape(
                geometry.channels(),
                geometry.height(),
                geometry.width(),
                geometry.kernelHeight(),
                geometry.kernelWidth()),
            geometry.pool());
  }

  /**
   * What a model file holds of a network.
   *
   * @param normalize how pixels become inputs: {@code unit} or {@code half}
   * @param extra whatever else is to be remembered
   */
  public static ModelWeights model(
      List<LayerParameters> layers, String normalize, Map<String, String> extra) {
    return new ModelWeights(layers.stream().map(Models::layer).toList(), normalize, extra);
  }

  /** What a model file holds of a layer. */
  static LayerWeights layer(LayerParameters layer) {
    return new LayerWeights(
        layer.name(),
        layer.outputs(),
        layer.inputs(),
        layer.weights(),
        layer.bias(),
        geometry(layer.convolution()));
  }

  private static ConvGeometry geometry(Convolution convolution) {
    if (convolution == null) {
      return null;
    }
    ConvShape shape = convolution.shape();
    return new ConvGeometry(
        shape.channels(),
        shape.height(),
        shape.width(),
        shape.kernelHeight(),
        shape.kernelWidth(),
        convolution.pool());
  }

  /**
   * What a user of an exported network must know of its inputs, by name: {@code normalize}, and
   * {@code input_scale} and {@code input_shift}, by which a pixel of 0 to 255 becomes {@code pixel
   * * input_scale + input_shift}. Nothing if the model doesn't say how it was trained.
   *
   * @throws org.prunecl.data.DataException of kind INPUT if it names no known normalisation
   */
  public static Map<String, String> inputProperties(ModelWeights network) {
    if (network.normalize() == null) {
      return Map.of();
    }
    Normalization normalization = Normalization.parse(network.normalize());
    return new TreeMap<>(
        Map.of(
            "normalize", normalization.label(),
            "input_scale", Float.toString(normalization.scale()),
            "input_shift", Float.toString(normalization.shift())));
  }

  /**
   * The recipe as it describes a network that was trained elsewhere: its layers and biases, and how
   * its images are normalised.
   */
  public static Recipe describing(Recipe recipe, List<LayerParameters> layers, String normalize) {
    return new Recipe(
        recipe.name(),
        recipe.description(),
        recipe.repeats(),
        recipe.published(),
        recipe.data(),
        normalize,
        layers.stream().filter(layer -> layer.convolution() != null).map(Models::conv).toList(),
        layers.subList(0, layers.size() - 1).stream()
            .filter(layer -> layer.convolution() == null)
            .map(LayerParameters::outputs)
            .toList(),
        layers.stream().anyMatch(layer -> layer.bias() != null),
        recipe.initializer(),
        recipe.optimizer(),
        recipe.batchSize(),
        recipe.epochs(),
        recipe.validationSplit(),
        recipe.seed(),
        recipe.seeds(),
        recipe.prune());
  }

  private static Recipe.Conv conv(LayerParameters layer) {
    ConvShape shape = layer.convolution().shape();
    List<Integer> kernel =
        shape.kernelHeight() == shape.kernelWidth()
            ? List.of(shape.kernelHeight())
            : List.of(shape.kernelHeight(), shape.kernelWidth());
    return new Recipe.Conv(layer.outputs(), kernel, layer.convolution().pool());
  }

  /**
   * Checks that a network takes a dataset's images and tells its classes apart.
   *
   * @throws LabException when it does not
   */
  public static void checkFits(List<LayerParameters> layers, Dataset dataset) {
    LayerParameters first = layers.get(0);
    int inputs = first.inputFeatures();
    int classes = layers.get(layers.size() - 1).outputFeatures();
    LabelledImages images = dataset.test();
    if (inputs != images.pixelsPerImage() || classes < dataset.classes()) {
      throw LabException.input(
          String.format(
              "The model takes %d values and knows %d classes; %s has images of %d pixels and %d"
                  + " classes.",
              inputs, classes, dataset.name(), images.pixelsPerImage(), dataset.classes()),
          "Give the model's own dataset with --data.");
    }
    if (first.convolution() != null && !takes(first.convolution().shape(), images)) {
      ConvShape shape = first.convolution().shape();
      throw LabException.input(
          String.format(
              "The model takes images of %d×%d×%d; %s has images of 1×%d×%d.",
              shape.channels(),
              shape.height(),
              shape.width(),
              dataset.name(),
              images.rows(),
              images.columns()),
          "Give the model's own dataset with --data.");
    }
  }

  private static boolean takes(ConvShape shape, LabelledImages images) {
    return shape.channels() == 1
        && shape.height() == images.rows()
        && shape.width() == images.columns();
  }
}
