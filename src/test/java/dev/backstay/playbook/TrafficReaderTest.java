package dev.backstay.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrafficReaderTest {
  @TempDir private Path folder;

  @BeforeEach
  void script() throws IOException {
    Files.writeString(folder.resolve("switch"), "#!/bin/sh\nexit 0\n");
  }

  private Playbook read(String traffic) throws IOException {
    Path file = folder.resolve("play.yaml");
    Files.writeString(
        file,
        """
        kind: Playbook
        name: drained
        select: tag:edge
        change: {packages: {wireguard-tools: 1.0.2}, activate: none}
        """
            + traffic);
    return PlaybookReader.read(file);
  }

  @Test
  void hosts_script_and_times_are_read() throws IOException {
    Playbook playbook =
        read(
            """
            traffic:
              hosts: [lb1, dns]
              drain: {apply: switch, verify: switch, revert: switch, timeout: 10s}
              settle: 1m
            """);
    Traffic traffic = playbook.traffic().orElseThrow();
    assertThat(traffic.hosts()).containsExactly("lb1", "dns");
    assertThat(traffic.hostsAt()).isEqualTo(folder.resolve("play.yaml") + ":6:10");
    assertThat(traffic.script().name()).isEqualTo("drain");
    assertThat(traffic.script().kinds())
        .extracting(ScriptWish.Kind::word)
        .containsExactly("apply", "verify", "revert");
    assertThat(traffic.longest())
        .as("verify, apply, verify on each of two hosts, then a minute")
        .isEqualTo(Duration.ofSeconds(2 * 3 * 10 + 60));
  }

  @Test
  void clients_have_half_a_minute_to_leave_where_nothing_is_said() throws IOException {
    Playbook playbook =
        read("traffic: {hosts: lb1, drain: {apply: switch, verify: switch, revert: switch}}\n");
    assertThat(playbook.traffic().orElseThrow().settle()).isEqualTo(Duration.ofSeconds(30));
    assertThat(playbook.traffic().orElseThrow().script().timeout())
        .isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void one_gateway_is_worked_on_at_a_time() throws IOException {
    String traffic =
        "traffic: {hosts: lb1, drain: {apply: switch, verify: switch, revert: switch}}\n";
    assertThat(read(traffic).limits().parallel()).isEqualTo(1);
    assertThatThrownBy(() -> read(traffic + "limits: {parallel: 2}\n"))
        .hasMessageContaining(
            "play.yaml:6:20: \"parallel\" is 2, and a playbook with \"traffic\" works on one"
                + " gateway at a time.");
  }

  @Test
  void a_drain_without_a_way_back_or_a_proof_is_refused() {
    assertThatThrownBy(() -> read("traffic: {hosts: lb1, drain: {apply: switch}}\n"))
        .hasMessageContaining("the script needs the key \"verify\"")
        .hasMessageContaining("the script needs the key \"revert\"");
    assertThatThrownBy(() ->
            read(
                "traffic: {hosts: lb1, drain: {apply: switch, verify: switch, irreversible: it"
                    + " is}}\n"))
        .hasMessageContaining("\"irreversible\" is no key of the script");
  }

  private static final String TAKEOVER =
      "traffic: {hosts: lb1, takeover: {from: gw1, apply: switch, verify: switch, revert: switch}";

  @Test
  void a_takeover_has_an_old_gateway_a_script_and_a_time_in_which_that_is_kept_ready()
      throws IOException {
    Traffic traffic = read(TAKEOVER + ", keep: 24h, unwatched: 10m}\n").traffic().orElseThrow();
    Traffic.Takeover takeover = traffic.takeover().orElseThrow();
    assertThat(takeover.from()).isEqualTo("gw1");
    assertThat(takeover.fromAt()).isEqualTo(folder.resolve("play.yaml") + ":5:40");
    assertThat(takeover.keep()).isEqualTo(Duration.ofHours(24));
    assertThat(takeover.unwatched()).isEqualTo(Duration.ofMinutes(10));
    assertThat(traffic.script().name()).isEqualTo("takeover");
    assertThat(read(TAKEOVER + ", keep: 0s}\n").traffic().orElseThrow().takeover())
        .map(Traffic.Takeover::unwatched)
        .contains(Duration.ofMinutes(30));
  }

  @Test
  void a_gateway_that_was_prepared_earlier_takes_over_without_a_change() throws IOException {
    Path file = folder.resolve("play.yaml");
    String text = "kind: Playbook\nname: p\nselect: gw2\nchange: {}\n";
    Files.writeString(file, text + TAKEOVER + ", keep: 1h}\n");
    assertThat(PlaybookReader.read(file).change().packages()).isEmpty();
    Files.writeString(
        file,
        text + "traffic: {hosts: lb1, drain: {apply: switch, verify: switch, revert: switch}}\n");
    assertThatThrownBy(() -> PlaybookReader.read(file))
        .hasMessageContaining("change needs the key \"packages\"");
  }

  @Test
  void a_takeover_that_makes_no_sense_is_refused_with_everything_that_is_wrong() {
    assertThatThrownBy(() ->
            read(
                TAKEOVER + ", keep: 1h, drain: {apply: switch, verify: switch, revert: switch}}\n"))
        .hasMessageContaining("keep one of \"drain\" and \"takeover\"");
    assertThatThrownBy(() -> read(TAKEOVER + "}\n"))
        .hasMessageContaining("traffic needs the key \"keep\"");
    for (String keep : List.of("169h", "7d", "soon", "-1h")) {
      assertThatThrownBy(() -> read(TAKEOVER + ", keep: " + keep + "}\n"))
          .as(keep)
          .hasMessageContaining("a time of at most 168h");
    }
    for (String unwatched : List.of("30s", "25h", "0s", "a while")) {
      assertThatThrownBy(() -> read(TAKEOVER + ", keep: 1h, unwatched: " + unwatched + "}\n"))
          .as(unwatched)
          .hasMessageContaining("a time between 2m and 24h");
    }
    assertThatThrownBy(() -> read("traffic: {hosts: lb1, takeover: {apply: switch}, keep: 1h}\n"))
        .hasMessageContaining("takeover needs the key \"from\"")
        .hasMessageContaining("needs the key \"verify\"")
        .hasMessageContaining("needs the key \"revert\"");
  }

  @Test
  void what_belongs_to_a_takeover_is_refused_where_there_is_none() {
    assertThatThrownBy(() ->
            read(
                "traffic: {hosts: lb1, drain: {apply: switch, verify: switch, revert: switch}, keep: 1h, unwatched: 5m}\n"))
        .hasMessageContaining("\"keep\" is about the old gateway of a takeover")
        .hasMessageContaining("\"unwatched\" is about the old gateway of a takeover");
  }

  @Test
  void every_mistake_is_told_at_once() {
    assertThatThrownBy(() ->
            read(
                """
                traffic:
                  hosts: [lb1, lb1]
                  drain: {apply: ../elsewhere, verify: nowhere, revert: switch}
                  settle: soon
                """))
        .hasMessageContaining("the traffic host \"lb1\" is named twice.")
        .hasMessageContaining("the script ../elsewhere is outside the playbook's folder.")
        .hasMessageContaining("there is no script nowhere beside the playbook.")
        .hasMessageContaining("this is \"soon\"");
    assertThatThrownBy(() -> read("traffic: {}\n"))
        .hasMessageContaining("traffic needs the key \"hosts\"")
        .hasMessageContaining("traffic needs the key \"drain\"");
  }
}
