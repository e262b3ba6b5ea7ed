package org.prunecl.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.prunecl.AtomicFile;
import org.prunecl.CacheFolder;
import org.prunecl.PruneClException;
import org.prunecl.opencl.Device;
import org.prunecl.ops.Family;
import org.prunecl.ops.GemmTile;
import org.prunecl.ops.ProductClass;
import org.prunecl.ops.Tuning;

/**
 * The user's table of parameters that {@code prunecl tune} measured on one device: a readable JSON
 * file in the cache folder. It holds for one device, driver and kernel text; one that does not
 * hold, or can't be read, is ignored with a warning.
 */
public final class TuningFile {
  private static final int SCHEMA = 1;
  private static final String REMEDY = "; run `prunecl tune` again";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** What the file holds. */
  private record Table(
      int schema, DeviceInfo device, String family, String sources, List<Entry> products) {
    boolean complete() {
      return device != null
          && products != null
          && products.stream()
              .allMatch(
                  entry -> entry != null && entry.product != null && entry.parameters != null);
    }
  }

  /**
   * The parameters of one class of products.
   *
   * @param product the class, as {@link ProductClass} writes it
   * @param parameters by name
   * @param defaultMs what a product took with the default's, milliseconds
   * @param ms what it took with these
   */
  private record Entry(
      String product, Map<String, Object> parameters, double defaultMs, double ms) {}

  private final Path path;
  private final Device device;
  private final Family family;

  /** The file of a device in the user's cache folder. */
  public static TuningFile of(Device device) {
    return new TuningFile(CacheFolder.locate().resolve("tuning"), device, Family.of(device.type()));
  }

  TuningFile(Path folder, Device device, Family family) {
    String name = (device.platform() + " " + device.name()).toLowerCase(Locale.ROOT);
    // Two devices whose names differ in special characters alone are still two.
    this.path =
        folder.resolve(
            String.format(
                "%s-%08x.json",
                name.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", ""), name.hashCode()));
    this.device = device;
    this.family = family;
  }

  /** Where the file is. */
  public Path path() {
    return path;
  }

  /**
   * The parameters for the device: the shipped ones, and over them what the file holds for it.
   *
   * @param warnings told in one line why the file or a part of it is ignored
   */
  public Tuning load(Consumer<String> warnings) {
    Tuning shipped = Tuning.shipped(device, family);
    if (!Files.exists(path)) {
      warnings.accept("nothing was tuned for " + device.name() + "; run `prunecl tune` for it");
      return shipped;
    }
    Table table;
    try {
      table = read();
    } catch (IOException e) {
      warnings.accept(path + " is ignored, " + why(e) + REMEDY);
      return shipped;
    }
    String stale = stale(table);
    if (stale != null) {
      warnings.accept(path + " is ignored, " + stale + REMEDY);
      return shipped;
    }
    return shipped.with(usable(table, warnings));
  }

  private NavigableMap<ProductClass, GemmTile> usable(Table table, Consumer<String> warnings) {
    NavigableMap<ProductClass, GemmTile> tiles = new TreeMap<>();
    // What else it may hold might not even build; a search would not have found it.
    List<GemmTile> known = GemmTile.candidates(device, family, true);
    List<String> refused = new ArrayList<>();
    for (Entry entry : table.products) {
      try {
        GemmTile tile = GemmTile.of(family, entry.parameters);
        if (!known.contains(tile)) {
          throw new IllegalArgumentException(entry.parameters + " is not to be had on the device");
        }
        tiles.put(ProductClass.parse(entry.product), tile);
      } catch (IllegalArgumentException e) {
        refused.add(entry.product + ": " + oneLine(e.getMessage()));
      }
    }
    if (!refused.isEmpty()) {
      warnings.accept(
          String.format(
              "%d of %d entries of %s are ignored (%s)%s",
              refused.size(), table.products.size(), path, refused.get(0), REMEDY));
    }
    return tiles;
  }

  private Table read() throws IOException {
    Table table = MAPPER.readValue(Files.readAllBytes(path), Table.class);
    if (table == null || !table.complete()) {
      throw new IOException("parts of it are missing");
    }
    return table;
  }

  /** Why the table does not hold here, or null. */
  private String stale(Table table) {
    if (table.schema != SCHEMA) {
      return "it has the layout of another version";
    } else if (!table.device.equals(DeviceInfo.of(device))) {
      return "it was measured with another device or driver";
    } else if (!Tuning.sourceDigest(family).equals(table.sources)
        || !family.label().equals(table.family)) {
      return "it was measured with other kernels";
    }
    return null;
  }

  /**
   * Makes the folder of the file.
   *
   * @throws LabException when the file can't be written there
   */
  public void prepare() {
    try {
      Files.createDirectories(path.getParent());
    } catch (IOException e) {
      throw unwritable(e);
    }
    if (!Files.isWritable(path.getParent())) {
      throw LabException.input(path.getParent() + " can't be written to.", remedy());
    }
  }

  /**
   * Writes what was measured; entries for other classes stay as long as they hold.
   *
   * @throws LabException when the file can't be written; then it is as it was
   */
  public void store(TuneResults results) {
    NavigableMap<String, Entry> entries = new TreeMap<>();
    try {
      Table old = read();
      if (stale(old) == null) {
        NavigableMap<ProductClass, GemmTile> usable = usable(old, warning -> {});
        old.products.stream()
            .filter(entry -> usable.containsKey(ProductClass.parse(entry.product)))
            .forEach(entry -> entries.put(entry.product, entry));
      }
    } catch (IOException | IllegalArgumentException e) {
      // There is none, or none that holds.
      entries.clear();
    }
    for (TuneResults.Choice choice : results.products()) {
      entries.put(
          choice.product(),
          new Entry(choice.product(), choice.parameters(), choice.defaultMs(), choice.medianMs()));
    }
    Table table =
        new Table(
            SCHEMA,
            DeviceInfo.of(device),
            family.label(),
            Tuning.sourceDigest(family),
            List.copyOf(entries.values()));
    try {
      AtomicFile.write(
          path,
          out -> {
            out.write(MAPPER.writeValueAsBytes(table));
            out.write('\n');
          });
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private LabException unwritable(IOException e) {
    return LabException.input(
        path + " can't be written: " + PruneClException.reason(e), remedy(), e);
  }

  private static String remedy() {
    return "Name another folder with " + CacheFolder.VARIABLE + ".";
  }

  private static String why(IOException e) {
    return e instanceof JsonProcessingException json
        ? "it is not such a table: " + oneLine(json.getOriginalMessage())
        : oneLine(PruneClException.reason(e));
  }

  private static String oneLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }
}
