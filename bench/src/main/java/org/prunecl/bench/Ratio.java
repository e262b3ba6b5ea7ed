package org.prunecl.bench;

import java.util.Arrays;
import org.prunecl.lab.Quartiles;

/**
 * Our times beside a peer's, from rounds in which both took their turn.
 *
 * @param oursMs our median
 * @param peerMs the peer's median
 * @param low lower quartile over the rounds of peer time / our time
 * @param high upper quartile
 * @param bestOursMs our fastest round
 * @param bestPeerMs the peer's fastest round
 */
record Ratio(
    double oursMs, double peerMs, double low, double high, double bestOursMs, double bestPeerMs) {

  /**
   * Compares two series of the same rounds.
   *
   * @param ours milliseconds of a call, round by round
   * @param peer milliseconds of a call, round by round
   */
  static Ratio of(double[] ours, double[] peer) {
    if (ours.length != peer.length) {
      throw new IllegalArgumentException(ours.length + " rounds beside " + peer.length);
    }
    double[] ratios = new double[ours.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = peer[i] / ours[i];
    }
    Quartiles quartiles = Quartiles.of(ratios);
    return new Ratio(
        Quartiles.of(ours).median(),
        Quartiles.of(peer).median(),
        quartiles.low(),
        quartiles.high(),
        Arrays.stream(ours).min().orElseThrow(),
        Arrays.stream(peer).min().orElseThrow());
  }

  /** Peer time / our time, above 1 when we are faster. */
  double ratio() {
    return peerMs / oursMs;
  }
}
