package org.prunecl.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

@OpenClTest
final class DeviceBufferTest {
  private Context context;
  private DeviceBuffer buffer;

  @BeforeEach
  void open() {
    context = Context.open(TestDevice.get());
    buffer = context.allocate(16);
  }

  @AfterEach
  void close() {
    buffer.close();
    context.close();
  }

  @Test
  void what_is_written_is_read() {
    buffer.write(new float[] {1, 2, 3, 4});
    buffer.write(new float[] {9, 8, 7}, 2, 1);
    assertThat(buffer.readFloats(4, 0)).containsExactly(1, 9, 8, 4);
    assertThat(buffer.readFloats(2, 2)).containsExactly(8, 4);
    float[] target = {-1, -1, -1};
    buffer.read(target, 2);
    assertThat(target).containsExactly(1, 9, -1);
    buffer.write(new int[] {-5, 6});
    assertThat(buffer.readInts(2)).containsExactly(-5, 6);
    buffer.write(new byte[] {1, -2, 3});
    assertThat(buffer.readBytes(3)).containsExactly(1, -2, 3);
    assertThat(buffer.bytes()).isEqualTo(16);
  }

  @Test
  void the_first_bytes_are_copied_from_another_buffer() {
    try (DeviceBuffer source = context.allocate(32)) {
      source.write(new int[] {1, 2, 3, 4, 5, 6, 7, 8});
      buffer.write(new int[] {-1, -1, -1, -1});
      buffer.copyFrom(source, 12);
      assertThat(buffer.readInts(4)).containsExactly(1, 2, 3, -1);
      refused(() -> buffer.copyFrom(source, 20));
      refused(() -> source.copyFrom(buffer, 20));
    }
  }

  @Test
  void what_lies_outside_the_buffer_or_the_array_is_refused() {
    refused(() -> buffer.write(new float[5]));
    refused(() -> buffer.write(new float[4], 4, 1));
    refused(() -> buffer.write(new float[4], 4, -1));
    refused(() -> buffer.write(new float[4], 4, Long.MAX_VALUE / 4));
    refused(() -> buffer.write(new float[2], 3, 0));
    refused(() -> buffer.write(new int[5]));
    refused(() -> buffer.write(new byte[17]));
    refused(() -> buffer.readFloats(5, 0));
    refused(() -> buffer.readFloats(1, 4));
    refused(() -> buffer.read(new float[2], 3));
    refused(() -> buffer.readInts(5));
    refused(() -> buffer.readBytes(17));
    assertThat(buffer.readFloats(0, 4)).isEmpty();
  }

  private static void refused(ThrowingCallable access) {
    assertThatThrownBy(access).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void use_after_close_throws() {
    buffer.close();
    buffer.close();
    assertThatThrownBy(() -> buffer.write(new float[4]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("A device buffer of 16 bytes was used after close");
    assertThatThrownBy(() -> buffer.readFloats(4, 0)).isInstanceOf(IllegalStateException.class);
    try (DeviceBuffer other = context.allocate(16)) {
      assertThatThrownBy(() -> other.copyFrom(buffer, 16))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
