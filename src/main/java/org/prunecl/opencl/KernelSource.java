package org.prunecl.opencl;

import static java.util.regex.Matcher.quoteReplacement;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One kernel file with its build parameters: what is compiled into one program.
 *
 * @param file name within {@code kernels-cl}, such as {@code "gemm_cpu.cl"}
 * @param parameters preprocessor definitions, {@code -D name=value}
 */
public record KernelSource(String file, Map<String, Object> parameters) {
  private static final Pattern INCLUDE =
      Pattern.compile("^#include \"(\\w+\\.cl)\"$", Pattern.MULTILINE);

  /** Makes the parameters unmodifiable and sorts them, so that equal ones build one program. */
  public KernelSource {
    parameters = java.util.Collections.unmodifiableMap(new TreeMap<>(parameters));
  }

  /** A kernel file without parameters. */
  public static KernelSource of(String file) {
    return new KernelSource(file, Map.of());
  }

  /** A kernel file with parameters. */
  public static KernelSource of(String file, Map<String, ?> parameters) {
    return new KernelSource(file, Map.copyOf(parameters));
  }

  /** The same file with one more parameter. */
  public KernelSource with(String name, Object value) {
    Map<String, Object> more = new TreeMap<>(parameters);
    more.put(name, value);
    return new KernelSource(file, more);
  }

  /** The OpenCL C text, with the text of each kernel file that it includes in its place. */
  public String text() {
    return INCLUDE.matcher(read(file)).replaceAll(match -> quoteReplacement(read(match.group(1))));
  }

  private static String read(String file) {
    String path = "/kernels-cl/" + file;
    try (InputStream in = KernelSource.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("No kernel file " + path + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SHA-256 of the text, in hexadecimal digits. */
  public String digest() {
    return digest(List.of(file));
  }

  /** SHA-256 of the texts of several kernel files, in hexadecimal digits. */
  public static String digest(List<String> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String file : files) {
        digest.update(of(file).text().getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Build options: the device's own language version, the parameters, and no warnings, which some
   * drivers print among the program's own output. Never the relaxed-math ones: they let the
   * compiler assume that NaN and infinity don't occur. Numbers below 1.2e-38 may count as zero:
   * moments of weights and gradients of samples that have nothing left to learn fall to there,
   * where many processors are slow.
   */
  String options(Device device) {
    String always = "-w -cl-denorms-are-zero -cl-std=CL" + device.languageVersion() + " ";
    return parameters.entrySet().stream()
        .map(entry -> "-D " + entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" ", always, ""))
        .strip();
  }
}
