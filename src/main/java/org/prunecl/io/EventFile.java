package org.prunecl.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * An event file, as TensorBoard and the readers of its logs take it: records of TensorFlow's <a
 * href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">TFRecord</a>
 * format, each an {@code Event} of TensorFlow's {@code event.proto}. TensorBoard looks for files
 * with {@code tfevents} in their name; each folder that holds one is a run.
 */
public final class EventFile {
  private static final String VERSION = "brain.Event:2";

  /** Numbers of fields in {@code Event}, {@code Summary} and {@code Summary.Value}. */
  private static final int EVENT_WALL_TIME = 1;

  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE_VALUE = 2;

  /** Makes the checksum of data that holds checksums a good one, as TFRecord has it. */
  private static final int CHECKSUM_MASK = 0xa282ead8;

  private final OutputStream out;

  /**
   * Starts an event file with the record that says what it is.
   *
   * @param out is flushed after each record, so that who follows the file sees it, and left open
   * @param started when what is logged began: TensorBoard counts relative time from here
   */
  public EventFile(OutputStream out, Instant started) throws IOException {
    this.out = out;
    record(event(started).add(EVENT_FILE_VERSION, VERSION));
  }

  /**
   * Appends one point of a curve.
   *
   * @param tag the curve; TensorBoard groups curves by what stands before the first {@code /}
   * @param step where on the curve, at least 0
   * @param wallTime when it was measured
   * @param value is rounded to float32; may be NaN or infinite
   * @throws IllegalArgumentException if the tag is empty or the step negative
   */
  public void scalar(String tag, long step, Instant wallTime, double value) throws IOException {
    if (tag.isEmpty() || step < 0) {
      throw new IllegalArgumentException("not a point of a curve: '" + tag + "' at step " + step);
    }
    ProtoMessage event = event(wallTime);
    // TensorFlow leaves out what is zero, and so do we: the same point gives the same bytes.
    if (step > 0) {
      event.add(EVENT_STEP, step);
    }
    // A plain number: unlike the tensors of TensorFlow 2, every reader knows it.
    ProtoMessage point =
        new ProtoMessage().add(VALUE_TAG, tag).add(VALUE_SIMPLE_VALUE, (float) value);
    record(event.add(EVENT_SUMMARY, new ProtoMessage().add(SUMMARY_VALUE, point)));
  }

  private static ProtoMessage event(Instant time) {
    return new ProtoMessage().add(EVENT_WALL_TIME, time.getEpochSecond() + time.getNano() / 1e9);
  }

  /** Length and its checksum, data and its checksum; in one piece, so that none is seen half. */
  private void record(ProtoMessage event) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    event.write(message);
    byte[] data = message.toByteArray();
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(checksum(record.array(), Long.BYTES));
    record.put(data).putInt(checksum(data, data.length));
    out.write(record.array());
    out.flush();
  }

  private static int checksum(byte[] bytes, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, count);
    return Integer.rotateRight((int) crc.getValue(), 15) + CHECKSUM_MASK;
  }
}
