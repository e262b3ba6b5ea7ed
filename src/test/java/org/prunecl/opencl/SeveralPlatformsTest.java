package org.prunecl.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.testing.ChildJvm;

/** The choice among real platforms: PoCL's CPU and Oclgrind, which calls itself a GPU as well. */
final class SeveralPlatformsTest {
  private static final Pattern CPU = Pattern.compile("cpu -> (\\d+:\\d+) (.+) \\(Portable");

  @TempDir Path folder;

  @BeforeEach
  void show_both_drivers_to_the_loader() throws Exception {
    Files.copy(Path.of("/etc/OpenCL/vendors/pocl.icd"), folder.resolve("pocl.icd"));
    Files.writeString(folder.resolve("oclgrind.icd"), ChildJvm.OCLGRIND_DRIVER + "\n");
  }

  @Test
  void the_gpu_is_preferred_and_a_wish_selects_what_it_says() throws Exception {
    Map<String, String> environment = Map.of("OCL_ICD_VENDORS", folder.toString());
    ChildJvm child = ChildJvm.run(ChoicePrinter.class, environment, "-", "cpu", "gpu", "oclgrind");
    assertThat(child.exitCode()).as(child.output()).isZero();
    String simulated = "\\d:0 Oclgrind Simulator \\(Oclgrind, gpu\\) because ";
    assertThat(child.output())
        .containsPattern(
            "- -> " + simulated + "the only gpu; preferred in the order gpu, accelerator, cpu\n")
        .containsPattern("gpu -> " + simulated + "--device gpu\n")
        .containsPattern("oclgrind -> " + simulated + "--device oclgrind\n");
    Matcher cpu = CPU.matcher(child.output());
    assertThat(cpu.find()).as(child.output()).isTrue();

    String indices = cpu.group(1);
    String name = cpu.group(2);
    ChildJvm again = ChildJvm.run(ChoicePrinter.class, environment, indices, name);
    assertThat(again.output())
        .contains(indices + " -> " + indices + " " + name)
        .contains(name + " -> " + indices + " " + name);
  }

  @Test
  void the_environment_names_a_device_and_the_option_wins() throws Exception {
    ChildJvm child =
        ChildJvm.run(
            ChoicePrinter.class,
            Map.of("OCL_ICD_VENDORS", folder.toString(), "PRUNECL_DEVICE", "portable"),
            "-",
            "gpu");
    assertThat(child.output())
        .containsPattern("- -> .*, cpu\\) because PRUNECL_DEVICE portable\n")
        .containsPattern("gpu -> .*, gpu\\) because --device gpu\n");
  }
}
