package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.Compression;
import org.prunecl.lab.EpochRecord;
import org.prunecl.lab.Latency;
import org.prunecl.lab.MaskUpdate;
import org.prunecl.lab.Results;
import org.prunecl.lab.Trial;

final class ResultsCsvTest {
  @Test
  void each_trial_is_a_row_and_each_timing_three_columns() throws Exception {
    Trial weight =
        new Trial(
            "weight",
            6,
            0.9,
            0.9001,
            100,
            0.8765,
            0.4,
            new Trial.Bytes(4000, 840, 400),
            9.5,
            new Compression(10, 10.0),
            new Trial.Accuracies(0.8765, 0.8765, 0.8764),
            List.of(
                new Latency(1, "dense", 0.5, 0.4, 0.6, 0.3, 30, List.of(), null),
                new Latency(128, "dense", 3, 2, 4, null, 30, List.of(), null),
                new Latency(128, "csr", 1.5, 1.4, 1.6, null, 30, List.of(), null)));
    Trial unit =
        new Trial(
            "unit",
            7,
            0.25,
            0.25,
            750,
            0.5,
            1.0,
            new Trial.Bytes(4000, 6008, 3000),
            1.25,
            new Compression(1.5, null),
            new Trial.Accuracies(0.5, 0.5, 0.5),
            List.of(new Latency(1, "dense", 0.7, 0.6, 0.8, null, 30, List.of(), null)));

    assertThat(trials(Sweeps.results(0.9, List.of(weight, unit))))
        .isEqualTo(
            """
            method,sparsity,achieved_sparsity,nonzero,accuracy,loss,bytes_dense,bytes_sparse,\
            bytes_compact,theoretical_speedup,speedup_b1,speedup_b128,compression_ratio,\
            parameter_ratio,seed,dense_b1_median_ms,dense_b1_low_ms,dense_b1_high_ms,\
            dense_b128_median_ms,dense_b128_low_ms,dense_b128_high_ms,\
            csr_b128_median_ms,csr_b128_low_ms,csr_b128_high_ms
            weight,0.9,0.9001,100,0.8765,0.4,4000,840,400,9.5,,2.0,10.0,10.0,6,\
            0.5,0.4,0.6,3.0,2.0,4.0,1.5,1.4,1.6
            unit,0.25,0.25,750,0.5,1.0,4000,6008,3000,1.25,,,1.5,,7,0.7,0.6,0.8,,,,,,
            """);
  }

  @Test
  void a_run_without_trials_has_the_header_alone() throws Exception {
    assertThat(trials(Sweeps.results(0.9, List.of())))
        .isEqualTo(
            "method,sparsity,achieved_sparsity,nonzero,accuracy,loss,bytes_dense,bytes_sparse,"
                + "bytes_compact,theoretical_speedup,compression_ratio,parameter_ratio,seed\n");
  }

  @Test
  void each_case_of_a_benchmark_is_a_row() throws Exception {
    BenchResults bench =
        Benches.results(
            List.of(
                Benches.cold(Benches.one(1000, 784, 128, 0.75, "csr", 0.5, 1.25), 0.625),
                Benches.one(17, 9, 1, 1, "csr", 0.5, 1)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    ResultsCsv.writeCases(bench, out);

    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            rows,cols,batch,sparsity,execution,form,median_ms,low_ms,high_ms,device_ms,cold_ms,gflops,\
            share_of_peak,speedup,speedup_low,speedup_high,theoretical_speedup
            1000,784,128,0.75,csr,csr,0.5,0.45,0.55,,0.625,40.1,0.223,2.5,2.375,2.625,4.0
            17,9,1,1.0,csr,csr,0.5,0.45,0.55,,,40.1,0.223,2.0,1.9,2.1,
            """);
  }

  @Test
  void each_epoch_is_a_row_of_the_history() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    ResultsCsv.writeHistory(
        List.of(
            new EpochRecord(1, 0.5012, 0.819, 0.43, 0.8432, 12.25, Instant.EPOCH),
            new EpochRecord(2, 0.36, 0.87, 0.4, 0.86, 11.5, Instant.EPOCH)),
        out);

    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds
            1,0.5012,0.819,0.43,0.8432,12.25
            2,0.36,0.87,0.4,0.86,11.5
            """);
  }

  @Test
  void figures_of_images_that_were_held_out_stand_at_the_end_of_a_row() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    ResultsCsv.writeHistory(
        List.of(new EpochRecord(1, 0.5, 0.8, 0.4, 0.85, 0.45, 0.82, 12.25, Instant.EPOCH)), out);

    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds,val_loss,val_accuracy
            1,0.5,0.8,0.4,0.85,12.25,0.45,0.82
            """);
  }

  @Test
  void each_layer_is_a_row_of_each_update_of_the_masks() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    ResultsCsv.writeMasks(
        List.of(
            new MaskUpdate(
                100,
                0.6,
                List.of(
                    new MaskUpdate.Layer("conv1", 108, 43, 0.125),
                    new MaskUpdate.Layer("fc1", 20280, 8112, 0.03125)),
                Instant.EPOCH)),
        out);

    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            step,layer,sparsity,threshold,kept
            100,conv1,0.6,0.125,43
            100,fc1,0.6,0.03125,8112
            """);
  }

  @Test
  void a_number_that_is_not_finite_is_refused_by_column() {
    Trial nan = Sweeps.trial("weight", 0.5, 0.5, Sweeps.latency(1, "csr", Double.NaN));

    assertThatThrownBy(() -> trials(Sweeps.results(0.9, List.of(nan))))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("'csr_b1_median_ms' is NaN");
  }

  private static String trials(Results results) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ResultsCsv.writeTrials(results, out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
