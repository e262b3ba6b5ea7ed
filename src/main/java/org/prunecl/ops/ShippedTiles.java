package org.prunecl.ops;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.prunecl.opencl.Device;

/** The parameters that come with the program for devices by their names: {@code tiles.json}. */
final class ShippedTiles {
  /**
   * The parameters of some devices.
   *
   * @param family the family of kernels that they are for: {@code cpu} or {@code gpu}
   * @param devices a regular expression, found in the lower-case names of the devices
   * @param why what these devices have in common
   * @param products the operands of the products that they are for, as {@link ProductClass} names
   *     them; null for all
   * @param parameters as {@link GemmTile#named} has them
   */
  record Row(
      String family,
      String devices,
      String why,
      List<String> products,
      Map<String, Object> parameters) {
    boolean fits(Device device, Family wanted, String operands) {
      return family.equals(wanted.label())
          && (products == null || products.contains(operands))
          && Pattern.compile(devices).matcher(device.name().toLowerCase(Locale.ROOT)).find();
    }
  }

  private ShippedTiles() {}

  /** Those of the first row that fits device and operands, and that the device can run. */
  static Optional<GemmTile> of(Device device, Family family, String operands) {
    return rows().stream()
        .filter(row -> row.fits(device, family, operands))
        .map(row -> GemmTile.of(family, row.parameters))
        .filter(tile -> tile.runsOn(device))
        .findFirst();
  }

  static List<Row> rows() {
    try (InputStream in = ShippedTiles.class.getResourceAsStream("/tiles.json")) {
      return List.of(new JsonMapper().readValue(in, Row[].class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
