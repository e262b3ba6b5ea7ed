package org.prunecl.lab;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.prunecl.AtomicFile;
import org.prunecl.PruneClException;
import org.prunecl.nn.LayerShape;
import org.prunecl.opencl.Device;
import org.prunecl.ops.Family;
import org.prunecl.ops.SparseForm;

/**
 * How long each form of a layer took on one device, measured by earlier runs: a readable JSON file
 * beside the tuned parameters in the user's cache folder. It holds for one device, driver and
 * kernel text; one that does not hold, or can't be read, is begun anew.
 */
public final class PlanFile {
  private static final int SCHEMA = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * Layers that are alike: sparsity to one percent, zeros among the inputs to ten.
   *
   * @param rows outputs, or filters
   * @param cols weights of each
   * @param batch samples at a time
   * @param sparsityPercent zeros among the weights
   * @param zerosPercent zeros among the inputs
   * @param convolution image, kernel and pooling, or null where it is fully connected
   */
  record Key(
      int rows,
      int cols,
      int batch,
      int sparsityPercent,
      int zerosPercent,
      @JsonInclude(JsonInclude.Include.NON_NULL) String convolution) {

    static Key of(LayerShape shape, int batch, double sparsity, double zeros) {
      return new Key(
          shape.outputs(),
          shape.inputs(),
          batch,
          (int) Math.round(100 * sparsity),
          10 * (int) Math.round(10 * zeros),
          shape.convolution() == null ? null : shape.convolution().label());
    }
  }

  /** What the file holds. */
  private record Table(int schema, DeviceInfo device, String sources, List<Entry> layers) {}

  /** The median time of one product in each form, milliseconds, by the form's name. */
  private record Entry(Key layer, Map<String, Double> medianMs) {}

  private final Path path;
  private final DeviceInfo device;
  private final String sources;
  private final Map<Key, Map<String, Double>> times = new HashMap<>();
  private boolean changed;
  private boolean told;

  /**
   * Reads what is known about the device.
   *
   * @param tuned the dense products' parameters in use, if they are tuned: they have a file of
   *     their own
   * @param warnings told in one line why the file is ignored
   */
  static PlanFile of(
      Device device, Map<String, Map<String, Object>> tuned, Consumer<String> warnings) {
    Path tuning = TuningFile.of(device).path();
    String kind = tuned.isEmpty() ? "forms" : String.format("forms-%08x", tuned.hashCode());
    if (device.inline().isPresent()) {
      // Short launches take less time with it.
      kind += "-inline";
    }
    String name = tuning.getFileName().toString().replaceAll("\\.json$", "-" + kind + ".json");
    return new PlanFile(tuning.resolveSibling(name), device, warnings);
  }

  private PlanFile() {
    this.path = null;
    this.device = null;
    this.sources = null;
  }

  /** Nothing known, and nothing written. */
  static PlanFile none() {
    return new PlanFile();
  }

  PlanFile(Path path, Device device, Consumer<String> warnings) {
    this.path = path;
    this.device = DeviceInfo.of(device);
    this.sources = SparseForm.sourceDigest(Family.of(device.type()));
    if (!Files.exists(path)) {
      return;
    }
    try {
      Table table = MAPPER.readValue(Files.readAllBytes(path), Table.class);
      if (table == null || table.layers == null || table.device == null) {
        throw new IOException("parts of it are missing");
      }
      if (table.schema == SCHEMA
          && table.device.equals(this.device)
          && sources.equals(table.sources)) {
        for (Entry entry : table.layers) {
          if (entry == null || entry.layer == null || !sane(entry.medianMs)) {
            throw new IOException("parts of it are missing");
          }
          times.put(entry.layer, entry.medianMs);
        }
      }
    } catch (IOException e) {
      times.clear();
      warnings.accept(
          path + " is begun anew, it can't be read: " + firstLine(PruneClException.reason(e)));
    }
  }

  private static boolean sane(Map<String, Double> medians) {
    return medians != null
        && medians.values().stream().allMatch(ms -> ms != null && ms > 0 && ms < 1e9);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }

  /** Where the file is. */
  public Path path() {
    return path;
  }

  /** What is known about such a layer: the time of each form; nothing if it is new. */
  Map<String, Double> times(Key key) {
    return times.getOrDefault(key, Map.of());
  }

  void remember(Key key, Map<String, Double> medians) {
    times.put(key, Map.copyOf(medians));
    changed = true;
  }

  /**
   * Writes the file if there is news.
   *
   * @param warnings told in one line the first time that it can't be written; that does no harm
   */
  public void store(Consumer<String> warnings) {
    if (!changed || path == null) {
      return;
    }
    List<Entry> entries = new ArrayList<>();
    new TreeMap<String, Key>(
            times.keySet().stream().collect(Collectors.toMap(Key::toString, key -> key)))
        .values()
        .forEach(key -> entries.add(new Entry(key, new TreeMap<>(times.get(key)))));
    try {
      Files.createDirectories(path.getParent());
      byte[] text = MAPPER.writeValueAsBytes(new Table(SCHEMA, device, sources, entries));
      AtomicFile.write(
          path,
          out -> {
            out.write(text);
            out.write('\n');
          });
      changed = false;
    } catch (IOException e) {
      if (!told) {
        warnings.accept(path + " can't be written: " + firstLine(PruneClException.reason(e)));
      }
      told = true;
    }
  }
}
