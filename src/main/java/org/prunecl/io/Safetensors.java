package org.prunecl.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.prunecl.PruneClException;
import org.prunecl.PruneClException.Kind;
import org.prunecl.io.SafetensorsHeader.BadHeaderException;

/**
 * The content of a file in the safetensors format: the header's length as 8 little-endian bytes, a
 * JSON header with type, shape and place of each tensor, then their little-endian elements without
 * gaps. F32, U8 and I64 are written; F16, BF16 and F64 are read too and become float32.
 *
 * @param tensors in the order of the header; the names differ
 * @param metadata strings by name
 */
public record Safetensors(List<Tensor> tensors, Map<String, String> metadata) {
  // The limit of the format's own implementation.
  private static final long LARGEST_HEADER = 100_000_000;
  private static final int BUFFER_BYTES = 1 << 18;

  /** Makes the collections unmodifiable and checks the names. */
  public Safetensors {
    tensors = List.copyOf(tensors);
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    Set<String> names = new LinkedHashSet<>();
    for (Tensor tensor : tensors) {
      if (!names.add(tensor.name()) || tensor.name().equals("__metadata__")) {
        throw new IllegalArgumentException("tensor name " + tensor.name());
      }
    }
  }

  /**
   * Reads a file.
   *
   * @throws FileException of kind INPUT if it can't be read, breaks the format in any way, or holds
   *     another type of element
   */
  public static Safetensors read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      return read(channel);
    } catch (BadHeaderException e) {
      throw new FileException(
          Kind.INPUT, file + ": " + e.getMessage(), "give a whole safetensors file of floats", e);
    } catch (NoSuchFileException e) {
      throw new FileException(Kind.INPUT, file + ": no such file", "check the path", e);
    } catch (IOException e) {
      throw new FileException(
          Kind.INPUT,
          file + ": can't be read (" + PruneClException.reason(e) + ")",
          "check that it is a file and that you may read it",
          e);
    }
  }

  /**
   * Writes the format. Types with larger elements come first, so that each lies aligned; tensors of
   * one type lie in their order.
   *
   * @param out where to; not closed
   * @throws IOException if writing fails
   */
  public void write(OutputStream out) throws IOException {
    byte[] header = SafetensorsHeader.format(tensors, metadata);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length).array());
    out.write(header);
    for (Tensor tensor : SafetensorsHeader.byPlace(tensors)) {
      tensor.elements().write(out);
    }
  }

  /** The bytes that are written. */
  public long bytes() {
    return Long.BYTES
        + SafetensorsHeader.format(tensors, metadata).length
        + tensors.stream().mapToLong(Tensor::bytes).sum();
  }

  private static Safetensors read(FileChannel channel) throws IOException, BadHeaderException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new BadHeaderException("too short for a safetensors file, " + size + " bytes");
    }
    long headerLength =
        fill(channel, ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN)).getLong();
    if (headerLength < 0 || headerLength > Math.min(size - Long.BYTES, LARGEST_HEADER)) {
      throw new BadHeaderException(
          "the header would take %s bytes, the file has %d"
              .formatted(Long.toUnsignedString(headerLength), size));
    }
    byte[] json = fill(channel, ByteBuffer.allocate((int) headerLength)).array();
    long dataStart = Long.BYTES + headerLength;
    SafetensorsHeader header = SafetensorsHeader.parse(json, size - dataStart);
    List<Tensor> tensors = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (SafetensorsHeader.Entry entry : header.entries()) {
      channel.position(dataStart + entry.begin());
      Elements elements =
          entry
              .type()
              .read(
                  entry.elements(),
                  left -> fill(channel, buffer.clear().limit((int) Math.min(BUFFER_BYTES, left))));
      tensors.add(new Tensor(entry.name(), entry.shape(), elements));
    }
    return new Safetensors(tensors, header.metadata());
  }

  /** Reads until the buffer is full, and turns it to be read from. */
  private static ByteBuffer fill(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the file ended early");
      }
    }
    return buffer.flip();
  }
}
