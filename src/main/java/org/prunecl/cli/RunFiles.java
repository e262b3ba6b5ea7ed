package org.prunecl.cli;

import java.io.OutputStream;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.IoConsumer;
import org.prunecl.data.Dataset;
import org.prunecl.data.LabelledImages;
import org.prunecl.io.Encoding;
import org.prunecl.io.ModelFile;
import org.prunecl.io.ModelWeights;
import org.prunecl.io.RunFolder;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.EpochRecord;
import org.prunecl.lab.LabException;
import org.prunecl.lab.LotteryResults;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Recipes;
import org.prunecl.lab.Results;
import org.prunecl.lab.RunInfo;
import org.prunecl.lab.RunJournal;
import org.prunecl.lab.ScheduledPruning;
import org.prunecl.opencl.Device;
import org.prunecl.report.BenchCharts;
import org.prunecl.report.Charts;
import org.prunecl.report.EpochCurves;
import org.prunecl.report.FrontierChart;
import org.prunecl.report.LotteryChart;
import org.prunecl.report.Picture;
import org.prunecl.report.PruningCurves;
import org.prunecl.report.ResultsCsv;
import org.prunecl.report.ResultsJson;
import org.prunecl.report.SampleGrid;

/** Writes the files of a run folder. */
final class RunFiles {
  /** Where and how a run was begun. */
  static final String INFO = "run.json";

  /** The same of a run that is not over; without it, its folder holds none. */
  static final String UNFINISHED_INFO = RunJournal.FOLDER + "/" + INFO;

  static final String UNFINISHED_RECIPE = RunJournal.FOLDER + "/recipe.yaml";

  /** The network that a run was given, if it was. */
  static final String UNFINISHED_MODEL = RunJournal.FOLDER + "/model.safetensors";

  /** The results of a lottery ticket experiment. */
  static final String LOTTERY = "lottery.json";

  private final RunFolder folder;
  private final OffsetDateTime started = OffsetDateTime.now(ZoneId.systemDefault());

  /** The files of a run that starts now. */
  RunFiles(RunFolder folder) {
    this.folder = folder;
  }

  /** What {@code run.json} will say of the run. */
  RunInfo info(
      List<String> command, long seed, DeviceSession session, Map<String, String> digests) {
    return new RunInfo(
        RunInfo.SCHEMA,
        command,
        seed,
        started.truncatedTo(ChronoUnit.SECONDS).toString(),
        versions(),
        session.info(),
        session.backend().device().inline().map(Device::name).orElse(null),
        session.reason(),
        session.tuned(),
        digests);
  }

  /**
   * Begins a run that can be resumed, in a folder of its own: what an earlier one has left stays as
   * it is until this one is over.
   *
   * @param model the network that was given, or null
   */
  void begin(RunInfo info, Recipe recipe, ModelWeights model) {
    abandon();
    folder.write(UNFINISHED_RECIPE, out -> Recipes.write(recipe, out));
    if (model != null) {
      folder.write(UNFINISHED_MODEL, out -> ModelFile.write(out, model, Encoding.DENSE));
    }
    folder.write(UNFINISHED_INFO, out -> ResultsJson.write(info, out));
  }

  /** Whether the run can be resumed. */
  boolean unfinished() {
    return folder.holds(UNFINISHED_INFO);
  }

  /** Removes what a run needs only to be resumed. */
  void abandon() {
    folder.remove(RunJournal.FOLDER, INFO);
  }

  /**
   * A run that failed: keeps what is worth resuming, and says so; removes the rest.
   *
   * @param verb the command
   * @param worth whether there is anything to go on from
   */
  void leave(String verb, boolean worth, Throwable failure, CommonOptions common) {
    boolean hopeless = failure instanceof LabException known && known.repeatable();
    if (unfinished() && worth && !hopeless) {
      common.say("Resume it with: prunecl " + verb + " --resume " + folder.path());
      return;
    }
    if (unfinished()) {
      abandon();
    }
    folder.removeIfEmpty();
  }

  /** What repeats the run: recipe.yaml, run.json, and a look at the data. */
  void origin(RunInfo info, Recipe recipe, Dataset dataset) {
    folder.write("recipe.yaml", out -> Recipes.write(recipe, out));
    folder.write(INFO, out -> ResultsJson.write(info, out));
    picture("samples", samples(recipe, dataset));
  }

  /** run.json, bench.json, bench.csv, and a chart for each batch size. */
  void bench(List<String> command, long seed, DeviceSession session, BenchResults results) {
    RunInfo info = info(command, seed, session, Map.of());
    folder.write(INFO, out -> ResultsJson.write(info, out));
    folder.write("bench.json", out -> ResultsJson.write(results, out));
    folder.write("bench.csv", out -> ResultsCsv.writeCases(results, out));
    for (int batch : BenchCharts.batches(results)) {
      picture("speedup-batch-" + batch, BenchCharts.speedup(results, batch));
    }
  }

  /** The files of one seed; those of the first have plain names, the others' say which. */
  OfSeed ofSeed(long seed, long first) {
    return new OfSeed(seed == first ? "" : "seed-" + seed);
  }

  /** The files of the networks of one seed. */
  final class OfSeed {
    private final String suffix;
    private final String events;

    private OfSeed(String name) {
      this.suffix = name.isEmpty() ? "" : "-" + name;
      this.events = name.isEmpty() ? "events/" : "events/" + name + "/";
    }

    /** history.csv: one line per epoch; the same curves for TensorBoard, if there are any. */
    void history(List<EpochRecord> history) {
      curves("history" + suffix, events, history);
    }

    /** model.safetensors: the network before pruning. */
    void model(ModelWeights model) {
      write("model", model);
    }

    /**
     * pruned.safetensors: the network after pruning; pruned-history.csv and masks.csv: its epochs
     * under masks, and the masks made meanwhile; the same curves for TensorBoard.
     */
    void pruned(ScheduledPruning.Pruned pruned, ModelWeights model) {
      write("pruned", model);
      curves("pruned-history" + suffix, events + "pruned-", pruned.history());
      folder.write("masks" + suffix + ".csv", out -> ResultsCsv.writeMasks(pruned.updates(), out));
      events(events + "masks", out -> PruningCurves.write(pruned.updates(), out));
    }

    private void write(String name, ModelWeights model) {
      folder.write(
          name + suffix + ".safetensors", out -> ModelFile.write(out, model, Encoding.DENSE));
    }
  }

  private void curves(String csv, String events, List<EpochRecord> history) {
    folder.write(csv + ".csv", out -> ResultsCsv.writeHistory(history, out));
    if (!history.isEmpty()) {
      events(events + "train", out -> EpochCurves.writeTrain(history, out));
      events(events + "test", out -> EpochCurves.writeTest(history, out));
      if (history.get(0).validated()) {
        events(events + "validation", out -> EpochCurves.writeValidation(history, out));
      }
    }
  }

  private void events(String images, IoConsumer<OutputStream> content) {
    // No time and no host in the name: --force has to replace it, for TensorBoard would join two.
    folder.write(images + "/events.out.tfevents.prunecl", content);
  }

  /** results.json, results.csv, and the charts of a sweep. */
  void results(Results results) {
    folder.write("results.json", out -> ResultsJson.write(results, out));
    folder.write("results.csv", out -> ResultsCsv.writeTrials(results, out));
    if (!results.trials().isEmpty()) {
      picture("accuracy", Charts.accuracy(results));
      for (int batch : Charts.batches(results)) {
        picture("latency-batch-" + batch, Charts.latency(results, batch));
        picture("accuracy-latency-batch-" + batch, FrontierChart.of(results, batch));
      }
    }
  }

  /** {@value #LOTTERY}, lottery.csv, the chart, and the last winning ticket. */
  void lottery(LotteryResults results, ModelWeights ticket) {
    folder.write("ticket.safetensors", out -> ModelFile.write(out, ticket, Encoding.DENSE));
    folder.write(LOTTERY, out -> ResultsJson.write(results, out));
    folder.write("lottery.csv", out -> ResultsCsv.writeLottery(results, out));
    picture("lottery", LotteryChart.of(results));
  }

  private void picture(String name, Picture picture) {
    folder.write(name + ".png", picture::writePng);
    folder.write(name + ".svg", picture::writeSvg);
  }

  private static Picture samples(Recipe recipe, Dataset dataset) {
    LabelledImages train = dataset.train();
    int[] picked = SampleGrid.pick(train.labels(), dataset.classes(), recipe.seed());
    int pixels = train.pixelsPerImage();
    byte[][] images = new byte[picked.length][];
    for (int i = 0; i < picked.length; i++) {
      if (picked[i] != SampleGrid.NO_IMAGE) {
        images[i] =
            Arrays.copyOfRange(train.pixels(), picked[i] * pixels, (picked[i] + 1) * pixels);
      }
    }
    return SampleGrid.picture(
        dataset.name() + ": one training image of each class",
        train.rows(),
        train.columns(),
        images,
        SampleGrid.classNames(dataset.name(), dataset.classes()));
  }

  private static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("prunecl", PruneClCommand.Version.number());
    versions.put("java", System.getProperty("java.version"));
    versions.put(
        "jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    versions.put(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    return versions;
  }
}
