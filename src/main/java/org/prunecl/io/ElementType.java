package org.prunecl.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;

/** A type of element of the safetensors format that is read. */
sealed interface ElementType permits FloatType, IntegerType {
  /** All of them. */
  List<ElementType> ALL =
      Stream.<ElementType[]>of(FloatType.values(), IntegerType.values())
          .flatMap(Stream::of)
          .toList();

  /** Its name in the format. */
  String name();

  /** Bytes of one element. */
  int bytes();

  /** Reads so many elements. */
  Elements read(int count, Blocks blocks) throws IOException;

  /** The data of a tensor, block by block. */
  @FunctionalInterface
  interface Blocks {
    /**
     * The next block, little-endian.
     *
     * @param left bytes that are still to come, at least 1
     * @return a multiple of 8 bytes, or all that are left; valid until the next call
     */
    ByteBuffer next(long left) throws IOException;
  }
}
