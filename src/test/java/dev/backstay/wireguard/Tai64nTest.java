package dev.backstay.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class Tai64nTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00.999999999Z");

  @Test
  void it_is_written_as_the_field_guide_has_it() {
    Tai64n stamp = Tai64n.of(Instant.ofEpochSecond(1_700_000_000, 500_000_000));
    assertThat(stamp.hex()).isEqualTo("400000006553f10a1dcd6500");
    assertThat(Tai64n.parse(stamp.hex())).contains(stamp);
  }

  @Test
  void the_bytes_are_in_the_order_of_time() {
    Tai64n earlier = Tai64n.of(NOW);
    Tai64n later = earlier.orAfter(earlier);
    assertThat(later).isEqualTo(new Tai64n(earlier.seconds() + 1, 0)).isGreaterThan(earlier);
    assertThat(later.hex()).isGreaterThan(earlier.hex());
  }

  @Test
  void it_never_goes_back_whatever_the_clock_does() {
    Tai64n last = Tai64n.of(NOW);
    assertThat(Tai64n.of(NOW.minusSeconds(3600)).orAfter(last)).isGreaterThan(last);
    assertThat(Tai64n.of(NOW).orAfter(last)).isGreaterThan(last);
    assertThat(Tai64n.of(NOW.plusSeconds(1)).orAfter(last))
        .isEqualTo(Tai64n.of(NOW.plusSeconds(1)));
  }

  @Test
  void what_is_no_timestamp_is_none() {
    for (String text :
        new String[] {
          "",
          "4",
          "400000006553f10a1dcd65",
          "400000006553f10a3b9aca00",
          "400000006553f10affffffff",
          "000000006553f10a1dcd6500",
          "400000006553F10A1DCD6500",
          "z00000006553f10a1dcd6500"
        }) {
      assertThat(Tai64n.parse(text)).as(text).isEmpty();
    }
  }
}
