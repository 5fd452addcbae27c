package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.probe.Handshake;
import dev.backstay.probe.Outcome;
import dev.backstay.probe.Ping;
import dev.backstay.wireguard.PublicKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProbeViewTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final Handshake FAST = new Handshake(Duration.ofNanos(1_940_000), 1, 0);

  private final StringWriter said = new StringWriter();
  private final ProbeView view = new ProbeView(new PrintWriter(said), false, 5);
  private final ProbeTally tally = new ProbeTally();
  private final ProbeTarget gw1 =
      new ProbeTarget(
          "gw1",
          new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 51820),
          new PublicKey("/FAD/PrGW50uuH94FF3MiEUDTd1PepATBsVpGrVaMS8="),
          1420);

  private int seq;

  private void probed(Outcome outcome) {
    tally.add(outcome);
    view.probed(gw1, ++seq, NOW, outcome);
  }

  @Test
  void it_reads_like_ping() {
    view.begins(
        gw1,
        Optional.of(
            new Ping(InetAddress.ofLiteral("10.9.0.2"), InetAddress.ofLiteral("10.9.0.1"), 1420)));
    probed(new Outcome.Whole(FAST, Duration.ofMillis(2), Duration.ofMillis(3), 1420));
    probed(
        new Outcome.Whole(
            new Handshake(Duration.ofMillis(4), 2, 1),
            Duration.ofMillis(2),
            Duration.ofMillis(5),
            1420));
    probed(new Outcome.Answered(new Handshake(Duration.ofMillis(4), 3, 0)));
    probed(new Outcome.Narrow(FAST, Duration.ofMillis(2), Duration.ofMillis(3), 1376, 1420));
    probed(new Outcome.Stalled(FAST, Duration.ofMillis(12_001)));
    probed(new Outcome.Stalled(FAST, Duration.ofMillis(12_004)));
    view.ended(gw1, tally, Duration.ofMillis(29_500));
    assertThat(said.toString())
        .isEqualTo(
            """
            PROBE gw1 ([2001:db8::7]:51820), server key /FAD/PrG…, then 10.9.0.2 to 10.9.0.1 with 1420 bytes
            gw1    seq=1  response 1.9 ms  confirmed 2.0 ms  1420 bytes 3.0 ms
            gw1    seq=2  response 4.0 ms after 1 cookie  confirmed 2.0 ms  1420 bytes 5.0 ms
            gw1    seq=3  response 4.0 ms at initiation 3
            gw1    seq=4  response 1.9 ms  confirmed 2.0 ms  packets of 1420 bytes are lost, those of 1376 pass: something on the way drops large ones
              hint: set the MTU of the tunnel to 1376 on both sides, or find who drops fragments and large packets
            gw1    seq=5  response 1.9 ms  the handshake is answered, but no data came back in 12.0 s
              hint: on the gateway: `wg show INTERFACE transfer` twice. If what it received does not grow, data is lost before it is decrypted: a stalled receiver, or a filter that lets only handshakes through
            gw1    seq=6  response 1.9 ms  the handshake is answered, but no data came back in 12.0 s
            --- gw1: 6 probes, 6 handshakes, 50 % failed, in 29.5 s
                response min/avg/max/mdev 1.9/2.6/4.0/1.0 ms
                echo min/avg/max/mdev 3.0/4.0/5.0/1.0 ms
            """);
  }

  @Test
  void one_of_a_thousand_that_failed_is_not_none() {
    for (int i = 0; i < 999; i++) {
      tally.add(new Outcome.Answered(FAST));
    }
    assertThat(tally.failedPercent()).isZero();
    tally.add(new Outcome.Silent(3, Duration.ofSeconds(15)));
    assertThat(tally.failedPercent()).isOne();
  }

  @Test
  void numbers_are_written_the_same_in_every_country() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      it_reads_like_ping();
    } finally {
      Locale.setDefault(before);
    }
  }
}
