package org.prunecl.data;

/** Told how far a download is. */
@FunctionalInterface
public interface DownloadProgress {
  /** Tells nobody. */
  DownloadProgress SILENT = (file, done, total) -> {};

  /**
   * Called a few times a second, and once when a file is complete, on the thread that opened the
   * dataset.
   *
   * @param file name of the file
   * @param bytesDone bytes received of it
   * @param bytesTotal bytes in all, or -1 when the server doesn't say
   */
  void update(String file, long bytesDone, long bytesTotal);
}
