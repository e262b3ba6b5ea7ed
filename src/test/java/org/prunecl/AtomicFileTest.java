package org.prunecl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void a_file_is_replaced_and_nothing_else_is_left() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.writeString(file, "old");
    AtomicFile.write(file, out -> out.write("new".getBytes(UTF_8)));
    assertThat(file).hasContent("new");
    assertThat(folder.toFile().list()).containsExactly("a.txt");
  }

  @Test
  void a_failure_leaves_the_old_file_and_no_temporary_one() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.writeString(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("disk on fire");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk on fire");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("a.txt");
  }

  @Test
  void the_file_is_not_there_before_it_is_complete() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFile.write(
        file,
        out -> {
          out.write(1);
          out.flush();
          assertThat(file).doesNotExist();
          assertThat(folder.toFile().list())
              .as("what looks for files by their names finds none")
              .singleElement()
              .asString()
              .startsWith(".")
              .doesNotContain("a.txt");
        });
    assertThat(file).hasBinaryContent(new byte[] {1});
  }

  @Test
  void the_file_has_the_permissions_of_any_new_file() throws IOException {
    Path ordinary = Files.writeString(folder.resolve("ordinary"), "");
    Path file = folder.resolve("a.txt");
    AtomicFile.write(file, out -> {});
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(Files.getPosixFilePermissions(ordinary));
  }
}
