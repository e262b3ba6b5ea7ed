package org.prunecl.ops;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.prunecl.opencl.Device;

/** Parameters of the dense product's kernel: a record for each family of kernels. */
public sealed interface GemmTile permits CpuTile, GpuTile {
  /** Whether the device can run the kernel with these parameters, by its own word. */
  boolean runsOn(Device device);

  /** The parameters by name, as tables hold them. */
  default Map<String, Object> named() {
    return Parameters.MAPPER.convertValue(this, Parameters.BY_NAME);
  }

  /**
   * The tile of these parameters.
   *
   * @throws IllegalArgumentException when one is unknown, missing or out of its range
   */
  static GemmTile of(Family family, Map<String, ?> parameters) {
    Class<? extends GemmTile> type = family == Family.CPU ? CpuTile.class : GpuTile.class;
    return Parameters.MAPPER.convertValue(parameters, type);
  }

  /**
   * What a search tries on this device.
   *
   * @param full whether every candidate, or only those likely to be good
   */
  static List<GemmTile> candidates(Device device, Family family, boolean full) {
    List<? extends GemmTile> all =
        family == Family.CPU ? CpuTile.candidates(full) : GpuTile.candidates();
    return all.stream().filter(tile -> tile.runsOn(device)).<GemmTile>map(tile -> tile).toList();
  }

  /** How records become parameters and back; strict, since tables are edited and grow old. */
  final class Parameters {
    private static final TypeReference<Map<String, Object>> BY_NAME = new TypeReference<>() {};
    private static final JsonMapper MAPPER =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private Parameters() {}
  }
}
