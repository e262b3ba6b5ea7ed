package org.prunecl.opencl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.prunecl.AtomicFile;
import org.prunecl.CacheFolder;
import org.prunecl.PruneClException;
import org.prunecl.PruneClException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Programs as a driver built them, kept in files from one run to the next. Whatever is wrong with a
 * file or with the folder costs a build from source and nothing else.
 *
 * @param folder where the files lie, or null to keep nothing; it need not exist
 */
record ProgramCache(Path folder) {
  /** The environment variable that switches the cache: {@code on}, {@code off} or {@code auto}. */
  static final String SWITCH = "PRUNECL_PROGRAM_CACHE";

  /** The environment variable that names the folder. */
  static final String FOLDER = "PRUNECL_PROGRAM_CACHE_DIR";

  /** Keeps nothing. */
  static final ProgramCache OFF = new ProgramCache(null);

  /**
   * Platforms that keep what they build themselves: PoCL and Mesa's rusticl the machine code, of
   * which the binaries that they hand out lack the part that takes longest; NVIDIA and Apple all.
   * Oclgrind has nothing to build.
   */
  private static final List<String> CACHING =
      List.of(Platforms.POCL, "rusticl", "NVIDIA CUDA", "Apple", "Oclgrind");

  private static final Logger LOG = LoggerFactory.getLogger(ProgramCache.class);

  /** The cache for a device, as the environment and the device's driver want it. */
  static ProgramCache of(Device device) {
    return of(device, System.getenv());
  }

  /**
   * Likewise for a given environment.
   *
   * @throws OpenClException of kind INPUT when the switch is none of its values
   */
  static ProgramCache of(Device device, Map<String, String> environment) {
    boolean on =
        switch (environment.getOrDefault(SWITCH, "auto")) {
          case "on" -> true;
          case "off" -> false;
          case "auto", "" -> !CACHING.contains(device.platform());
          default ->
              throw new OpenClException(
                  Kind.INPUT,
                  SWITCH + " is '" + environment.get(SWITCH) + "'.",
                  "Set it to on, off or auto.",
                  null);
        };
    String named = environment.getOrDefault(FOLDER, "");
    Path folder = named.isEmpty() ? CacheFolder.locate().resolve("programs") : Path.of(named);
    return on ? new ProgramCache(folder) : OFF;
  }

  /**
   * What a program's binary depends on, as the name of its file.
   *
   * @param platformVersion the version of the platform, which is that of the compiler
   */
  static String key(Device device, String platformVersion, String options, String text) {
    MessageDigest digest = sha256();
    for (String part :
        List.of(
            device.platform(),
            platformVersion,
            device.name(),
            device.version(),
            device.driver(),
            options,
            text)) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The binary kept under this key, if there is one and it is whole. */
  Optional<byte[]> read(String key) {
    if (folder == null) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file(key))) {
      byte[] expected = in.readNBytes(sha256().getDigestLength());
      byte[] binary = in.readAllBytes();
      // A driver may crash on a binary that isn't as it wrote it.
      if (MessageDigest.isEqual(expected, digest(key, binary))) {
        return Optional.of(binary);
      }
      LOG.debug("{} is damaged", file(key));
    } catch (NoSuchFileException e) {
      LOG.debug("{} is not there yet", file(key));
    } catch (IOException e) {
      LOG.debug("{} can't be read: {}", file(key), PruneClException.reason(e));
    }
    return Optional.empty();
  }

  /** Keeps a binary under this key, in place of one that was there. */
  void write(String key, byte[] binary) {
    if (folder == null) {
      return;
    }
    try {
      Files.createDirectories(folder);
      AtomicFile.write(
          file(key),
          out -> {
            out.write(digest(key, binary));
            out.write(binary);
          });
    } catch (IOException e) {
      LOG.debug("{} can't be written: {}", file(key), PruneClException.reason(e));
    }
  }

  private Path file(String key) {
    return folder.resolve(key + ".bin");
  }

  private static byte[] digest(String key, byte[] binary) {
    MessageDigest digest = sha256();
    digest.update(key.getBytes(StandardCharsets.UTF_8));
    return digest.digest(binary);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
