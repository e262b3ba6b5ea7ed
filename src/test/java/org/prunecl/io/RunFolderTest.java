package org.prunecl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.PruneClException.Kind;

final class RunFolderTest {
  @TempDir Path folder;

  @Test
  void parents_are_made_and_files_written() {
    RunFolder run = RunFolder.create(folder.resolve("a/b/c"), false);
    run.write("x", out -> out.write(1));
    assertThat(run.path()).isEqualTo(folder.resolve("a/b/c"));
    assertThat(folder.resolve("a/b/c/x")).hasBinaryContent(new byte[] {1});
  }

  @Test
  void an_empty_folder_is_taken_without_force() {
    assertThat(RunFolder.create(folder, false).path()).isEqualTo(folder);
  }

  @Test
  void a_folder_that_holds_something_needs_force() throws IOException {
    Files.writeString(folder.resolve(".hidden"), "");
    FileException e = refused(folder, "not empty");
    assertThat(e.remedy()).contains("--force", "--out");
  }

  @Test
  void with_force_only_what_is_written_is_replaced() throws IOException {
    Files.writeString(folder.resolve("x"), "old");
    Files.writeString(folder.resolve("y"), "old");
    RunFolder.create(folder, true).write("x", out -> out.write('n'));
    assertThat(folder.resolve("x")).hasContent("n");
    assertThat(folder.resolve("y")).hasContent("old");
  }

  @Test
  void a_file_and_what_lies_below_a_file_are_refused_even_with_force() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "kept");
    for (Path path : new Path[] {file, file.resolve("run"), file.resolve("run/deeper")}) {
      refused(path, file + " is a file");
      FileException e =
          catchThrowableOfType(FileException.class, () -> RunFolder.create(path, true));
      assertThat(e.remedy()).contains("--out");
    }
    assertThat(file).hasContent("kept");
  }

  @Test
  void a_folder_that_nobody_can_make_is_refused() {
    // Names end at 255 bytes on every common file system.
    refused(folder.resolve("x".repeat(300)), "can't be used");
  }

  @Test
  void a_failed_file_leaves_the_old_one_and_nothing_else() throws IOException {
    Files.writeString(folder.resolve("x"), "old");
    RunFolder run = RunFolder.create(folder, true);
    FileException e =
        catchThrowableOfType(
            FileException.class,
            () ->
                run.write(
                    "x",
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("no space left");
                    }));
    assertThat(e.kind()).isEqualTo(Kind.RUN);
    assertThat(e).hasMessageContainingAll("x: can't be written", "no space left");
    assertThat(folder.resolve("x")).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("x");
  }

  @Test
  void a_run_that_failed_takes_the_folders_it_made_with_it() throws IOException {
    Files.createDirectories(folder.resolve("mine"));
    RunFolder.create(folder.resolve("mine/a/b"), false).removeIfEmpty();
    assertThat(folder.resolve("mine").toFile().list()).isEmpty();
    RunFolder.create(folder.resolve("mine"), false).removeIfEmpty();
    assertThat(folder.resolve("mine")).isDirectory();
  }

  @Test
  void a_run_that_failed_late_leaves_its_folder() {
    RunFolder run = RunFolder.create(folder.resolve("a/b"), false);
    run.write("x", out -> out.write(1));
    run.removeIfEmpty();
    assertThat(folder.resolve("a/b/x")).exists();
  }

  @Test
  void a_file_may_lie_in_folders_of_the_folder() {
    RunFolder run = RunFolder.create(folder, false);
    run.write("a/b/x", out -> out.write('x'));
    run.write("a/b/y", out -> out.write('y'));
    assertThat(folder.resolve("a/b/x")).hasContent("x");
    assertThat(folder.resolve("a/b/y")).hasContent("y");
  }

  @Test
  void a_file_where_a_folder_should_be_is_kept_and_named() throws IOException {
    Files.writeString(folder.resolve("a"), "kept");
    RunFolder run = RunFolder.create(folder, true);
    FileException e =
        catchThrowableOfType(FileException.class, () -> run.write("a/b/x", out -> out.write(1)));
    assertThat(e.kind()).isEqualTo(Kind.RUN);
    assertThat(e).hasMessageContainingAll("x: can't be written", folder.resolve("a").toString());
    assertThat(folder.resolve("a")).hasContent("kept");
  }

  @Test
  void names_stay_inside_the_folder() {
    RunFolder run = RunFolder.create(folder.resolve("run"), false);
    String outside = folder.resolve("x").toAbsolutePath().toString();
    for (String name : new String[] {"../x", "a/../../x", outside, "a/../x", "..", ".", ""}) {
      assertThatThrownBy(() -> run.write(name, out -> {}))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(folder.toFile().list()).containsExactly("run");
    assertThat(folder.resolve("run")).isEmptyDirectory();
  }

  private static FileException refused(Path path, String why) {
    FileException e =
        catchThrowableOfType(FileException.class, () -> RunFolder.create(path, false));
    assertThat(e).hasMessageStartingWith(path + ": ").hasMessageContaining(why);
    assertThat(e.getMessage()).hasLineCount(1);
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    return e;
  }
}
