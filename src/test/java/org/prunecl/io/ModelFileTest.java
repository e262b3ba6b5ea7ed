package org.prunecl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.prunecl.PruneClException.Kind;

final class ModelFileTest {
  private static final String METADATA =
      "{'schema':1,'kind':'mlp','layers':['z','a'],'activation':'relu','normalize':'half',"
          + "'classes':2,'extra':{}}";

  @TempDir Path folder;

  @Test
  void what_is_written_is_read_back() throws IOException {
    ModelWeights written =
        new ModelWeights(
            List.of(
                new LayerWeights("0", 3, 2, new float[] {1, 2, 3, 4, 5, 6}, new float[] {7, 8, 9}),
                new LayerWeights("2", 1, 3, new float[] {-1, -2, -3}, null)),
            "half",
            Map.of("recipe", "quick", "sparsity", "0.9"));
    Path file = folder.resolve("new/model.safetensors");
    ModelFile.write(file, written, Encoding.DENSE);
    ModelWeights read = ModelFile.read(file);
    assertThat(read).usingRecursiveComparison().isEqualTo(written);
    assertThat(read.inputs()).isEqualTo(2);
    assertThat(read.classes()).isEqualTo(1);
    assertThat(file.getParent().toFile().list()).containsExactly("model.safetensors");
    assertThat(Safetensors.read(file).tensors())
        .extracting(Tensor::toString)
        .containsExactly("0.weight [3, 2]", "0.bias [3]", "2.weight [1, 3]");
  }

  @Test
  void equal_networks_give_equal_files_whatever_the_order_of_their_notes() {
    List<LayerWeights> layers = List.of(new LayerWeights("0", 1, 1, new float[] {1}, null));
    Map<String, String> one = new LinkedHashMap<>();
    one.put("a", "1");
    one.put("b", "2");
    Map<String, String> other = new LinkedHashMap<>();
    other.put("b", "2");
    other.put("a", "1");
    ModelFile.write(folder.resolve("one"), new ModelWeights(layers, null, one), Encoding.DENSE);
    ModelFile.write(folder.resolve("other"), new ModelWeights(layers, null, other), Encoding.DENSE);
    assertThat(folder.resolve("one")).hasSameBinaryContentAs(folder.resolve("other"));
  }

  @Test
  void an_unknown_normalisation_stays_unknown() {
    Path file = folder.resolve("f");
    ModelFile.write(
        file,
        new ModelWeights(
            List.of(new LayerWeights("", 1, 1, new float[1], new float[1])), null, Map.of()),
        Encoding.DENSE);
    assertThat(ModelFile.read(file).normalize()).isNull();
    assertThat(Safetensors.read(file).tensors())
        .extracting(Tensor::name)
        .containsExactly("weight", "bias");
  }

  @Test
  void the_metadata_decides_the_order() throws IOException {
    // Square layers chain in any order.
    Path file = file(METADATA, weight("a", 2, 2), weight("z", 2, 2));
    assertThat(names(ModelFile.read(file))).containsExactly("z", "a");
    assertThat(ModelFile.read(file).normalize()).isEqualTo("half");
  }

  @Test
  void numbered_layers_that_another_implementation_sorted_as_text_come_in_number_order()
      throws URISyntaxException {
    ModelWeights mlp = ModelFile.read(SafetensorsTest.resource("square-mlp.safetensors"));
    assertThat(names(mlp)).containsExactly("0", "2", "4", "6", "8", "10", "12");
    for (int i = 0; i < 7; i++) {
      LayerWeights layer = mlp.layers().get(i);
      assertThat(layer.weight()).containsExactly(i, i, i, i);
      if (i < 6) {
        assertThat(layer.bias()).containsExactly(-i, -i);
      } else {
        assertThat(layer.bias()).isNull();
      }
    }
    assertThat(mlp.normalize()).isNull();
  }

  @Test
  void named_layers_come_in_file_order_when_that_chains() throws IOException {
    Path file = file(null, weight("in", 5, 7), weight("hidden", 5, 5), weight("head", 3, 5));
    assertThat(names(ModelFile.read(file))).containsExactly("in", "hidden", "head");
  }

  @Test
  void layers_come_in_natural_order_when_the_file_order_does_not_chain() throws IOException {
    Path file =
        file(
            null,
            weight("net.fc10.out", 3, 4),
            weight("net.fc2.linear", 4, 5),
            weight("net.fc1.linear", 5, 7));
    assertThat(names(ModelFile.read(file)))
        .containsExactly("net.fc1.linear", "net.fc2.linear", "net.fc10.out");
  }

  @Test
  void weights_that_do_not_chain_are_refused_with_their_shapes() throws IOException {
    refused(
        file(null, weight("0", 1000, 784), weight("2", 10, 500)),
        "don't chain: 0.weight [1000, 784], 2.weight [10, 500]");
  }

  @Test
  void tensors_of_other_layers_are_refused() throws IOException {
    refused(
        file(null, new Tensor("conv.weight", new int[] {1, 1, 3}, new float[3])),
        "conv.weight [1, 1, 3]");
    refused(
        file(null, new Tensor("conv.weight", new int[] {1, 1, 3, 3, 3}, new float[27])),
        "conv.weight [1, 1, 3, 3, 3]");
    refused(file(null, weight("0", 2, 2), tensor("1.weight", 2)), "1.weight [2]");
    refused(file(null, weight("0", 2, 2), tensor("1.bias", 2)), "1.bias [2]");
    refused(file(null, weight("0", 2, 2), tensor("0.scale", 2)), "0.scale [2]");
    refused(file(null, new Tensor("0.weight", new int[] {0, 2}, new float[0])), "[0, 2]");
    refused(file(null), "no tensors");
  }

  @Test
  void a_bias_of_the_wrong_size_is_refused() throws IOException {
    refused(file(null, weight("0", 2, 3), tensor("0.bias", 3)), "0.bias [3] is no bias");
  }

  @Test
  void nan_and_infinity_are_refused_with_the_tensor_that_holds_them() throws IOException {
    Tensor weight = weight("0", 2, 2);
    SafetensorsTest.floats(weight)[3] = Float.NaN;
    refused(file(null, weight), "element 3 of 0.weight [2, 2] is NaN");
    Tensor bias = tensor("0.bias", 2);
    SafetensorsTest.floats(bias)[0] = Float.NEGATIVE_INFINITY;
    refused(file(null, weight("0", 2, 2), bias), "element 0 of 0.bias [2] is -Infinity");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'schema':1 | 'schema':2 | has schema 2",
        "'mlp' | 'cnn' | kind cnn",
        "'relu' | 'tanh' | activation tanh",
        "'classes':2 | 'classes':3 | says 3 classes",
        "['z','a'] | ['z'] | names the layers [z]",
        "['z','a'] | ['z','a','a'] | names the layers [z, a, a]",
        "['z','a'] | ['z','b'] | names the layers [z, b]",
        "['z','a'] | ['z',null] | not the expected JSON",
        "'extra' | 7 | not the expected JSON",
      })
  void metadata_that_does_not_fit_is_refused(String from, String to, String why)
      throws IOException {
    assertThat(METADATA).contains(from);
    Path file = file(METADATA.replace(from, to), weight("a", 2, 2), weight("z", 2, 2));
    refused(file, why);
  }

  @Test
  void metadata_may_hold_fields_of_later_versions() throws IOException {
    Path file =
        file(
            METADATA.replace("{'schema'", "{'new':[1],'schema'"),
            weight("a", 2, 2),
            weight("z", 2, 2));
    assertThat(ModelFile.read(file).classes()).isEqualTo(2);
  }

  @Test
  void an_order_in_the_metadata_that_does_not_chain_is_refused() throws IOException {
    refused(file(METADATA, weight("a", 2, 3), weight("z", 2, 3)), "don't chain");
  }

  @Test
  void a_place_that_cannot_be_written_is_refused() throws IOException {
    Path regular = Files.writeString(folder.resolve("regular"), "kept");
    ModelWeights mlp =
        new ModelWeights(List.of(new LayerWeights("0", 1, 1, new float[1], null)), null, Map.of());
    FileException e =
        catchThrowableOfType(
            FileException.class,
            () -> ModelFile.write(regular.resolve("model"), mlp, Encoding.DENSE));
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e).hasMessageContaining("can't be written");
    assertThat(regular).hasContent("kept");
  }

  private static List<String> names(ModelWeights mlp) {
    return mlp.layers().stream().map(LayerWeights::name).toList();
  }

  private static Tensor weight(String layer, int outputs, int inputs) {
    return new Tensor(layer + ".weight", new int[] {outputs, inputs}, new float[outputs * inputs]);
  }

  private static Tensor tensor(String name, int size) {
    return new Tensor(name, new int[] {size}, new float[size]);
  }

  private Path file(String metadata, Tensor... tensors) throws IOException {
    return write(folder.resolve("model.safetensors"), metadata, tensors);
  }

  static Path write(Path file, String metadata, Tensor... tensors) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      new Safetensors(
              Arrays.asList(tensors),
              metadata == null ? Map.of() : Map.of("prunecl", metadata.replace('\'', '"')))
          .write(out);
    }
    return file;
  }

  static void refused(Path file, String why) {
    FileException e = catchThrowableOfType(FileException.class, () -> ModelFile.read(file));
    assertThat(e).hasMessageStartingWith(file + ": ").hasMessageContaining(why);
    assertThat(e.getMessage()).hasLineCount(1);
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.remedy()).isNotBlank();
  }
}
