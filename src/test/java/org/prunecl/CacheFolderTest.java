package org.prunecl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CacheFolderTest {
  private static final Path HOME = Path.of("/users/me");

  @Test
  void the_own_variable_wins() {
    assertThat(CacheFolder.locate(Map.of("PRUNECL_CACHE", "/mine", "XDG_CACHE_HOME", "/xdg"), HOME))
        .isEqualTo(Path.of("/mine"));
  }

  @Test
  void the_xdg_folder_comes_next() {
    assertThat(CacheFolder.locate(Map.of("PRUNECL_CACHE", "", "XDG_CACHE_HOME", "/xdg"), HOME))
        .isEqualTo(Path.of("/xdg/prunecl"));
  }

  @Test
  void a_missing_or_relative_xdg_folder_means_the_home_folder() {
    Path expected = Path.of("/users/me/.cache/prunecl");
    assertThat(CacheFolder.locate(Map.of(), HOME)).isEqualTo(expected);
    assertThat(CacheFolder.locate(Map.of("XDG_CACHE_HOME", "there"), HOME)).isEqualTo(expected);
  }
}
