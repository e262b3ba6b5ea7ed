package org.prunecl.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.io.ModelWeights;
import org.prunecl.io.RunFolder;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.EpochRecord;
import org.prunecl.lab.LabException;
import org.prunecl.lab.Models;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Results;
import org.prunecl.lab.RunInfo;
import org.prunecl.lab.RunJournal;
import org.prunecl.lab.ScheduledPruning;
import org.prunecl.lab.Study;
import org.prunecl.lab.TrainingRun;
import org.prunecl.lab.Workload;
import org.prunecl.lab.Workloads;
import org.prunecl.nn.LayerParameters;
import org.prunecl.ops.Backend;
import org.prunecl.report.EpochLine;
import org.prunecl.report.ResultsJson;
import org.prunecl.report.SweepReport;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code train} and {@code sweep} share: a recipe becomes a run folder and a report. */
abstract class RunCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private RecipeOptions recipes;
  @Mixin private DeviceOptions devices;
  @Mixin private TunedOption tuned;
  @Mixin private OutOptions outs;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description = "Go on with the interrupted run in this folder, which says all that is to do.")
  private Path resume;

  @Spec private CommandSpec spec;

  /**
   * What a run starts from.
   *
   * @param recipe the recipe, made to fit a network that was given
   * @param dataset the recipe's dataset; what it holds out is held out
   * @param network the network, to be trained or trained already
   */
  record Start(Recipe recipe, Dataset dataset, Study.Start network) {
    /** Holds out what the recipe says. */
    Start {
      dataset = dataset.holdOut(recipe.validationSplit());
    }

    /** A network to be trained. */
    static Start initialized(Recipe recipe, Dataset dataset) {
      return new Start(
          recipe,
          dataset,
          Study.Start.initialized(
              TrainingRun.initialize(recipe, dataset.train(), dataset.classes())));
    }

    /** A network as its file holds it. */
    ModelWeights model(long seed, List<LayerParameters> layers) {
      return network.model(recipe, seed, layers);
    }
  }

  /** Where a run starts: an initialised network, unless a command takes a model. */
  Start start() {
    Recipe recipe = recipes.resolve();
    return Start.initialized(recipe, DataOptions.open(recipe.data(), common));
  }

  /** Whether the network is trained first. */
  boolean trains() {
    return true;
  }

  /** Whether the trained network is pruned. */
  abstract boolean sweeps();

  final CommonOptions common() {
    return common;
  }

  final RecipeOptions recipes() {
    return recipes;
  }

  @Override
  public Integer call() {
    if (resume == null) {
      return run(null);
    }
    Resumption<Results> resumption = resumption();
    if (resumption.results() == null) {
      return run(resumption);
    }
    new RunFiles(resumption.folder()).abandon();
    report(resumption.folder(), resumption.results());
    return 0;
  }

  private Resumption<Results> resumption() {
    outs.checkResumes(resume);
    if (!trains()) {
      throw LabException.input(
          "--resume takes the network from " + resume + ", not from --model.",
          "Leave --model out.");
    }
    Resumption<Results> resumption =
        Resumption.open(resume, spec.name(), "results.json", ResultsJson::read);
    resumption.checkAgrees(recipes.resolveOver(resumption.recipeFile()));
    return resumption;
  }

  /**
   * Runs it.
   *
   * @param resumption what is taken up again, or null
   */
  private int run(Resumption<Results> resumption) {
    // The dataset takes as long to read as the kernels to build, on a core of its own each.
    Ahead<Start> ahead = Ahead.of(() -> checkedStart(resumption));
    try (DeviceSession session =
        devices.open(
            resumption == null ? null : resumption.info(),
            backend -> prepare(ahead, backend),
            () -> workload(ahead.get()),
            common,
            tuned.given())) {
      Start start = ahead.get();
      Recipe recipe = start.recipe;
      RunFolder folder = resumption == null ? outs.create(recipe.name()) : resumption.folder();
      RunFiles files = new RunFiles(folder);
      RunJournal journal = new RunJournal(folder);
      RunInfo info =
          Resumption.info(
              resumption,
              files.info(
                  spec.root().commandLine().getParseResult().originalArgs(),
                  recipe.seed(),
                  session,
                  start.dataset.digests()));
      try {
        if (resumption == null) {
          Study.Start given = start.network;
          files.begin(
              info, recipe, given.trained() ? start.model(recipe.seed(), given.layers()) : null);
        }
        Study.Outcome outcome = study(start, session, journal);
        finish(files, info, start, outcome);
        report(folder, outcome.results());
        return 0;
      } catch (RuntimeException | Error e) {
        files.leave(spec.name(), resumption != null || journal.used(), e, common);
        throw e;
      }
    }
  }

  private Start checkedStart(Resumption<Results> resumption) {
    Start start = resumption == null ? start() : start(resumption);
    Study.check(start.recipe, start.dataset, start.network, sweeps());
    return start;
  }

  private Start start(Resumption<Results> resumption) {
    Recipe recipe = resumption.recipe();
    Dataset dataset = DataOptions.open(recipe.data(), common);
    ModelWeights model = resumption.model();
    return model == null
        ? Start.initialized(recipe, dataset)
        : new Start(
            recipe, dataset, new Study.Start(Models.parameters(model), true, model.extra()));
  }

  private Workload workload(Start start) {
    Study.Start network = start.network;
    return Study.workload(
        start.recipe, start.dataset, network.layers(), network.trained(), sweeps());
  }

  private void prepare(Ahead<Start> start, Backend backend) {
    // Else a mistake in the options would wait for the kernels.
    start.check();
    if (trains()) {
      Workloads.prepareTraining(backend);
    }
  }

  private Study.Outcome study(Start start, DeviceSession session, RunJournal journal) {
    try (Progress progress = common.progress()) {
      return new Study(
              start.recipe, start.dataset, session, journal, progress, new Narration(start.recipe))
          .run(start.network, sweeps());
    }
  }

  /** Says what is being trained, where it isn't only what was asked for in so many words. */
  private final class Narration implements Study.Listener {
    private final Recipe asked;
    private int epochs;

    Narration(Recipe asked) {
      this.asked = asked;
    }

    @Override
    public void pruning(Recipe recipe) {
      epochs = ScheduledPruning.epochs(recipe);
      common.say(
          "Pruning: seed %d, schedule %s"
              .formatted(recipe.seed(), recipe.prune().schedule().kind()));
    }

    @Override
    public void training(Recipe recipe, int done) {
      epochs = recipe.epochs();
      if (asked.seeds() > 1 || !recipe.units().equals(asked.units()) || done > 0) {
        String widths =
            recipe.units().stream().map(String::valueOf).collect(Collectors.joining(","));
        common.say(
            "Training: seed %d, units %s%s"
                .formatted(
                    recipe.seed(),
                    widths.isEmpty() ? "none" : widths,
                    done > 0 ? ", " + done + " epochs done before" : ""));
      }
    }

    @Override
    public void epoch(EpochRecord epoch) {
      common.say(EpochLine.text(epoch, epochs));
    }
  }

  /** Only now: a run that fails replaces no file of an earlier one. */
  private void finish(RunFiles files, RunInfo info, Start start, Study.Outcome outcome) {
    files.origin(info, start.recipe, start.dataset);
    for (Study.Trained network : outcome.networks()) {
      long seed = network.seed();
      RunFiles.OfSeed own = files.ofSeed(seed, start.recipe.seed());
      own.history(network.history());
      own.model(start.model(seed, network.layers()));
      if (network.pruned() != null) {
        own.pruned(network.pruned(), start.model(seed, network.pruned().layers()));
      }
    }
    files.results(outcome.results());
    files.abandon();
  }

  private void report(RunFolder folder, Results results) {
    common.print(
        common.json() ? ResultsJson.text(results) : SweepReport.text(results, common.colour()));
    common.say("Run folder: " + folder.path());
  }
}
