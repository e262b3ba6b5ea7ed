package org.prunecl.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.prunecl.PruneClException.Kind;

final class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void every_type_that_another_implementation_wrote_is_read() throws URISyntaxException {
    Safetensors content = Safetensors.read(resource("types.safetensors"));
    assertThat(content.metadata())
        .containsExactlyInAnyOrderEntriesOf(Map.of("made with", "safetensors", "größe", "ü"));
    assertThat(content.tensors())
        .extracting(Tensor::toString)
        .containsExactlyInAnyOrder(
            "double [2, 3]",
            "single [2, 3]",
            "half [2, 3]",
            "brain [2, 3]",
            "scalar []",
            "empty [0, 4]");
    float tiny = 0x1p-24f;
    for (Tensor tensor : content.tensors()) {
      switch (tensor.name()) {
        case "scalar" -> assertThat(floats(tensor)).containsExactly(7.5f);
        case "empty" -> assertThat(floats(tensor)).isEmpty();
        // bfloat16 keeps 8 bits: 65504 cut to 65280.
        case "brain" ->
            assertThat(floats(tensor)).containsExactly(0f, -0f, 1f, -2.5f, 65280f, tiny);
        default -> assertThat(floats(tensor)).containsExactly(0f, -0f, 1f, -2.5f, 65504f, tiny);
      }
    }
  }

  @Test
  void half_floats_include_infinities_and_nan() throws IOException {
    Path file =
        file(
            "{\"x\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}",
            HexFormat.of().parseHex("007c00fc017eff03"));
    assertThat(floats(Safetensors.read(file).tensors().get(0)))
        .containsExactly(
            Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 1023 * 0x1p-24f);
  }

  @Test
  void the_bytes_written_are_those_of_the_specification() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Safetensors(
            List.of(
                new Tensor("b", new int[] {1, 2}, new float[] {1f, -2f}),
                new Tensor("a", new int[] {1}, new float[] {0.5f})),
            Map.of("k", "v"))
        .write(out);
    String json =
        "{\"__metadata__\":{\"k\":\"v\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
    String padded = json + " ".repeat((8 - json.length() % 8) % 8);
    assertThat(out.toByteArray())
        .isEqualTo(
            bytes(padded.length(), padded, HexFormat.of().parseHex("0000803f000000c00000003f")));
  }

  @Test
  void what_is_written_is_read_back_bit_for_bit() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    // More values than one buffer holds, any bits: NaN payloads aside.
    float[] values = new float[200_003];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    Path file = folder.resolve("f");
    try (var out = Files.newOutputStream(file)) {
      new Safetensors(List.of(new Tensor("ü \"x\"", new int[] {values.length}, values)), Map.of())
          .write(out);
    }
    Tensor read = Safetensors.read(file).tensors().get(0);
    assertThat(read.name()).isEqualTo("ü \"x\"");
    assertThat(Arrays.equals(floats(read), values)).as("seed %d", seed).isTrue();
  }

  @Test
  void tensors_may_lie_in_another_order_than_the_header_names_them() throws IOException {
    Path file =
        file(
            "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
                + "\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            HexFormat.of().parseHex("0000803f00000040"));
    List<Tensor> tensors = Safetensors.read(file).tensors();
    assertThat(tensors).extracting(Tensor::name).containsExactly("x", "y");
    assertThat(floats(tensors.get(0))).containsExactly(2f);
    assertThat(floats(tensors.get(1))).containsExactly(1f);
  }

  @Test
  void whole_numbers_that_another_implementation_wrote_are_read() throws URISyntaxException {
    List<Tensor> tensors = Safetensors.read(resource("integers.safetensors")).tensors();
    assertThat(tensors).extracting(Tensor::toString).containsExactly("steps I64 [3]");
    assertThat(((Elements.Longs) tensors.get(0).elements()).values()).containsExactly(0, 1, 2);
  }

  @Test
  void other_types_are_refused_by_name() throws IOException {
    refused(
        file("{\"steps\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]}}", new byte[8]),
        "tensor 'steps' has dtype I32; [F16, BF16, F32, F64, U8, I64] are read");
  }

  @Test
  void elements_of_every_type_lie_aligned_and_are_read_back() throws IOException {
    Path file = folder.resolve("f");
    byte[] bytes = new byte[600_001]; // more than two of the blocks that are read at once
    long[] longs = new long[70_001];
    new Random(3).nextBytes(bytes);
    Arrays.setAll(longs, i -> Long.MIN_VALUE + (long) i * i);
    Safetensors written =
        new Safetensors(
            List.of(
                new Tensor("b", new int[] {bytes.length}, new Elements.Bytes(bytes)),
                new Tensor("f", new int[] {1, 3}, new float[] {1, -0f, 3}),
                new Tensor("l", new int[] {longs.length}, new Elements.Longs(longs))),
            Map.of());
    try (var out = Files.newOutputStream(file)) {
      written.write(out);
    }
    assertThat(Files.size(file)).isEqualTo(written.bytes());
    byte[] content = Files.readAllBytes(file);
    ByteBuffer data = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int start = 8 + (int) data.getLong();
    assertThat(start % 8).isZero();
    assertThat(new String(content, 8, start - 8, UTF_8))
        .contains(
            "\"b\":{\"dtype\":\"U8\",\"shape\":[600001],\"data_offsets\":[560020,1160021]}",
            "\"f\":{\"dtype\":\"F32\",\"shape\":[1,3],\"data_offsets\":[560008,560020]}",
            "\"l\":{\"dtype\":\"I64\",\"shape\":[70001],\"data_offsets\":[0,560008]}");
    assertThat(data.getLong(start + 8)).isEqualTo(Long.MIN_VALUE + 1);
    List<Tensor> read = Safetensors.read(file).tensors();
    assertThat(read).extracting(Tensor::name).containsExactly("b", "f", "l");
    assertThat(((Elements.Bytes) read.get(0).elements()).values()).isEqualTo(bytes);
    assertThat(floats(read.get(1))).containsExactly(1f, -0f, 3f);
    assertThat(((Elements.Longs) read.get(2).elements()).values()).isEqualTo(longs);
  }

  /** Headers for 8 bytes of data; ' stands for ". */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]} | not valid JSON",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} x | not valid JSON",
        "[] | not a JSON object",
        "7 | not a JSON object",
        "` ` | not a JSON object",
        "{} | take 0 bytes, the file holds 8",
        "{'a':3} | 'a' has no dtype",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | Duplicate",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | take 4 bytes, the file holds 8",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} | take 12 bytes",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | leaving a hole",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
            + "'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | inside the one before",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | takes 12 bytes",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | takes 8 bytes",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}} | data_offsets [0]",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}} | bad data_offsets",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,1e1]}} | bad data_offsets",
        "{'a':{'dtype':'F32','shape':[2]}} | bad data_offsets",
        "{'a':{'dtype':'F32','data_offsets':[0,8]}} | bad shape",
        "{'a':{'dtype':'F32','shape':[-2,-1],'data_offsets':[0,8]}} | bad shape",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}} | bad shape",
        "{'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}} | bad shape",
        "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}} | bad shape",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}} | impossible",
        "{'a':{'dtype':'F32','shape':[65536,65536,65536,65536],'data_offsets':[0,8]}}"
            + " | impossible",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':"
            + "[9223372036854775800,9223372036854775807]}} | takes 8 bytes",
        "{'__metadata__':{'x':1}} | '__metadata__' 'x' is not a string",
        "{'__metadata__':[]} | not a JSON object",
      })
  void a_bad_header_is_refused(String header, String why) throws IOException {
    refused(
        file(header.replace('\'', '"'), new byte[8]),
        why.replace("'__metadata__'", "__metadata__"));
  }

  @Test
  void a_header_that_is_not_utf_8_is_refused() throws IOException {
    Path file = folder.resolve("f");
    Files.write(file, new byte[] {4, 0, 0, 0, 0, 0, 0, 0, '{', '"', (byte) 0xff, '}'});
    refused(file, "not UTF-8");
  }

  @Test
  void a_header_longer_than_the_file_is_refused() throws IOException {
    for (long length : new long[] {3, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      refused(
          Files.write(folder.resolve("f"), bytes(length, "{}", new byte[0])),
          "the header would take " + Long.toUnsignedString(length));
    }
  }

  @Test
  void a_file_cut_anywhere_is_refused() throws IOException, URISyntaxException {
    byte[] whole = Files.readAllBytes(resource("square-mlp.safetensors"));
    for (int length = 0; length < whole.length; length++) {
      refused(Files.write(folder.resolve("f"), Arrays.copyOf(whole, length)), "");
    }
    refused(Files.write(folder.resolve("f"), Arrays.copyOf(whole, whole.length + 1)), "take");
  }

  @Test
  void a_missing_file_and_a_folder_are_refused() {
    refused(folder.resolve("absent"), "no such file");
    refused(folder, "can't be read");
  }

  @Test
  void two_tensors_of_one_name_cannot_be_written() {
    Tensor tensor = new Tensor("a", new int[] {1}, new float[1]);
    assertThatThrownBy(() -> new Safetensors(List.of(tensor, tensor), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static float[] floats(Tensor tensor) {
    return ((Elements.Floats) tensor.elements()).values();
  }

  static Path resource(String name) throws URISyntaxException {
    return Path.of(SafetensorsTest.class.getResource("/safetensors/" + name).toURI());
  }

  private static void refused(Path file, String why) {
    FileException e = catchThrowableOfType(FileException.class, () -> Safetensors.read(file));
    assertThat(e).hasMessageStartingWith(file + ": ").hasMessageContaining(why);
    assertThat(e.getMessage()).hasLineCount(1);
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.remedy()).isNotBlank();
  }

  private Path file(String header, byte[] data) throws IOException {
    return Files.write(folder.resolve("f"), bytes(header.getBytes(UTF_8).length, header, data));
  }

  private static byte[] bytes(long headerLength, String header, byte[] data) {
    byte[] json = header.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerLength)
        .put(json)
        .put(data)
        .array();
  }
}
