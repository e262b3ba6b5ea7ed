package org.prunecl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.PruneClException.Kind;

/** Model files of networks with convolutions. */
final class ConvModelFileTest {
  private static final String METADATA =
      "{'schema':1,'kind':'convnet','layers':['c','f'],'activation':'relu',"
          + "'convolutions':{'c':{'image':[2,5,6],'pool':2}},"
          + "'normalize':null,'classes':4,'extra':{}}";

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void what_is_written_is_read_back(Encoding encoding) throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      ModelWeights written = network(random);
      Path file = folder.resolve("model");
      ModelFile.write(file, written, encoding);
      assertThat(ModelFile.read(file))
          .as("seed %d, round %d", seed, round)
          .usingRecursiveComparison()
          .isEqualTo(written);
      assertThat(ModelSize.of(written, encoding).bytes()).isEqualTo(Files.size(file));
    }
  }

  @Test
  void weights_have_the_shapes_of_pytorch_in_both_encodings() {
    ModelWeights network = network(new float[2 * 3 * 2 * 4]);
    ModelFile.write(folder.resolve("dense"), network, Encoding.DENSE);
    assertThat(Safetensors.read(folder.resolve("dense")).tensors())
        .extracting(Tensor::toString)
        .containsExactly("conv1.weight [2, 3, 2, 4]", "conv1.bias [2]", "fc1.weight [5, 8]");
    ModelFile.write(folder.resolve("sparse"), network, Encoding.SPARSE);
    Safetensors sparse = Safetensors.read(folder.resolve("sparse"));
    assertThat(sparse.tensors())
        .extracting(Tensor::toString)
        .startsWith(
            "conv1.weight.shape I64 [4]", "conv1.weight.values [0]", "conv1.weight.bitmap U8 [6]");
    assertThat(((Elements.Longs) sparse.tensors().get(0).elements()).values())
        .containsExactly(2, 3, 2, 4);
    assertThat(Encoding.SPARSE.bytes(network.layers().get(0))).isEqualTo(4 * 8 + 6);
  }

  @Test
  void the_metadata_says_what_filters_slide_over() {
    ModelFile.write(folder.resolve("f"), network(new float[48]), Encoding.DENSE);
    assertThat(Safetensors.read(folder.resolve("f")).metadata().get("prunecl"))
        .isEqualTo(
            "{'schema':1,'kind':'convnet','layers':['conv1','fc1'],'activation':'relu','convolutions':{'conv1':{'image':[3,6,7],'pool':2}},'normalize':'half','classes':5,'extra':{}}"
                .replace('\'', '"'));
  }

  /** Three channels of 6×7, two filters of 2×4, pooled to 2×2. */
  private static ModelWeights network(float[] weight) {
    LayerWeights conv =
        new LayerWeights("conv1", 2, 24, weight, new float[2], new ConvGeometry(3, 6, 7, 2, 4, 2));
    LayerWeights last = new LayerWeights("fc1", 5, 8, new float[40], null);
    return new ModelWeights(List.of(conv, last), "half", Map.of());
  }

  @Test
  void the_metadata_of_an_mlp_is_that_of_earlier_versions() {
    LayerWeights only = new LayerWeights("fc1", 1, 1, new float[1], null);
    ModelFile.write(
        folder.resolve("f"),
        new ModelWeights(List.of(only), "unit", Map.of("seed", "1")),
        Encoding.DENSE);
    assertThat(Safetensors.read(folder.resolve("f")).metadata().get("prunecl"))
        .isEqualTo(
            "{'schema':1,'kind':'mlp','layers':['fc1'],'activation':'relu','normalize':'unit','classes':1,'extra':{'seed':'1'}}"
                .replace('\'', '"'));
  }

  @Test
  void a_file_of_pytorch_without_metadata_is_read_as_images_of_28_by_28()
      throws URISyntaxException {
    ModelWeights network = ModelFile.read(SafetensorsTest.resource("torch-conv.safetensors"));
    assertThat(network.layers())
        .extracting(LayerWeights::name)
        .containsExactly("2", "5", "9", "12");
    assertThat(network.layers())
        .extracting(LayerWeights::convolution)
        .containsExactly(
            new ConvGeometry(1, 28, 28, 5, 5, 2), new ConvGeometry(3, 12, 12, 3, 3, 2), null, null);
    assertThat(network.layers().get(1).bias()).isNull();
    assertThat(network.inputs()).isEqualTo(784);
    assertThat(network.classes()).isEqualTo(10);
  }

  @Test
  void a_file_of_pytorch_whose_metadata_says_the_images_is_read_as_it_says()
      throws URISyntaxException {
    ModelWeights network = ModelFile.read(SafetensorsTest.resource("torch-conv-said.safetensors"));
    assertThat(network.layers())
        .extracting(LayerWeights::convolution)
        .containsExactly(
            new ConvGeometry(2, 9, 11, 2, 3, 3), new ConvGeometry(4, 2, 3, 1, 2, 1), null);
    ModelFile.write(folder.resolve("sparse"), network, Encoding.SPARSE);
    assertThat(ModelFile.read(folder.resolve("sparse")))
        .usingRecursiveComparison()
        .isEqualTo(network);
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch-conv", "torch-conv-said"})
  void a_sparse_file_that_another_implementation_wrote_is_the_plain_one(String name)
      throws URISyntaxException {
    assertThat(ModelFile.read(SafetensorsTest.resource(name + "-sparse.safetensors")))
        .usingRecursiveComparison()
        .isEqualTo(ModelFile.read(SafetensorsTest.resource(name + ".safetensors")));
  }

  /** The last layer's inputs decide what is pooled; see LayerChain. */
  @ParameterizedTest
  @CsvSource({
    // One convolution of 5×5 on 28×28: 24×24, or 12×12, or 8×8, or 6×6.
    "1, 5,  0, 576, 1",
    "1, 5,  0, 144, 2",
    "1, 5,  0,  64, 3",
    "1, 5,  0,  36, 4",
    // Two: 5×5 and 3×3. Equal pooling goes first.
    "1, 5, 3, 484, 1 1",
    "1, 5, 3,  25, 2 2",
    // Pooled after one of them: 12, then 10; 24 and 22, then 11.
    "1, 5, 3, 100, 2 1",
    "1, 5, 3, 121, 1 2",
    // Of 32×32: 28, 14, 12, 6. Nothing of 28×28 gives 36 with equal pooling or pooling by 2.
    "3, 5, 3,  36, 2 2",
  })
  void pooling_is_what_makes_the_weights_chain(
      int channels, int first, int second, int flat, String pools) throws IOException {
    Tensor one = filters("conv1", 4, channels, first);
    Tensor last = weight("fc1", 10, flat * 4);
    Path file =
        second == 0 ? file(null, one, last) : file(null, one, filters("conv2", 4, 4, second), last);
    assertThat(pools(ModelFile.read(file))).isEqualTo(pools);
  }

  private static String pools(ModelWeights network) {
    return network.layers().stream()
        .map(LayerWeights::convolution)
        .filter(Objects::nonNull)
        .map(convolution -> Integer.toString(convolution.pool()))
        .collect(Collectors.joining(" "));
  }

  @Test
  void convolutions_come_first_whatever_the_names() throws IOException {
    Path file =
        file(
            null,
            weight("classifier.0", 7, 288),
            weight("classifier.2", 10, 7),
            filters("features.0", 2, 1, 5));
    assertThat(ModelFile.read(file).layers())
        .extracting(LayerWeights::name)
        .containsExactly("features.0", "classifier.0", "classifier.2");
  }

  @Test
  void the_size_of_the_images_that_it_is_to_run_on_is_the_only_one_tried() throws IOException {
    // 12×20, kernels of 3×3: 10×18, pooled 5×9.
    Path file = file(null, filters("c", 2, 1, 3), weight("f", 3, 90));
    ModelWeights network = ModelFile.readFor(file, () -> new ImageSize(12, 20));
    assertThat(network.layers().get(0).convolution())
        .isEqualTo(new ConvGeometry(1, 12, 20, 3, 3, 2));
    refused(file, "the weights don't chain on images of 28×28, 32×32, 64×64, 96×96, stride 1");
    FileException e =
        catchThrowableOfType(
            FileException.class, () -> ModelFile.readFor(file, () -> new ImageSize(12, 12)));
    assertThat(e).hasMessageContaining("on images of 12×12, stride 1, no padding: c.weight [2, 1,");
  }

  @Test
  void nobody_is_asked_for_the_images_that_a_file_says_or_does_not_need() throws IOException {
    Supplier<ImageSize> nobody =
        () -> {
          throw new AssertionError("asked");
        };
    assertThat(ModelFile.readFor(file(METADATA, conv(), weight("f", 4, 12)), nobody).inputs())
        .isEqualTo(60);
    assertThat(ModelFile.readFor(file(null, weight("f", 4, 12)), nobody).inputs()).isEqualTo(12);
  }

  @Test
  void poolings_between_which_the_weights_do_not_tell_are_refused() throws IOException {
    // 4×4 before pooling, of which pooling by 3 and by 4 leaves one value.
    Path file = file(null, filters("c", 2, 1, 3), weight("f", 3, 2));
    FileException e =
        catchThrowableOfType(
            FileException.class, () -> ModelFile.readFor(file, () -> new ImageSize(6, 6)));
    assertThat(e).hasMessageContaining("pooling by [3], [4]; the file doesn't say which");
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.remedy()).contains("metadata").contains("docs/model-files.md");
    refused(file(null, filters("c", 2, 1, 3)), "the weights chain with pooling by [2], [1], [3]");
  }

  @Test
  void padded_and_strided_convolutions_are_refused() throws IOException {
    refused(file(null, filters("c", 2, 1, 3), weight("f", 3, 2 * 14 * 14)), "don't chain");
    refused(file(null, filters("c", 2, 1, 3), weight("f", 3, 2 * 28 * 28)), "don't chain");
    refused(
        file(null, filters("a", 2, 1, 3), filters("b", 2, 3, 3), weight("f", 3, 2 * 24 * 24)),
        "don't chain");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[2,5,6] | [2,5,60] | the weights don't chain",
        "[2,5,6] | [1,5,6]  | the image [1, 5, 6] of c with pooling by 2 doesn't suit the weight",
        "[2,5,6] | [2,1,6]  | the image [2, 1, 6] of c",
        "[2,5,6] | [2,-5,6] | the image [2, -5, 6] of c",
        "[2,5,6] | [2,2147483647,2147483647] | 2147483647] of c with pooling",
        "[2,5,6] | [2,30] | is not the expected JSON",
        "[2,5,6] | [2,null,6] | is not the expected JSON",
        "'pool':2 | 'pool':0 | pooling by 0 doesn't suit",
        "'pool':2 | 'pool':5 | pooling by 5 doesn't suit",
        "{'c':{'image':[2,5,6],'pool':2}} | {} | no image for c doesn't suit the weight",
        "{'c':{'image':[2,5,6],'pool':2}} | {'c':null} | no image for c",
        "{'c':{'image' | {'d':{'image':[1,1,1],'pool':1},'c':{'image' | convolutions that are no",
        "{'c':{'image' | {'f':{'image':[1,1,1],'pool':1},'c':{'image' | the image [1, 1, 1] of f",
        "'classes':4 | 'classes':3 | says 3 classes",
        "'convnet' | 'cnn' | kind cnn",
        "'convnet' | null | kind null",
      })
  void metadata_that_does_not_fit_is_refused(String from, String to, String why)
      throws IOException {
    Tensor[] tensors = {conv(), weight("f", 4, 12)};
    assertThat(ModelFile.read(file(METADATA, tensors)).inputs()).isEqualTo(60);
    assertThat(METADATA).contains(from);
    refused(file(METADATA.replace(from, to), tensors), why);
  }

  @Test
  void a_convolution_of_other_images_than_the_one_before_gives_is_refused() throws IOException {
    // As many values, 3×4 for 4×3.
    String metadata =
        METADATA
            .replace("[2,5,6],'pool':2", "[2,5,6],'pool':1},'d':{'image':[3,5,4],'pool':1")
            .replace("['c','f']", "['c','d','f']");
    Tensor second = new Tensor("d.weight", new int[] {1, 3, 1, 1}, new float[3]);
    refused(file(metadata, conv(), second, weight("f", 4, 20)), "the weights don't chain");
    assertThat(
            ModelFile.read(
                    file(
                        metadata.replace("[3,5,4]", "[3,4,5]"), conv(), second, weight("f", 4, 20)))
                .classes())
        .isEqualTo(4);
  }

  /** Of METADATA's images: three filters of 2×2 give 4×5, pooled to 2×2. */
  private static Tensor conv() {
    return new Tensor("c.weight", new int[] {3, 2, 2, 2}, new float[24]);
  }

  private static Tensor filters(String layer, int filters, int channels, int kernel) {
    return new Tensor(
        layer + ".weight",
        new int[] {filters, channels, kernel, kernel},
        new float[filters * channels * kernel * kernel]);
  }

  private static Tensor weight(String layer, int outputs, int inputs) {
    return new Tensor(layer + ".weight", new int[] {outputs, inputs}, new float[outputs * inputs]);
  }

  /** One to three convolutions, then one or two other layers; about half the weights are zero. */
  private static ModelWeights network(Random random) {
    List<LayerWeights> layers = new ArrayList<>();
    int channels = 1 + random.nextInt(3);
    int height = 8 + random.nextInt(8);
    int width = 8 + random.nextInt(8);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int kernelHeight = 1 + random.nextInt(Math.min(4, height));
      int kernelWidth = 1 + random.nextInt(Math.min(4, width));
      int least = Math.min(height - kernelHeight, width - kernelWidth) + 1;
      ConvGeometry geometry =
          new ConvGeometry(
              channels,
              height,
              width,
              kernelHeight,
              kernelWidth,
              1 + random.nextInt(Math.min(3, least)));
      channels = 1 + random.nextInt(5);
      layers.add(layer("conv" + i, channels, geometry.weights(), geometry, random));
      height = geometry.outputHeight();
      width = geometry.outputWidth();
    }
    int inputs = channels * height * width;
    for (int i = random.nextInt(2); i >= 0; i--) {
      int outputs = 1 + random.nextInt(9);
      layers.add(layer("fc" + i, outputs, inputs, null, random));
      inputs = outputs;
    }
    return new ModelWeights(layers, "half", Map.of("pruned", "weight"));
  }

  private static LayerWeights layer(
      String name, int outputs, int inputs, ConvGeometry geometry, Random random) {
    float[] weight = new float[outputs * inputs];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = random.nextBoolean() ? random.nextFloat() : 0;
    }
    float[] bias = random.nextBoolean() ? new float[outputs] : null;
    return new LayerWeights(name, outputs, inputs, weight, bias, geometry);
  }

  private Path file(String metadata, Tensor... tensors) throws IOException {
    return ModelFileTest.write(folder.resolve("model.safetensors"), metadata, tensors);
  }

  private static void refused(Path file, String why) {
    ModelFileTest.refused(file, why);
  }
}
