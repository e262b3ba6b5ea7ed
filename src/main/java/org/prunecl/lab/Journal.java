package org.prunecl.lab;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.prunecl.nn.LayerParameters;

/** Keeps what a run has finished, so that an interrupted one can be taken up again. */
public interface Journal {
  /** Keeps nothing. */
  Journal NONE =
      new Journal() {
        @Override
        public Optional<Checkpoint> checkpoint(String training, List<LayerParameters> like) {
          return Optional.empty();
        }

        @Override
        public void keep(String training, Supplier<Checkpoint> checkpoint) {}

        @Override
        public Optional<Trial> trial(String name) {
          return Optional.empty();
        }

        @Override
        public void keep(String name, Trial trial) {}
      };

  /**
   * Where a training had got to.
   *
   * @param training its name within the run
   * @param like the network's layers; only names and shapes count
   */
  Optional<Checkpoint> checkpoint(String training, List<LayerParameters> like);

  /** Keeps a training's state in place of its last one. */
  void keep(String training, Supplier<Checkpoint> checkpoint);

  /** A trial that was finished, by its name within the run. */
  Optional<Trial> trial(String name);

  /** Keeps a trial. */
  void keep(String name, Trial trial);
}
