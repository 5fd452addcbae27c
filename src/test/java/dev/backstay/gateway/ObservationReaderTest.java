package dev.backstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.wireguard.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ObservationReaderTest {
  private static final PublicKey ONE = key(1);
  private static final PublicKey TWO = key(2);

  private final ObservationReader reader = new ObservationReader();

  private static PublicKey key(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    bytes[1] = (byte) (number >>> 8);
    bytes[2] = (byte) (number >>> 16);
    return new PublicKey(Base64.getEncoder().encodeToString(bytes));
  }

  private static String line(int number, boolean whole, String wg0, String sources) {
    return """
    {"v":2,"n":%d,"whole":%s,"clock":%d.5,"uptime":%d.25,"boot":"b","interfaces":{"wg0":{"present":true,"publicKey":"%s","port":51820,"rxErrors":3%s}},"counted":true,"flows":true,"sources":{%s}%s,"srcversion":null}\
    """
        .formatted(
            number,
            whole,
            1000 + number,
            number,
            ONE.base64(),
            wg0,
            sources,
            whole ? ",\"lacks\":[\"this and that\"]" : "");
  }

  private static String whole(int number) {
    return line(
        number,
        true,
        ",\"handshakes\":{\"%s\":5,\"%s\":0},\"transfer\":{\"%s\":[1,2],\"%s\":[0,0]},\"endpoints\":{\"%s\":\"192.0.2.1:7\"}"
            .formatted(ONE.base64(), TWO.base64(), ONE.base64(), TWO.base64(), ONE.base64()),
        "\"init_rx\":{\"192.0.2.1:7\":2},\"data_rx\":{}");
  }

  private static Observation.InterfaceSample sample(Observation seen, String name) {
    return Objects.requireNonNull(seen.interfaces().get(name), name);
  }

  private Observation read(String line) {
    return reader.read(line).orElseThrow(() -> new AssertionError("nothing was read: " + line));
  }

  @Test
  void a_line_that_is_not_whole_changes_what_it_tells_and_nothing_else() {
    Observation first = read(whole(1));
    Observation second =
        read(
            line(
                2,
                false,
                ",\"handshakes\":{\"%s\":9}".formatted(TWO.base64()),
                "\"init_rx\":{\"192.0.2.9:1\":1}"));
    assertThat(sample(first, "wg0").handshakes()).isEqualTo(Map.of(ONE, 5L, TWO, 0L));
    assertThat(sample(second, "wg0").handshakes()).isEqualTo(Map.of(ONE, 5L, TWO, 9L));
    assertThat(sample(second, "wg0").transfer()).containsEntry(ONE, new Transfer(1, 2));
    assertThat(sample(second, "wg0").endpoints()).isEqualTo(Map.of(ONE, "192.0.2.1:7"));
    assertThat(sample(second, "wg0").rxErrors()).isEqualTo(3);
    assertThat(second.sources().initiationsReceived())
        .isEqualTo(Map.of("192.0.2.1:7", 2L, "192.0.2.9:1", 1L));
    assertThat(second.beyond().lacks()).containsExactly("this and that");
    assertThat(second.clock()).isEqualTo(1002.5);
  }

  @Test
  void after_a_line_that_is_missing_or_torn_the_next_whole_one_is_waited_for() {
    read(whole(1));
    assertThat(reader.read(line(3, false, "", ""))).isEmpty();
    assertThat(reader.read(line(4, false, "", ""))).isEmpty();
    read(whole(5));
    read(line(6, false, "", ""));
    assertThat(reader.read(line(7, false, "", "").substring(0, 40))).isEmpty();
    assertThat(reader.read(line(8, false, "", ""))).isEmpty();
    read(whole(21));
  }

  @Test
  void every_cut_of_a_line_is_nothing() {
    String line = whole(1);
    for (int length = 0; length < line.length(); length++) {
      assertThat(new ObservationReader().read(line.substring(0, length))).isEmpty();
    }
  }

  @Test
  void who_begins_in_the_middle_waits() {
    assertThat(reader.read(line(8, false, "", ""))).isEmpty();
    read(whole(21));
    read(line(22, false, "", ""));
  }

  @Test
  void an_interface_that_went_away_comes_back_without_what_it_was() {
    read(whole(1));
    read(line(2, false, "", "").replace("\"present\":true", "\"present\":false"));
    Observation back = read(line(3, false, "", ""));
    assertThat(sample(back, "wg0").handshakes()).isEmpty();
    assertThat(sample(back, "wg0").endpoints()).isEmpty();
  }

  @Test
  void peers_that_are_missing_in_a_whole_line_are_no_more() {
    read(whole(1));
    Observation fewer =
        read(line(2, true, ",\"handshakes\":{\"%s\":5}".formatted(ONE.base64()), ""));
    assertThat(sample(fewer, "wg0").handshakes().keySet()).containsExactly(ONE);
    assertThat(sample(fewer, "wg0").transfer()).isEmpty();
  }

  @Test
  void counts_go_on_where_the_packet_filter_begins_anew() {
    String source = "192.0.2.1:7";
    assertThat(read(whole(1)).sources().initiationsReceived()).containsEntry(source, 2L);
    // Forgotten after a while, and seen once more.
    read(line(2, false, "", "\"init_rx\":{\"%s\":0}".formatted(source)));
    assertThat(
            read(line(3, false, "", "\"init_rx\":{\"%s\":2}".formatted(source)))
                .sources()
                .initiationsReceived())
        .containsEntry(source, 4L);
    assertThat(
            read(line(4, false, "", "\"init_rx\":{\"%s\":3}".formatted(source)))
                .sources()
                .initiationsReceived())
        .containsEntry(source, 5L);
    // The rules were flushed: the collector begins anew, too.
    assertThat(
            read(line(1, true, "", "\"init_rx\":{\"%s\":1}".formatted(source)))
                .sources()
                .initiationsReceived())
        .containsEntry(source, 6L);
  }

  @Test
  void sources_that_are_gone_for_long_are_forgotten() {
    read(whole(1));
    read(line(2, true, "", "\"init_rx\":{}"));
    Observation later =
        read(line(3, true, "", "\"init_rx\":{}").replace("\"uptime\":3.25", "\"uptime\":1000.5"));
    assertThat(later.sources().initiationsReceived()).isEmpty();
  }

  @Test
  void a_gateway_that_cannot_be_observed_says_why() {
    String line = "{\"v\":2,\"cannot\":\"awk is missing here\"}";
    assertThat(reader.read(line)).isEmpty();
    assertThat(ObservationReader.cannot(line)).contains("awk is missing here");
    assertThat(ObservationReader.cannot(whole(1))).isEqualTo(Optional.empty());
    assertThat(ObservationReader.cannot("{\"cannot\"")).isEmpty();
  }

  @Test
  void names_with_spaces_and_quotes_are_names() {
    String odd = "not an interface \\\" at all";
    Observation seen =
        read(whole(1).replace("\"wg0\"", "\"" + odd + "\"").replace("192.0.2.1:7", "a b c"));
    assertThat(seen.interfaces()).containsOnlyKeys("not an interface \" at all");
    assertThat(seen.sources().initiationsReceived()).containsEntry("a b c", 2L);
  }

  @Test
  void an_initiation_is_of_the_right_length_or_the_line_is_torn() {
    String good = "01000000" + "ab".repeat(128);
    String asked = ",\"asked\":[[\"192.0.2.1:7\",\"%s\"]]";
    Observation seen = read(whole(1).replace(",\"lacks\"", asked.formatted(good) + ",\"lacks\""));
    assertThat(seen.beyond().asked().getFirst().message()).hasSize(148).startsWith(1, 0, 0, 0);
    for (String bad :
        List.of(
            "",
            "01",
            good + "00",
            good.replace("01000000", "02000000"),
            "zz" + good.substring(2))) {
      assertThat(reader.read(whole(1).replace(",\"lacks\"", asked.formatted(bad) + ",\"lacks\"")))
          .isEmpty();
    }
  }

  @Test
  void a_line_of_65536_peers_is_read() {
    List<String> keys = IntStream.range(0, 65_536).mapToObj(n -> key(n).base64()).toList();
    String line =
        line(
            1,
            true,
            ",\"handshakes\":{%s},\"transfer\":{%s},\"endpoints\":{%s}"
                .formatted(
                    each(keys, "1700000000"),
                    each(keys, "[100,200]"),
                    each(keys, "\"192.0.2.1:1\"")),
            IntStream.range(0, 65_535)
                .mapToObj(n -> "\"192.0.2.1:%d\":3".formatted(n))
                .collect(Collectors.joining(",", "\"init_rx\":{", "}")));
    Observation seen = read(line);
    assertThat(sample(seen, "wg0").handshakes()).hasSize(65_536);
    Observation next = read(line(2, false, "", ""));
    assertThat(sample(next, "wg0").endpoints()).hasSize(65_536);
    assertThat(next.sources().initiationsReceived()).hasSize(65_535);
  }

  private static String each(List<String> keys, String value) {
    return keys.stream()
        .map(key -> "\"%s\":%s".formatted(key, value))
        .collect(Collectors.joining(","));
  }
}
