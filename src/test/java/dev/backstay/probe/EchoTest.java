package dev.backstay.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EchoTest {
  private static final Ping FOUR = ping("10.9.0.2", "10.9.0.1");
  private static final Ping SIX = ping("fd09::2", "fd09::1");

  private static Ping ping(String from, String to) {
    return new Ping(InetAddress.ofLiteral(from), InetAddress.ofLiteral(to), 1420);
  }

  /** The checksum of the header was worked out apart from this program (RFC 1071). */
  @Test
  void a_packet_of_ipv4_is_written_byte_by_byte() {
    byte[] packet = Echo.request(FOUR, 0x1234, 7, 48);
    assertThat(HexFormat.of().formatHex(packet, 0, 12)).isEqualTo("4500003000004000400126b9");
    assertThat(HexFormat.of().formatHex(packet, 12, 28)).startsWith("0a0900020a0900010800");
    assertThat(HexFormat.of().formatHex(packet, 24, 28)).isEqualTo("12340007");
  }

  /** RFC 1071: over what is right, the checksum itself included, it is zero. */
  @Test
  void the_checksums_are_right_at_every_length() {
    for (int bytes = 48; bytes <= 1420; bytes++) {
      byte[] four = Echo.request(FOUR, 1, bytes, bytes);
      assertThat(four).hasSize(bytes);
      assertThat(Echo.checksum(0, four, 0, 20)).isZero();
      assertThat(Echo.checksum(0, four, 20, bytes)).isZero();
      byte[] six = Echo.request(SIX, 1, bytes, bytes);
      long pseudo = bytes - 40 + 58;
      for (int i = 8; i < 40; i += 2) {
        pseudo += (six[i] & 0xff) << 8 | six[i + 1] & 0xff;
      }
      assertThat(Echo.checksum(pseudo, six, 40, bytes)).isZero();
    }
  }

  @Test
  void only_whole_replies_are_replies() {
    byte[] reply = Echo.request(FOUR, 5, 6, 100);
    assertThat(Echo.read(reply)).isEmpty();
    reply[20] = 0;
    assertThat(Echo.read(reply)).contains(new Echo.Heard.Reply(5, 6, 100));
    assertThat(Echo.read(Arrays.copyOf(reply, 112))).contains(new Echo.Heard.Reply(5, 6, 100));
    assertThat(Echo.read(Arrays.copyOf(reply, 99))).isEmpty();
    byte[] piece = reply.clone();
    piece[6] |= 0x20;
    assertThat(Echo.read(piece)).isEmpty();
    byte[] six = Echo.request(SIX, 5, 6, 100);
    six[40] = (byte) 129;
    assertThat(Echo.read(six)).contains(new Echo.Heard.Reply(5, 6, 100));
  }

  @Test
  void nothing_that_comes_out_of_a_tunnel_breaks_it() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      byte[] packet = new byte[random.nextInt(120)];
      random.nextBytes(packet);
      if (packet.length > 0 && random.nextBoolean()) {
        packet[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
      }
      if (packet.length > 9 && random.nextBoolean()) {
        packet[9] = 1;
        packet[6] = random.nextBoolean() ? (byte) 58 : 0;
        packet[2] = 0;
        packet[4] = 0;
      }
      assertThat(Echo.read(packet)).isNotNull();
    }
  }

  @Test
  void a_ping_between_families_or_of_no_sensible_size_is_refused() {
    InetAddress four = FOUR.from();
    for (Runnable bad :
        List.<Runnable>of(
            () -> new Ping(four, SIX.to(), 1420),
            () -> new Ping(four, four, 127),
            () -> new Ping(four, four, 9001))) {
      assertThatThrownBy(bad::run).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void sizes_lie_between_and_end_where_nothing_lies_between() {
    assertThat(Sizes.between(64, 1420)).hasSize(9).isSorted().allMatch(size -> size % 16 == 0);
    assertThat(Sizes.between(1376, 1420)).containsExactly(1392, 1408);
    assertThat(Sizes.between(1408, 1420)).isEmpty();
    assertThat(Sizes.between(1376, 1392)).isEmpty();
  }
}
