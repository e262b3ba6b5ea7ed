package org.prunecl.lab;

import java.util.stream.LongStream;

/**
 * Compression ratios of a trial: how many times as large the unpruned network is.
 *
 * @param bytes float32 parameters of the unpruned network ÷ the smallest of the trial's forms
 * @param parameters parameters of the unpruned network ÷ non-zero ones of the trial; null where
 *     none is left
 */
public record Compression(double bytes, Double parameters) {
  static Compression of(long unprunedParameters, Trial.Bytes bytes, long nonzero) {
    long smallest =
        LongStream.of(bytes.dense(), bytes.sparse(), bytes.compact()).min().orElseThrow();
    return new Compression(
        (double) unprunedParameters * Float.BYTES / smallest,
        nonzero == 0 ? null : (double) unprunedParameters / nonzero);
  }
}
