package org.prunecl.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.prunecl.opencl.KernelSource;

/**
 * An Intel GPU, by the driver's own compiler, run offline.
 *
 * @param chip ocloc's name of it
 */
record IntelTarget(String chip) implements Target {
  /** Its attempts: where a kernel spills, it is compiled once more, in another way, and kept. */
  private static final Pattern ATTEMPT =
      Pattern.compile("(OCL_asm[0-9a-f]+)(?:_(\\d+))?_simd(\\d+)_entry_(\\d+)\\.asm");

  @Override
  public String name() {
    return "Intel " + chip;
  }

  @Override
  public String missing() {
    return Command.exists("ocloc") ? null : "ocloc (intel-opencl-icd)";
  }

  @Override
  public List<Resources> compile(KernelSource source, Path folder) throws CompileException {
    try {
      Files.writeString(folder.resolve(source.file()), source.text());
      List<String> options = new ArrayList<>(List.of("-cl-std=CL1.2"));
      options.addAll(Clang.definitions(source));
      Path dump = Files.createDirectory(folder.resolve("dump"));
      Command.run(
          folder,
          Map.of("IGC_ShaderDumpEnable", "1", "IGC_DumpToCustomDir", dump.toString()),
          List.of(
              "ocloc",
              "compile",
              "-file",
              source.file(),
              "-device",
              chip,
              "-options",
              String.join(" ", options)));
      List<Resources> kernels = new ArrayList<>();
      for (Path assembly : last(files(dump).toList())) {
        Path code = dump.resolve(code(assembly.getFileName().toString()));
        kernels.add(IntelAssembly.read(Files.readString(assembly), Files.readString(code)));
      }
      return kernels;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    }
  }

  /**
   * The file with the code of the same attempt: a later one may keep in memory what an earlier one
   * wanted in registers.
   */
  static String code(String assembly) {
    Matcher name = ATTEMPT.matcher(assembly);
    if (!name.matches()) {
      throw new IllegalArgumentException("No assembly: " + assembly);
    }
    String attempt = name.group(2) == null ? "" : "_" + name.group(2);
    return name.group(1) + "_codegen" + attempt + ".ll";
  }

  /** Of each kernel's attempts, the last. */
  static List<Path> last(List<Path> files) {
    Map<Integer, Path> last = new TreeMap<>();
    files.stream()
        .filter(file -> ATTEMPT.matcher(file.getFileName().toString()).matches())
        .sorted(Comparator.comparing(IntelTarget::attempt))
        .forEach(file -> last.put(number(file, 4), file));
    return List.copyOf(last.values());
  }

  private static int attempt(Path file) {
    return 1000 * number(file, 2) + number(file, 3);
  }

  private static int number(Path file, int group) {
    Matcher name = ATTEMPT.matcher(file.getFileName().toString());
    return name.matches() && name.group(group) != null ? Integer.parseInt(name.group(group)) : 0;
  }
}
