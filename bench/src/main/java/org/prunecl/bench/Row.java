package org.prunecl.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One case beside one peer, as outside scripts read it. Where the peer could not be had, its
 * figures are null; where a suite has none, its name too.
 *
 * @param suite name of the suite
 * @param name the case
 * @param mflop floating-point operations, 1e6
 * @param oursMs our time of one call, milliseconds, median
 * @param peer the peer's name, or null
 * @param peerMs its time of one call, milliseconds, median; its fastest way of doing the case
 * @param ratio peer time / our time
 * @param ratioLow lower quartile of the rounds' ratios
 * @param ratioHigh upper quartile of the rounds' ratios
 * @param shareOfLimit the least time that the machine allows / our time; null where no limit is
 *     known
 */
@JsonPropertyOrder({
  "suite",
  "case",
  "mflop",
  "ours_ms",
  "peer",
  "peer_ms",
  "ratio",
  "ratio_low",
  "ratio_high",
  "share_of_limit"
})
record Row(
    @JsonProperty("suite") String suite,
    @JsonProperty("case") String name,
    @JsonProperty("mflop") double mflop,
    @JsonProperty("ours_ms") Double oursMs,
    @JsonProperty("peer") String peer,
    @JsonProperty("peer_ms") Double peerMs,
    @JsonProperty("ratio") Double ratio,
    @JsonProperty("ratio_low") Double ratioLow,
    @JsonProperty("ratio_high") Double ratioHigh,
    @JsonProperty("share_of_limit") Double shareOfLimit) {}
