package org.prunecl.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A side whose output and times are given. */
final class FakeSide implements Side {
  private final String label;
  private final float[] output;
  private final long nanosPerCall;
  final List<String> events = new ArrayList<>();

  FakeSide(String label, long nanosPerCall, float... output) {
    this.label = label;
    this.nanosPerCall = nanosPerCall;
    this.output = output;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Map<String, String> facts() {
    return Map.of("threads", "2");
  }

  @Override
  public float[] prepare(Case testCase, Path inputs) {
    events.add("prepare");
    return output;
  }

  @Override
  public long run(int calls) {
    events.add("run");
    return calls * nanosPerCall;
  }

  @Override
  public void rest() {
    events.add("rest");
  }

  @Override
  public void close() {}
}
