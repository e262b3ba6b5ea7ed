package org.prunecl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.PruneClException.Kind;

final class EncodingTest {
  @TempDir Path folder;

  @Test
  void a_sparse_file_that_another_implementation_wrote_is_the_plain_one()
      throws URISyntaxException {
    ModelWeights plain = ModelFile.read(SafetensorsTest.resource("plain-mlp.safetensors"));
    ModelWeights sparse = ModelFile.read(SafetensorsTest.resource("sparse-mlp.safetensors"));
    assertThat(plain.layers()).extracting(LayerWeights::name).containsExactly("0", "2");
    assertSameBits(sparse, plain, "");
  }

  /** Not a bit of a finite float is lost, at any shape and density. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.1, 0.5, 0.9, 0.96, 1})
  void every_finite_float_comes_back_bit_for_bit(double density) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      ModelWeights mlp = network(random, density);
      String drawn = "seed " + seed + ", density " + density + ", round " + round;
      Path sparse = folder.resolve("sparse");
      Path dense = folder.resolve("dense");
      Path back = folder.resolve("back");
      ModelFile.write(dense, mlp, Encoding.DENSE);
      ModelFile.write(sparse, ModelFile.read(dense), Encoding.SPARSE);
      assertSameBits(ModelFile.read(sparse), mlp, drawn);
      ModelFile.write(back, ModelFile.read(sparse), Encoding.DENSE);
      assertThat(back).as(drawn).hasSameBinaryContentAs(dense);
    }
  }

  @Test
  void layers_are_stored_in_the_smaller_form_and_sizes_are_exact() throws IOException {
    Random random = new Random(1);
    for (double density : new double[] {0, 0.3, 0.967, 0.99, 1}) {
      ModelWeights mlp = network(random, density);
      List<String> expected = new ArrayList<>();
      long data = 0;
      for (LayerWeights layer : mlp.layers()) {
        int n = layer.weight().length;
        long kept = nonzero(layer.weight());
        long sparse = 16 + 4 * kept + (n + 7) / 8;
        String name = layer.name() + ".weight";
        if (sparse < 4L * n) {
          expected.add(name + ".shape I64 [2]");
          expected.add(name + ".values [" + kept + "]");
          expected.add(name + ".bitmap U8 [" + (n + 7) / 8 + "]");
        } else {
          expected.add(name + " [" + layer.outputs() + ", " + layer.inputs() + "]");
        }
        if (layer.bias() != null) {
          expected.add(layer.name() + ".bias [" + layer.outputs() + "]");
          data += 4L * layer.outputs();
        }
        data += Math.min(sparse, 4L * n);
        assertThat(Encoding.SPARSE.bytes(layer)).isEqualTo(Math.min(sparse, 4L * n));
        assertThat(Encoding.DENSE.bytes(layer)).isEqualTo(4L * n);
      }
      Path file = folder.resolve("sparse");
      ModelFile.write(file, mlp, Encoding.SPARSE);
      Safetensors content = Safetensors.read(file);
      assertThat(content.tensors()).extracting(Tensor::toString).isEqualTo(expected);
      assertThat(content.tensors().stream().mapToLong(Tensor::bytes).sum()).isEqualTo(data);
      Path dense = folder.resolve("dense");
      ModelFile.write(dense, mlp, Encoding.DENSE);
      assertThat(ModelSize.of(mlp, Encoding.SPARSE))
          .isEqualTo(new ModelSize("sparse", Files.size(file), Files.size(dense)));
      assertThat(ModelSize.of(mlp, Encoding.DENSE))
          .isEqualTo(new ModelSize("dense", Files.size(dense), Files.size(dense)));
    }
  }

  @Test
  void a_model_pruned_at_90_percent_takes_at_most_17_percent_of_the_dense_file()
      throws IOException {
    int[] widths = {784, 1000, 1000, 500, 200, 10};
    List<LayerWeights> layers = new ArrayList<>();
    Random random = new Random(90);
    for (int l = 1; l < widths.length; l++) {
      float[] weight = new float[widths[l] * widths[l - 1]];
      boolean output = l == widths.length - 1;
      for (int i = 0; i < weight.length; i++) {
        weight[i] = output || i % 10 == 0 ? random.nextFloat() + 0.5f : 0;
      }
      layers.add(new LayerWeights("" + 2 * (l - 1), widths[l], widths[l - 1], weight, null));
    }
    ModelWeights mlp = new ModelWeights(layers, "unit", Map.of());
    ModelFile.write(folder.resolve("dense"), mlp, Encoding.DENSE);
    ModelFile.write(folder.resolve("sparse"), mlp, Encoding.SPARSE);
    double share =
        (double) Files.size(folder.resolve("sparse")) / Files.size(folder.resolve("dense"));
    assertThat(share).isBetween(0.131, 0.133);
  }

  @Test
  void the_documentation_shows_the_bytes_that_are_written() throws IOException {
    String hex =
        Files.readAllLines(Path.of("docs/model-files.md")).stream()
            .filter(line -> line.matches("    [0-9a-f]{2}( [0-9a-f]{2})+ .*"))
            .map(line -> line.strip().replaceAll("  .*", "").replace(" ", ""))
            .collect(Collectors.joining());
    float[] weight = {0, 1.5f, 0, -0f, 0, 0, 0, 0, -2};
    Path file = folder.resolve("f");
    ModelFile.write(
        file,
        new ModelWeights(List.of(new LayerWeights("0", 3, 3, weight, null)), null, Map.of()),
        Encoding.SPARSE);
    byte[] content = Files.readAllBytes(file);
    byte[] documented = HexFormat.of().parseHex(hex);
    assertThat(documented).hasSize(16 + 12 + 2);
    assertThat(Arrays.copyOfRange(content, content.length - documented.length, content.length))
        .isEqualTo(documented);
  }

  @Test
  void numbered_layers_without_metadata_chain_in_number_order() throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    for (int layer : new int[] {0, 10, 2}) {
      float[] weight = new float[9 * 9];
      weight[layer] = 1;
      tensors.addAll(BitmapWeight.encode(new LayerWeights("" + layer, 9, 9, weight, null)));
    }
    Path file = write(tensors);
    assertThat(ModelFile.read(file).layers())
        .extracting(LayerWeights::name)
        .containsExactly("0", "2", "10");
    assertThat(ModelFile.read(file).layers().get(2).weight()[10]).isOne();
  }

  @Test
  void a_layer_without_a_name_can_be_sparse() {
    float[] weight = new float[40];
    weight[39] = 7;
    ModelWeights mlp =
        new ModelWeights(
            List.of(new LayerWeights("", 5, 8, weight, new float[5])), null, Map.of("a", "b"));
    ModelFile.write(folder.resolve("f"), mlp, Encoding.SPARSE);
    assertThat(Safetensors.read(folder.resolve("f")).tensors())
        .extracting(Tensor::name)
        .containsExactly("weight.shape", "weight.values", "weight.bitmap", "bias");
    assertThat(ModelFile.read(folder.resolve("f"))).usingRecursiveComparison().isEqualTo(mlp);
  }

  @Test
  void nan_among_the_values_is_refused_with_its_place_in_the_weight() throws IOException {
    refused(
        write(parts(new long[] {2, 5}, new float[] {1, Float.NaN}, 0x81, 0)),
        "element 7 of 0.weight [2, 5] is NaN");
  }

  /**
   * Two rows of five: 10 bits in 2 bytes. Each line breaks one thing of a file that can be read.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 5     | 2 | 81       | a bitmap of 1 bytes for 10 elements, which take 2",
        "2 5     | 2 | 81 00 00 | a bitmap of 3 bytes for 10 elements, which take 2",
        "2 5     | 1 | 81 00    | 2 bits are set for 1 values",
        "2 5     | 3 | 81 00    | 2 bits are set for 3 values",
        "2 5     | 2 | 01 04    | a bit is set after the last of 10 elements",
        "2 5     | 2 | 01 80    | a bit is set after the last of 10 elements",
        "2 9     | 2 | 81 00    | a bitmap of 2 bytes for 18 elements, which take 3",
        "0 5     | 2 | 81 00    | the shape [0, 5] is impossible",
        "2 -5    | 2 | 81 00    | the shape [2, -5] is impossible",
        "2 0     | 2 | 81 00    | the shape [2, 0] is impossible",
        "4294967296 4294967296 | 2 | 81 00 | the shape [4294967296, 4294967296] is impossible",
        "9223372036854775807 2 | 2 | 81 00 | the shape [9223372036854775807, 2] is impossible",
        "2147483647 1 | 2 | 81 00 | the shape [2147483647, 1] is impossible",
        "10      | 2 | 81 00    | 0.weight.shape I64 [1] is not two or four I64",
        "2 5 1   | 2 | 81 00    | 0.weight.shape I64 [3] is not two or four I64",
      })
  void broken_parts_are_refused(String shape, int values, String bitmap, String why)
      throws IOException {
    assertThat(ModelFile.read(write(parts(new long[] {2, 5}, new float[2], 0x81, 0))).classes())
        .isEqualTo(2);
    long[] sizes = Arrays.stream(shape.split(" ")).mapToLong(Long::parseLong).toArray();
    int[] bytes =
        Arrays.stream(bitmap.split(" ")).mapToInt(hex -> Integer.parseInt(hex, 16)).toArray();
    refused(write(parts(sizes, new float[values], bytes)), why);
  }

  @Test
  void parts_that_are_missing_doubled_or_of_another_type_are_refused() throws IOException {
    List<Tensor> whole = parts(new long[] {2, 5}, new float[2], 0x81, 0);
    for (int i = 0; i < 3; i++) {
      List<Tensor> two = new ArrayList<>(whole);
      String missing = two.remove(i).name();
      refused(write(two), "of 0.weight is broken: " + missing + " is missing");
    }
    refused(write(List.of(whole.get(1))), "0.weight.shape is missing");
    List<Tensor> both = new ArrayList<>(whole);
    both.add(new Tensor("0.weight", new int[] {2, 5}, new float[10]));
    refused(write(both), "of 0.weight is broken: it is there as it is, too");
    refused(
        write(with(whole, 0, new Tensor("0.weight.shape", new int[] {2}, new float[] {2, 5}))),
        "0.weight.shape [2] is not two or four I64");
    refused(
        write(
            with(
                whole,
                1,
                new Tensor("0.weight.values", new int[] {2}, new Elements.Bytes(new byte[2])))),
        "0.weight.values U8 [2] is not a row of floats");
    refused(
        write(with(whole, 1, new Tensor("0.weight.values", new int[] {1, 2}, new float[2]))),
        "0.weight.values [1, 2] is not a row of floats");
    refused(
        write(with(whole, 2, new Tensor("0.weight.bitmap", new int[] {2}, new float[2]))),
        "0.weight.bitmap [2] is not a row of U8");
  }

  @Test
  void whole_numbers_are_no_weight_and_no_bias() throws IOException {
    Tensor bytes = new Tensor("0.weight", new int[] {1, 2}, new Elements.Bytes(new byte[2]));
    refused(
        write(List.of(bytes)),
        "not only weights and biases of convolutions and linear layers: 0.weight U8 [1,");
    refused(
        write(
            List.of(
                new Tensor("0.weight", new int[] {1, 2}, new float[2]),
                new Tensor("0.bias", new int[] {1}, new Elements.Longs(new long[1])))),
        "0.bias I64 [1] is no bias for 0.weight [1, 2]");
  }

  @Test
  void a_sparse_file_cut_anywhere_is_refused() throws IOException, URISyntaxException {
    byte[] whole = Files.readAllBytes(SafetensorsTest.resource("sparse-mlp.safetensors"));
    for (int length = 0; length < whole.length; length++) {
      refused(Files.write(folder.resolve("f"), Arrays.copyOf(whole, length)), "");
    }
  }

  /** Layers of random widths; every finite pattern of bits may come. */
  private static ModelWeights network(Random random, double density) {
    List<LayerWeights> layers = new ArrayList<>();
    int inputs = 1 + random.nextInt(40);
    for (int l = 0; l < 3; l++) {
      int outputs = 1 + random.nextInt(40);
      float[] weight = new float[outputs * inputs];
      for (int i = 0; i < weight.length; i++) {
        weight[i] = random.nextDouble() < density ? value(random) : 0;
      }
      float[] bias = random.nextBoolean() ? new float[outputs] : null;
      for (int i = 0; bias != null && i < outputs; i++) {
        bias[i] = value(random);
      }
      layers.add(new LayerWeights("fc" + l, outputs, inputs, weight, bias));
      inputs = outputs;
    }
    return new ModelWeights(layers, "half", Map.of("pruned", "weight"));
  }

  private static float value(Random random) {
    float value = Float.intBitsToFloat(random.nextInt());
    return switch (random.nextInt(8)) {
      case 0 -> -0f;
      case 1 -> Float.MIN_VALUE;
      default -> Float.isFinite(value) ? value : 1;
    };
  }

  private static long nonzero(float[] values) {
    long count = 0;
    for (float value : values) {
      // 1 / -0 is negative infinity.
      count += value != 0 || 1 / value < 0 ? 1 : 0;
    }
    return count;
  }

  private static void assertSameBits(ModelWeights actual, ModelWeights expected, String drawn) {
    assertThat(actual.layers()).as(drawn).hasSameSizeAs(expected.layers());
    for (int l = 0; l < expected.layers().size(); l++) {
      LayerWeights a = actual.layers().get(l);
      LayerWeights e = expected.layers().get(l);
      assertThat(a.name()).as(drawn).isEqualTo(e.name());
      assertThat(a.outputs()).as(drawn).isEqualTo(e.outputs());
      assertThat(a.inputs()).as(drawn).isEqualTo(e.inputs());
      assertThat(bits(a.weight())).as(drawn).isEqualTo(bits(e.weight()));
      assertThat(bits(a.bias())).as(drawn).isEqualTo(bits(e.bias()));
    }
  }

  private static int[] bits(float[] values) {
    if (values == null) {
      return null;
    }
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  private static List<Tensor> parts(long[] shape, float[] values, int... bitmap) {
    byte[] bytes = new byte[bitmap.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) bitmap[i];
    }
    return List.of(
        new Tensor("0.weight.shape", new int[] {shape.length}, new Elements.Longs(shape)),
        new Tensor("0.weight.values", new int[] {values.length}, values),
        new Tensor("0.weight.bitmap", new int[] {bytes.length}, new Elements.Bytes(bytes)));
  }

  private static List<Tensor> with(List<Tensor> tensors, int index, Tensor other) {
    List<Tensor> changed = new ArrayList<>(tensors);
    changed.set(index, other);
    return changed;
  }

  private Path write(List<Tensor> tensors) throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (var out = Files.newOutputStream(file)) {
      new Safetensors(tensors, Map.of()).write(out);
    }
    return file;
  }

  private static void refused(Path file, String why) {
    FileException e = catchThrowableOfType(FileException.class, () -> ModelFile.read(file));
    assertThat(e).hasMessageStartingWith(file + ": ").hasMessageContaining(why);
    assertThat(e.getMessage()).hasLineCount(1);
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.remedy()).isNotBlank();
  }
}
