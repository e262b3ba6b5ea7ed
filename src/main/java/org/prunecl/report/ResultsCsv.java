package org.prunecl.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.EpochRecord;
import org.prunecl.lab.Latency;
import org.prunecl.lab.LotteryResults;
import org.prunecl.lab.LotteryTrial;
import org.prunecl.lab.MaskUpdate;
import org.prunecl.lab.Results;
import org.prunecl.lab.Trial;

/**
 * Results as CSV (RFC 4180 but for lines that end in a single line feed), UTF-8, with a header.
 * Shares are fractions, times milliseconds, sizes bytes, as in {@code results.json}.
 */
public final class ResultsCsv {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

  private static final List<String> TRIAL_COLUMNS =
      List.of(
          "method",
          "sparsity",
          "achieved_sparsity",
          "nonzero",
          "accuracy",
          "loss",
          "bytes_dense",
          "bytes_sparse",
          "bytes_compact",
          "theoretical_speedup");

  /** After those of the measured speedups; outside scripts know the columns before by number. */
  private static final List<String> STUDY_COLUMNS =
      List.of("compression_ratio", "parameter_ratio", "seed");

  private static final List<String> EPOCH_COLUMNS =
      List.of("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "seconds");

  private static final List<String> VALIDATION_COLUMNS = List.of("val_loss", "val_accuracy");

  private static final List<String> MASK_COLUMNS =
      List.of("step", "layer", "sparsity", "threshold", "kept");

  private static final List<String> CASE_COLUMNS =
      List.of(
          "rows",
          "cols",
          "batch",
          "sparsity",
          "execution",
          "form",
          "median_ms",
          "low_ms",
          "high_ms",
          "device_ms",
          "cold_ms",
          "gflops",
          "share_of_peak",
          "speedup",
          "speedup_low",
          "speedup_high",
          "theoretical_speedup");

  private static final List<String> LOTTERY_COLUMNS =
      List.of(
          "seed",
          "round",
          "network",
          "weights_left",
          "kept",
          "accuracy",
          "loss",
          "early_accuracy",
          "train_seconds");

  private ResultsCsv() {}

  /**
   * Writes {@code results.csv}: one row per trial. After the theoretical speedup comes the deployed
   * form's measured one for each batch size, {@code speedup_b1} and so on; after all of the trial's
   * own columns, for each execution and batch size that any trial was timed at, {@code
   * dense_b1_median_ms}, {@code dense_b1_low_ms}, {@code dense_b1_high_ms} and so on; a trial not
   * timed there leaves them empty.
   *
   * @param out is left open
   * @throws ReportException naming the column if a number is NaN or infinite
   */
  public static void writeTrials(Results results, OutputStream out) throws IOException {
    List<Integer> batches = Trials.batches(results.trials());
    List<String> header = new ArrayList<>(TRIAL_COLUMNS);
    batches.forEach(batch -> header.add(speedupColumn(batch)));
    header.addAll(STUDY_COLUMNS);
    results.trials().stream()
        .flatMap(trial -> trial.latency().stream())
        .flatMap(latency -> latencyCells(latency).keySet().stream())
        .distinct()
        .forEach(header::add);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Trial trial : results.trials()) {
      rows.add(cells(trial, batches));
    }
    write(header, rows, out);
  }

  /**
   * Writes {@code history.csv}: one row per epoch, with loss and accuracy on images held out for
   * validation at its end where there are any.
   *
   * @param out is left open
   * @throws ReportException naming the column if a number is NaN or infinite
   */
  public static void writeHistory(List<EpochRecord> history, OutputStream out) throws IOException {
    List<String> columns = new ArrayList<>(EPOCH_COLUMNS);
    if (history.stream().anyMatch(EpochRecord::validated)) {
      columns.addAll(VALIDATION_COLUMNS);
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (EpochRecord epoch : history) {
      Map<String, Object> row =
          row(
              EPOCH_COLUMNS,
              epoch.epoch(),
              epoch.trainLoss(),
              epoch.trainAccuracy(),
              epoch.testLoss(),
              epoch.testAccuracy(),
              epoch.seconds());
      if (epoch.validated()) {
        row.putAll(row(VALIDATION_COLUMNS, epoch.valLoss(), epoch.valAccuracy()));
      }
      rows.add(row);
    }
    write(columns, rows, out);
  }

  /**
   * Writes {@code masks.csv}: one row per update of the masks and layer that is pruned.
   *
   * @param out is left open
   * @throws ReportException naming the column if a number is NaN or infinite
   */
  public static void writeMasks(List<MaskUpdate> updates, OutputStream out) throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (MaskUpdate update : updates) {
      for (MaskUpdate.Layer layer : update.layers()) {
        rows.add(
            row(
                MASK_COLUMNS,
                update.step(),
                layer.name(),
                update.sparsity(),
                layer.threshold(),
                layer.kept()));
      }
    }
    write(MASK_COLUMNS, rows, out);
  }

  /**
   * Writes {@code bench.csv}: one row per case. What is null in {@code bench.json} is empty.
   *
   * @param out is left open
   * @throws ReportException naming the column if a number is NaN or infinite
   */
  public static void writeCases(BenchResults results, OutputStream out) throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (BenchResults.Case one : results.cases()) {
      rows.add(
          row(
              CASE_COLUMNS,
              one.rows(),
              one.cols(),
              one.batch(),
              one.sparsity(),
              one.execution(),
              one.form(),
              one.medianMs(),
              one.lowMs(),
              one.highMs(),
              one.deviceMs(),
              one.coldMs(),
              one.gflops(),
              one.shareOfPeak(),
              one.speedup(),
              one.speedupLow(),
              one.speedupHigh(),
              one.theoreticalSpeedup()));
    }
    write(CASE_COLUMNS, rows, out);
  }

  /**
   * Writes {@code lottery.csv}: one row per network that was trained.
   *
   * @param out is left open
   * @throws ReportException naming the column if a number is NaN or infinite
   */
  public static void writeLottery(LotteryResults results, OutputStream out) throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (LotteryTrial trial : results.trials()) {
      rows.add(
          row(
              LOTTERY_COLUMNS,
              trial.seed(),
              trial.round(),
              trial.network(),
              trial.weightsLeft(),
              trial.kept(),
              trial.accuracy(),
              trial.loss(),
              trial.earlyAccuracy(),
              trial.trainSeconds()));
    }
    write(LOTTERY_COLUMNS, rows, out);
  }

  private static String speedupColumn(int batch) {
    return "speedup_b" + batch;
  }

  private static Map<String, Object> cells(Trial trial, List<Integer> batches) {
    Map<String, Object> cells =
        row(
            TRIAL_COLUMNS,
            trial.method(),
            trial.sparsity(),
            trial.achievedSparsity(),
            trial.nonzero(),
            trial.accuracy(),
            trial.loss(),
            trial.bytes().dense(),
            trial.bytes().sparse(),
            trial.bytes().compact(),
            trial.theoreticalSpeedup());
    String form = DeployedForm.of(trial.method()).execution();
    for (int batch : batches) {
      if (trial.latency(batch, form).isPresent()
          && trial.latency(batch, trial.reference()).isPresent()) {
        cells.putAll(row(List.of(speedupColumn(batch)), trial.speedup(batch, form)));
      }
    }
    cells.putAll(
        row(
            STUDY_COLUMNS,
            trial.compression().bytes(),
            trial.compression().parameters(),
            trial.seed()));
    trial.latency().forEach(latency -> cells.putAll(latencyCells(latency)));
    return cells;
  }

  private static Map<String, Object> latencyCells(Latency latency) {
    String side = latency.execution() + "_b" + latency.batch();
    return row(
        List.of(side + "_median_ms", side + "_low_ms", side + "_high_ms"),
        latency.medianMs(),
        latency.lowMs(),
        latency.highMs());
  }

  private static Map<String, Object> row(List<String> columns, Object... values) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof Double number && !Double.isFinite(number)) {
        throw ReportException.nonFinite(columns.get(i), number);
      }
      row.put(columns.get(i), values[i]);
    }
    return row;
  }

  private static void write(List<String> header, List<Map<String, Object>> rows, OutputStream out)
      throws IOException {
    StringBuilder text = new StringBuilder();
    try (CSVPrinter csv = new CSVPrinter(text, FORMAT)) {
      csv.printRecord(header);
      for (Map<String, Object> row : rows) {
        csv.printRecord(header.stream().map(row::get));
      }
    }
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
