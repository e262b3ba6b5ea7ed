package org.prunecl.opencl;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.prunecl.PruneClException.Kind;

/**
 * Which device to use, and which ones to fall back to.
 *
 * <p>Without a wish: GPU, then accelerator, then CPU, each in the order in which {@code prunecl
 * devices} lists them. One that is the {@link Device#inline() inline} partner of another is chosen
 * only when it is wished for and no other fits. A wish is {@code P:D} indices, a type, or a part of
 * the device's or platform's name.
 *
 * @param candidates the devices to try in turn, the chosen one first; never empty
 * @param named whether the user named the device; then it is never replaced
 * @param reason why the first candidate was chosen, in words for the user
 */
public record DeviceChoice(List<Device> candidates, boolean named, String reason) {
  private static final Pattern INDICES = Pattern.compile("(\\d+):(\\d+)");

  /** Makes the list unmodifiable. */
  public DeviceChoice {
    candidates = List.copyOf(candidates);
  }

  /** The device that is tried first. */
  public Device preferred() {
    return candidates.get(0);
  }

  /**
   * Chooses among the devices of these platforms.
   *
   * @param option value of {@code --device}, or null
   * @param environment value of {@code PRUNECL_DEVICE}, or null; the option wins
   * @throws OpenClException when there is no device, or none that the wish fits
   */
  public static DeviceChoice among(List<Platform> platforms, String option, String environment) {
    List<Device> all =
        platforms.stream()
            .flatMap(platform -> platform.devices().stream())
            .filter(device -> device.type() != DeviceType.CUSTOM)
            .sorted(Comparator.comparing(Device::type))
            .toList();
    List<Device> partners =
        all.stream().flatMap(device -> device.inline().stream()).distinct().toList();
    List<Device> ranked = all.stream().filter(device -> !partners.contains(device)).toList();
    if (ranked.isEmpty()) {
      throw new OpenClException(
          Kind.SETUP, "No OpenCL device was found.", Platforms.installHint(), null);
    }
    String source = option != null ? "--device" : "PRUNECL_DEVICE";
    String wish = option != null ? option : Optional.ofNullable(environment).orElse("");
    if (option == null && wish.isBlank()) {
      return new DeviceChoice(ranked, false, defaultReason(ranked));
    }
    List<Device> fitting = fitting(ranked, wish.strip());
    if (fitting.isEmpty()) {
      fitting = fitting(partners, wish.strip());
    }
    if (fitting.isEmpty()) {
      throw new OpenClException(
          Kind.SETUP,
          source + " " + wish + " matches no OpenCL device.",
          "Choose one of: "
              + all.stream().map(Device::describe).collect(Collectors.joining(", "))
              + "; or a type (gpu, accelerator, cpu).",
          null);
    }
    String reason = source + " " + wish.strip();
    if (fitting.size() > 1) {
      reason += ", the first of " + fitting.size() + " that match";
    }
    return new DeviceChoice(fitting.subList(0, 1), true, reason);
  }

  private static List<Device> fitting(List<Device> ranked, String wish) {
    Matcher indices = INDICES.matcher(wish);
    if (indices.matches()) {
      return ranked.stream().filter(device -> device.indices().equals(wish)).toList();
    }
    for (DeviceType type : DeviceType.values()) {
      if (type.label().equalsIgnoreCase(wish)) {
        return ranked.stream().filter(device -> device.type() == type).toList();
      }
    }
    String part = wish.toLowerCase(Locale.ROOT);
    if (part.isEmpty()) {
      return List.of();
    }
    List<Device> found =
        new ArrayList<>(
            ranked.stream()
                .filter(device -> device.name().toLowerCase(Locale.ROOT).contains(part))
                .toList());
    Stream<Device> byPlatform =
        ranked.stream()
            .filter(device -> device.platform().toLowerCase(Locale.ROOT).contains(part))
            .filter(device -> !found.contains(device));
    return Stream.concat(found.stream(), byPlatform).toList();
  }

  private static String defaultReason(List<Device> ranked) {
    DeviceType type = ranked.get(0).type();
    long alike = ranked.stream().filter(device -> device.type() == type).count();
    if (ranked.size() == 1) {
      return "the only device";
    }
    return (alike == 1 ? "the only " : "the first of " + alike + " of type ")
        + type.label()
        + "; preferred in the order gpu, accelerator, cpu";
  }
}
