package org.prunecl.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Against the bytes that the encoding's own guide gives, and ones worked out by hand from it. */
final class ProtoMessageTest {
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  private static String hex(ProtoMessage message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.write(out);
    assertThat(message.bytes()).isEqualTo(out.size());
    return HEX.formatHex(out.toByteArray());
  }

  @Test
  void integers_strings_and_messages_are_as_in_the_guide_to_the_encoding() throws IOException {
    ProtoMessage integer = new ProtoMessage().add(1, 150);
    assertThat(hex(integer)).isEqualTo("08 96 01");
    assertThat(hex(new ProtoMessage().add(2, "testing"))).isEqualTo("12 07 74 65 73 74 69 6e 67");
    assertThat(hex(new ProtoMessage().add(3, integer))).isEqualTo("1a 03 08 96 01");
  }

  @Test
  void integers_take_as_many_bytes_as_they_need() throws IOException {
    assertThat(hex(new ProtoMessage().add(1, 0))).isEqualTo("08 00");
    assertThat(hex(new ProtoMessage().add(1, 127))).isEqualTo("08 7f");
    assertThat(hex(new ProtoMessage().add(1, 128))).isEqualTo("08 80 01");
    assertThat(hex(new ProtoMessage().add(1, 1L << 31))).isEqualTo("08 80 80 80 80 08");
    assertThat(hex(new ProtoMessage().add(1, -1))).isEqualTo("08 ff ff ff ff ff ff ff ff ff 01");
  }

  @Test
  void fields_from_16_on_have_longer_keys_and_repeated_ones_stand_in_order() throws IOException {
    assertThat(hex(new ProtoMessage().add(16, 1).add(15, 2).add(16, 3)))
        .isEqualTo("80 01 01 78 02 80 01 03");
  }

  @Test
  void text_is_counted_in_bytes_and_elements_lie_little_endian() throws IOException {
    assertThat(hex(new ProtoMessage().add(1, "·"))).isEqualTo("0a 02 c2 b7");
    assertThat(hex(new ProtoMessage().add(9, new Elements.Floats(new float[] {1, -2}))))
        .isEqualTo("4a 08 00 00 80 3f 00 00 00 c0");
  }

  @Test
  void numbers_with_a_fraction_lie_little_endian_without_a_length() throws IOException {
    assertThat(hex(new ProtoMessage().add(2, 1f))).isEqualTo("15 00 00 80 3f");
    assertThat(hex(new ProtoMessage().add(1, -2.0))).isEqualTo("09 00 00 00 00 00 00 00 c0");
  }

  @Test
  void a_long_field_is_written_whole() throws IOException {
    float[] values = new float[3 * Elements.BLOCK + 1];
    values[values.length - 1] = 1;
    String bytes = hex(new ProtoMessage().add(1, new Elements.Floats(values)));
    assertThat(bytes).startsWith("0a 84 80 30 00").endsWith("00 00 00 80 3f");
  }
}
