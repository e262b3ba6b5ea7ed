package org.prunecl;

import java.nio.file.Path;
import java.util.Map;

/** Where this user's cached files lie: downloaded datasets and whatever else can be had again. */
public final class CacheFolder {
  /** The environment variable that names the folder instead. */
  public static final String VARIABLE = "PRUNECL_CACHE";

  private CacheFolder() {}

  /** The folder of the running user; it need not exist. */
  public static Path locate() {
    return locate(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /**
   * {@code $PRUNECL_CACHE}, else {@code $XDG_CACHE_HOME/prunecl}, else {@code ~/.cache/prunecl}. An
   * empty variable counts as unset, and so does a relative XDG_CACHE_HOME, as the XDG base
   * directory specification demands.
   */
  static Path locate(Map<String, String> environment, Path home) {
    String own = environment.getOrDefault(VARIABLE, "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = !xdg.isEmpty() && Path.of(xdg).isAbsolute() ? Path.of(xdg) : home.resolve(".cache");
    return base.resolve("prunecl");
  }
}
