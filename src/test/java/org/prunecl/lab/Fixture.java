package org.prunecl.lab;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.prunecl.data.Dataset;
import org.prunecl.data.Datasets;
import org.prunecl.data.LabelledImages;
import org.prunecl.nn.LayerParameters;
import org.prunecl.opencl.DeviceChoice;
import org.prunecl.testing.TestDevice;

/** Real images, small recipes and the device under test, as experiments take them. */
final class Fixture {
  /** 300 training and 100 test images of Fashion-MNIST. */
  static final Dataset IMAGES =
      Datasets.standard().open("src/test/resources/fashion-mnist-small", (file, done, total) -> {});

  private Fixture() {}

  /** Those of the images that belong to the first classes. */
  static Dataset classes(int count) {
    return new Dataset(
        "few classes", classes(IMAGES.train(), count), classes(IMAGES.test(), count), Map.of());
  }

  /** All of the training images so many times over. */
  static Dataset repeated(int times) {
    LabelledImages images = IMAGES.train();
    int[] chosen =
        IntStream.range(0, times * images.count()).map(i -> i % images.count()).toArray();
    return new Dataset("repeated", chosen(images, chosen), IMAGES.test(), Map.of());
  }

  private static LabelledImages classes(LabelledImages images, int count) {
    return chosen(
        images, IntStream.range(0, images.count()).filter(i -> images.label(i) < count).toArray());
  }

  private static LabelledImages chosen(LabelledImages images, int[] chosen) {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    for (int i : chosen) {
      pixels.write(images.pixels(), i * images.pixelsPerImage(), images.pixelsPerImage());
      labels.write(images.label(i));
    }
    return new LabelledImages(
        chosen.length, images.rows(), images.columns(), pixels.toByteArray(), labels.toByteArray());
  }

  /** The default recipe but for these. */
  static Recipe recipe(
      List<Integer> hidden, boolean bias, int batchSize, int epochs, long seed, double... shares) {
    ObjectNode options =
        Recipes.options()
            .put("bias", bias)
            .put("batch_size", batchSize)
            .put("epochs", epochs)
            .put("seed", seed);
    hidden.forEach(options.putArray("hidden")::add);
    return resolve(options, shares);
  }

  /** Of filters, a square kernel and pooling. */
  static Recipe.Conv conv(int filters, int kernel, int pool) {
    return new Recipe.Conv(filters, List.of(kernel), pool);
  }

  /** Convolutions with biases and the output layer, and the default recipe but for these. */
  static Recipe convolutional(int epochs, List<Recipe.Conv> layers, double... shares) {
    ObjectNode options =
        Recipes.options().put("bias", true).put("batch_size", 32).put("epochs", epochs);
    options.put("seed", 1).putArray("hidden");
    ArrayNode convolutions = options.putArray("conv");
    for (Recipe.Conv layer : layers) {
      convolutions
          .addObject()
          .put("filters", layer.filters())
          .put("kernel", layer.kernel().get(0))
          .put("pool", layer.pool());
    }
    return resolve(options, shares);
  }

  private static Recipe resolve(ObjectNode options, double... shares) {
    if (shares.length > 0) {
      ArrayNode sparsities = options.putObject("prune").putArray("sparsities");
      for (double share : shares) {
        sparsities.add(share);
      }
    }
    return Recipes.resolve(Recipes.DEFAULT, options);
  }

  /** The device under test, opened for nothing in particular. */
  static DeviceSession session() {
    return session(new Workload(1 << 20, 1 << 16, backend -> {}));
  }

  static DeviceSession session(Workload workload) {
    return DeviceSession.open(
        new DeviceChoice(List.of(TestDevice.get()), true, "under test"), workload, warning -> {});
  }

  static List<LayerParameters> initial(Recipe recipe, Dataset dataset) {
    return TrainingRun.initialize(recipe, dataset.train(), dataset.classes());
  }
}
