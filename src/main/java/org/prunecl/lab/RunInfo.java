package org.prunecl.lab;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * What {@code run.json} holds: everything beside the recipe that is needed to repeat a run.
 *
 * @param schema version of this layout: 1
 * @param command the arguments of the program
 * @param seed the seed of the run
 * @param started when, in ISO 8601
 * @param versions of the program, Java, the JVM and the operating system, by name
 * @param device the device and its driver
 * @param inline the device that ran short launches in the calling thread, or null
 * @param deviceReason why this device was chosen
 * @param tuned parameters that were tuned for the device, by class of product; empty unless {@code
 *     --tuned} was given and found some
 * @param dataset SHA-256 of each dataset file's decompressed content, by role
 */
public record RunInfo(
    int schema,
    List<String> command,
    long seed,
    String started,
    Map<String, String> versions,
    DeviceInfo device,
    @JsonInclude(JsonInclude.Include.NON_NULL) String inline,
    String deviceReason,
    Map<String, Map<String, Object>> tuned,
    Map<String, String> dataset) {
  /** The version of the layout that this program writes. */
  public static final int SCHEMA = 1;

  /** Makes the list unmodifiable. */
  public RunInfo {
    command = List.copyOf(command);
  }
}
