package org.prunecl.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON header of a safetensors file.
 *
 * @param entries in the order of the header
 * @param metadata strings by name
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
  private static final String METADATA = "__metadata__";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Where a tensor lies.
   *
   * @param name its name
   * @param type of its elements
   * @param shape sizes of the dimensions
   * @param elements what they multiply to
   * @param begin offset of its first byte in the data after the header
   */
  @SuppressWarnings("ArrayRecordComponent") // compared with nothing
  record Entry(String name, ElementType type, int[] shape, int elements, long begin) {
    long end() {
      return begin + (long) elements * type.bytes();
    }
  }

  /** What is wrong with a header, without the name of the file. */
  static final class BadHeaderException extends Exception {
    private static final long serialVersionUID = 1L;

    BadHeaderException(String message) {
      super(message);
    }
  }

  /**
   * Reads and checks a header.
   *
   * @param bytes the header, padding included
   * @param dataBytes length of the data that follows, which the tensors must cover without gap or
   *     overlap
   */
  static SafetensorsHeader parse(byte[] bytes, long dataBytes) throws BadHeaderException {
    JsonNode root;
    try {
      // Decoded here, since the parser would also take UTF-16 and UTF-32.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      root = JSON.readTree(text);
    } catch (CharacterCodingException e) {
      throw new BadHeaderException("the header is not UTF-8");
    } catch (JsonProcessingException e) {
      throw new BadHeaderException("the header is not valid JSON (" + oneLine(e) + ")");
    }
    if (!root.isObject()) {
      throw new BadHeaderException("the header is not a JSON object");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals(METADATA)) {
        readMetadata(field.getValue(), metadata);
      } else {
        entries.add(entry(field.getKey(), field.getValue()));
      }
    }
    checkCoverage(entries, dataBytes);
    return new SafetensorsHeader(entries, metadata);
  }

  /**
   * Tensors in the order in which their elements are written: larger elements first, so that each
   * lies at a multiple of its size, else as given.
   */
  static List<Tensor> byPlace(List<Tensor> tensors) {
    return tensors.stream()
        .sorted(Comparator.comparingInt(tensor -> -tensor.elements().bytes()))
        .toList();
  }

  /** The header of tensors that lie {@link #byPlace}, padded to a multiple of 8. */
  static byte[] format(List<Tensor> tensors, Map<String, String> metadata) {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode strings = root.putObject(METADATA);
      metadata.forEach(strings::put);
    }
    Map<String, Long> begins = new HashMap<>();
    long offset = 0;
    for (Tensor tensor : byPlace(tensors)) {
      begins.put(tensor.name(), offset);
      offset += tensor.bytes();
    }
    for (Tensor tensor : tensors) {
      ObjectNode entry = root.putObject(tensor.name());
      entry.put("dtype", tensor.elements().dtype());
      ArrayNode shape = entry.putArray("shape");
      Arrays.stream(tensor.shape()).forEach(shape::add);
      long begin = begins.get(tensor.name());
      entry.putArray("data_offsets").add(begin).add(begin + tensor.bytes());
    }
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    int length = (json.length + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    byte[] padded = Arrays.copyOf(json, length);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void readMetadata(JsonNode node, Map<String, String> into)
      throws BadHeaderException {
    if (!node.isObject()) {
      throw new BadHeaderException(METADATA + " is not a JSON object");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getValue().isTextual()) {
        throw new BadHeaderException(METADATA + " '" + field.getKey() + "' is not a string");
      }
      into.put(field.getKey(), field.getValue().textValue());
    }
  }

  private static Entry entry(String name, JsonNode node) throws BadHeaderException {
    String tensor = "tensor '" + name + "' ";
    JsonNode dtype = node.path("dtype");
    if (!dtype.isTextual()) {
      throw new BadHeaderException(tensor + "has no dtype");
    }
    ElementType type =
        ElementType.ALL.stream()
            .filter(known -> known.name().equals(dtype.textValue()))
            .findFirst()
            .orElseThrow(
                () ->
                    new BadHeaderException(
                        tensor
                            + "has dtype "
                            + dtype.textValue()
                            + "; "
                            + ElementType.ALL
                            + " are read"));
    long[] shape = integers(node.path("shape"), tensor + "has a bad shape");
    long[] offsets = integers(node.path("data_offsets"), tensor + "has bad data_offsets");
    long elements =
        elements(shape)
            .orElseThrow(
                () -> new BadHeaderException(tensor + "has the impossible shape " + text(shape)));
    if (offsets.length != 2 || offsets[1] - offsets[0] != elements * type.bytes()) {
      throw new BadHeaderException(
          "%sof shape %s and dtype %s takes %d bytes, but has data_offsets %s"
              .formatted(tensor, text(shape), type, elements * type.bytes(), text(offsets)));
    }
    return new Entry(
        name,
        type,
        Arrays.stream(shape).mapToInt(Math::toIntExact).toArray(),
        (int) elements,
        offsets[0]);
  }

  /** The numbers of an array of integers of 0 or more. */
  private static long[] integers(JsonNode node, String complaint) throws BadHeaderException {
    long[] numbers = new long[node.size()];
    boolean good = node.isArray();
    for (int i = 0; good && i < numbers.length; i++) {
      JsonNode number = node.get(i);
      good = number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0;
      numbers[i] = number.longValue();
    }
    if (!good) {
      throw new BadHeaderException(complaint + ": " + shortened(node.toString()));
    }
    return numbers;
  }

  /** What the sizes multiply to; empty if they or a partial product exceed an array's size. */
  private static Optional<Long> elements(long[] shape) {
    long product = 1;
    for (long size : shape) {
      if (size > Integer.MAX_VALUE) {
        return Optional.empty();
      }
      product *= size;
      if (product > Integer.MAX_VALUE - 8) {
        return Optional.empty();
      }
    }
    return Optional.of(product);
  }

  private static void checkCoverage(List<Entry> entries, long dataBytes) throws BadHeaderException {
    List<Entry> byPlace = new ArrayList<>(entries);
    byPlace.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long covered = 0;
    for (Entry entry : byPlace) {
      if (entry.begin() != covered) {
        throw new BadHeaderException(
            "tensor '%s' begins at byte %d of the data, %s the one before, which ends at %d"
                .formatted(
                    entry.name(),
                    entry.begin(),
                    entry.begin() < covered ? "inside" : "leaving a hole after",
                    covered));
      }
      covered = entry.end();
    }
    if (covered != dataBytes) {
      throw new BadHeaderException(
          "the tensors take %d bytes, the file holds %d".formatted(covered, dataBytes));
    }
  }

  private static String text(long[] numbers) {
    return shortened(Arrays.toString(numbers));
  }

  private static String oneLine(JsonProcessingException e) {
    return shortened(e.getOriginalMessage().lines().findFirst().orElse("unreadable"));
  }

  private static String shortened(String text) {
    return text.length() <= 120 ? text : text.substring(0, 119) + "…";
  }
}
