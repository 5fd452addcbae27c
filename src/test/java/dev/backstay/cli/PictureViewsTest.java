package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.health.Cause;
import dev.backstay.health.Picture;
import dev.backstay.health.Picture.Failure;
import dev.backstay.health.Picture.Knows;
import dev.backstay.health.Picture.Peer;
import dev.backstay.health.Picture.Stranger;
import dev.backstay.wireguard.PublicKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.IntStream;
import org.jline.terminal.Size;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class PictureViewsTest {
  private static final Peer PEER = new Peer("wg0", new PublicKey("A".repeat(43) + "="));
  private static final double NOON = 1_796_040_000;

  private final StringWriter written = new StringWriter();
  private final PrintWriter out = new PrintWriter(written);

  private static Picture picture(double clock, int connected, boolean counted, Failure... failing) {
    return new Picture(
        clock,
        List.of(failing),
        List.of(),
        connected,
        1,
        List.of(),
        2,
        List.of(),
        3,
        1,
        counted,
        List.of());
  }

  private static Failure rejected(double seconds) {
    return new Failure(PEER, Cause.REJECTED, "198.18.0.21:40001", 4, seconds);
  }

  @Test
  void off_a_terminal_a_change_is_told_at_once_and_the_same_every_ten_seconds() {
    PictureLines lines = new PictureLines("gw1", out);
    IntStream.range(0, 12).forEach(i -> lines.show(picture(NOON + i, 19, true)));
    assertThat(written.toString().lines()).hasSize(2);

    lines.show(picture(NOON + 12, 18, true, rejected(11)));
    lines.show(picture(NOON + 13, 18, true, rejected(12)));

    assertThat(written.toString().lines().skip(2))
        .containsExactly(
            "2026-11-30T12:00:12Z gw1  20 peers: 18 connected, 0 trying, 1 failing (1 rejected), 1 idle; 3 initiations, 1 handshakes; 2 unknown sources",
            "2026-11-30T12:00:12Z gw1  AAAAAAAAAA…   198.18.0.21:40001      rejected     4 initiations in 11 s",
            "2026-11-30T12:00:12Z gw1    " + Cause.REJECTED.advice());
  }

  private static Picture strange(double clock) {
    return new Picture(
        clock,
        List.of(),
        List.of(),
        1,
        0,
        List.of(),
        3,
        List.of(
            new Stranger("192.0.2.1:7", Knows.AN_EARLIER_KEY),
            new Stranger("192.0.2.2:7", Knows.NOTHING)),
        3,
        0,
        true,
        List.of("timeout is missing here"));
  }

  @Test
  void who_is_no_peer_and_knows_the_gateway_is_told_once_and_a_scanner_is_only_counted() {
    PictureLines lines = new PictureLines("gw1", out);
    lines.show(strange(NOON));
    lines.show(strange(NOON + 10));
    assertThat(written.toString().lines().filter(line -> line.contains("192.0.2.1:7 is no peer's")))
        .singleElement()
        .asString()
        .contains(Knows.AN_EARLIER_KEY.sentence());
    assertThat(written.toString()).doesNotContain("192.0.2.2");
    assertThat(written.toString()).contains("3 unknown sources (1 earlier-key, 1 nothing)");
    assertThat(written.toString().lines().filter(line -> line.endsWith("timeout is missing here")))
        .hasSize(1);
  }

  @Test
  void strangers_are_in_the_object_and_in_the_metrics() {
    new PictureJson("gw1", out).show(strange(NOON));
    JsonNode told = JsonMapper.shared().readTree(written.toString());
    assertThat(told.path("strangers").path(0).path("source").stringValue())
        .isEqualTo("192.0.2.1:7");
    assertThat(told.path("strangers").path(0).path("knows").stringValue()).isEqualTo("earlier-key");
    assertThat(told.path("lacks").path(0).stringValue()).isEqualTo("timeout is missing here");
    PictureMetrics metrics = new PictureMetrics("gw1", out);
    metrics.show(strange(NOON));
    metrics.write();
    assertThat(written.toString())
        .contains("backstay_strangers{gateway=\"gw1\",knows=\"earlier-key\"} 1\n");
  }

  @Test
  void json_has_the_whole_key_and_says_whether_anything_was_counted() {
    new PictureJson("gw1", out).show(picture(NOON, 18, false, rejected(11)));
    JsonNode told = JsonMapper.shared().readTree(written.toString());
    assertThat(told.path("failing").path(0).path("peer").stringValue())
        .isEqualTo(PEER.key().base64());
    assertThat(told.path("failing").path(0).path("why").stringValue()).isEqualTo("rejected");
    assertThat(told.path("counted").booleanValue()).isFalse();
    assertThat(told.path("time").stringValue()).isEqualTo("2026-11-30T12:00:00Z");
  }

  @Test
  void metrics_add_up_what_passed_and_leave_out_what_nobody_counted() {
    PictureMetrics metrics = new PictureMetrics("gw1", out);
    metrics.write();
    assertThat(written.toString()).isEmpty();
    metrics.show(picture(NOON, 19, true));
    metrics.show(picture(NOON + 1, 18, true, rejected(11)));
    metrics.write();
    assertThat(written.toString())
        .contains("backstay_peers{gateway=\"gw1\",state=\"connected\"} 18\n")
        .contains("backstay_failing{gateway=\"gw1\",why=\"rejected\"} 1\n")
        .contains("backstay_initiations{gateway=\"gw1\"} 6\n")
        .contains("backstay_handshakes{gateway=\"gw1\"} 2\n");

    written.getBuffer().setLength(0);
    metrics.show(picture(NOON + 2, 19, false));
    metrics.write();
    assertThat(written.toString())
        .doesNotContain("backstay_failing", "backstay_unknown", "backstay_initiations")
        .contains("backstay_handshakes{gateway=\"gw1\"} 3\n");
  }

  @Test
  void on_a_terminal_it_fits_the_screen_and_counts_whom_it_cannot_show() {
    Size size = new Size(80, 20);
    PictureTable table = new PictureTable("gw1", out, () -> size);
    Failure[] failing =
        IntStream.range(0, 30).mapToObj(i -> rejected(30 - i)).toArray(Failure[]::new);
    table.show(picture(NOON, 5, false, failing));
    String drawn = written.toString().replaceAll("\u001b\\[[0-9;]*[A-Za-z]|\r", "");
    assertThat(drawn.lines().count()).isLessThan(size.getRows());
    assertThat(drawn.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
    assertThat(drawn)
        .contains("gw1  2026-11-30T12:00:00Z")
        .contains("5 connected, 0 trying, 30 failing (30 rejected), 1 idle")
        .contains("AAAAAAAAAA…   198.18.0.21:40001")
        .contains("and 22 more")
        .contains("datagrams cannot be counted here")
        // An advice is broken into lines, never cut.
        .containsPattern(
            "rejected: it asks and gets no answer: compare the keys of both sides and the\\s+client's clock");
  }

  @Test
  void the_last_minute_is_drawn_as_bars_of_its_own_height() {
    PictureTable table = new PictureTable("gw1", out, () -> new Size(120, 40));
    for (int i = 0; i < 8; i++) {
      table.show(
          new Picture(
              NOON + i, List.of(), List.of(), 1, 0, List.of(), 0, List.of(), i, 0, true,
              List.of()));
    }
    String drawn = written.toString().replaceAll("\u001b\\[[0-9;]*[A-Za-z]|\r", "");
    assertThat(drawn).contains("initiations ▁▂▃▄▅▆▇█  at most 7 a second");
    assertThat(drawn).contains("handshakes  ▁▁▁▁▁▁▁▁  at most 0 a second");
  }
}
