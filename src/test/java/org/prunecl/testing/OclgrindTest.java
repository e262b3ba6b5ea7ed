package org.prunecl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the check after each test finds faults: planted ones, in a JVM that sees Oclgrind alone. */
final class OclgrindTest {
  @TempDir Path folder;

  @Test
  void planted_faults_are_reported_and_what_is_right_is_not() throws Exception {
    Files.writeString(folder.resolve("oclgrind.icd"), ChildJvm.OCLGRIND_DRIVER + "\n");
    Path log = folder.resolve("report.log");
    ChildJvm child =
        ChildJvm.run(
            PlantedFault.class,
            Map.of(
                "OCL_ICD_VENDORS", folder.toString(),
                "OCLGRIND_LOG", log.toString(),
                "OCLGRIND_BUILD_OPTIONS", "-cl-opt-disable",
                "OCLGRIND_DATA_RACES", "1",
                "OCLGRIND_UNINITIALIZED", "1",
                "OCLGRIND_CHECK_API", "1"),
            "local_exchange",
            "local_race",
            "global_race",
            "uninitialised",
            "out_of_bounds",
            "local_exchange");

    assertThat(child.exitCode()).as(child.output()).isZero();
    String[] reports = child.output().split("(?m)^\\[");
    assertThat(reports).hasSize(7);
    assertThat(reports[1].strip()).isEqualTo("local_exchange]");
    assertThat(reports[2]).contains("race at local memory address", "Kernel: local_race");
    assertThat(reports[3]).contains("race at global memory address", "Kernel: global_race");
    assertThat(reports[4]).contains("Uninitialized value", "Kernel: uninitialised");
    assertThat(reports[5]).contains("Invalid write", "Kernel: out_of_bounds");
    assertThat(reports[6].strip()).isEqualTo("local_exchange]");
    assertThat(Files.readString(log)).contains("Kernel: local_race", "Kernel: out_of_bounds");
  }
}
