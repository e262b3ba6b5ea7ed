package org.prunecl.cli;

import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.data.Datasets;

/** Opens datasets, showing downloads. */
final class DataOptions {
  private DataOptions() {}

  static Dataset open(String nameOrFolder, CommonOptions common) {
    try (Progress progress = common.progress()) {
      String[] current = {""};
      return Datasets.standard()
          .open(
              nameOrFolder,
              (file, done, total) -> {
                if (!current[0].equals(file)) {
                  current[0] = file;
                  progress.start("download " + file, Math.max(total, 0));
                }
                progress.update(done, "");
              });
    }
  }
}
