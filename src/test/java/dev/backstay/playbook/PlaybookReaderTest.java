package dev.backstay.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.testing.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlaybookReaderTest {
  private static final String LEAST =
      """
      kind: Playbook
      name: p
      select: gw1
      change: {packages: {wireguard-tools: 1.10}, activate: none}
      """;

  @TempDir Path folder;

  private Playbook read(String text) {
    try {
      return PlaybookReader.read(Files.writeString(folder.resolve("play.yaml"), text));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void every_key_is_read() {
    assertThat(
            read(
                """
                kind: Playbook
                name: module-1.0.1
                select: [tag:edge, gw*]
                change:
                  packages: {backstay-lab-wireguard: 1.0.1, libc++1: "1:2~rc-3"}
                  activate: reload-module
                waves: [1, 4, 20%, rest]
                observe: {baseline: 0s, window: 4m, kick: false, soak: 15m, control: 10%}
                gates:
                  handshakes: {healthy: 0.25%, broken: 100%}
                  silent: 7.5%
                  stalled: 1%
                onFailure: {rollback: wave}
                lease: {apply: 90s, confirm: 1h}
                limits: {maxFailed: [2, 5%], budgets: {site: 1, "tag:edge": 10%}, parallel: 20, pairs: together}
                maintenance: {window: "Sat 01:00-05:00", zone: Europe/Berlin}
                approval: {people: 2, expires: 8h}
                """))
        .isEqualTo(
            new Playbook(
                folder.resolve("play.yaml").toString(),
                "module-1.0.1",
                List.of("tag:edge", "gw*"),
                folder.resolve("play.yaml") + ":3:9",
                new Change(
                    Map.of("backstay-lab-wireguard", "1.0.1", "libc++1", "1:2~rc-3"),
                    Activation.RELOAD_MODULE),
                List.of(
                    new WaveSize.Count(1),
                    new WaveSize.Count(4),
                    new WaveSize.Share(new Percent(2000)),
                    new WaveSize.Rest()),
                new Playbook.Observe(
                    Duration.ZERO,
                    Duration.ofMinutes(4),
                    false,
                    Duration.ofMinutes(15),
                    Optional.of(new WaveSize.Share(new Percent(1000)))),
                new Gates(new Percent(25), new Percent(10_000), new Percent(750), new Percent(100)),
                false,
                new Playbook.Lease(Duration.ofSeconds(90), Duration.ofHours(1)),
                new Limits(
                    new Limits.Allowance(2, new Percent(500)),
                    Map.of(
                        "site",
                        new Limits.Allowance(1, new Percent(Percent.WHOLE)),
                        "tag:edge",
                        new Limits.Allowance(Integer.MAX_VALUE, new Percent(1000))),
                    20,
                    false),
                new Maintenance(
                    List.of(
                        new MaintenanceWindow(
                            Set.of(DayOfWeek.SATURDAY), LocalTime.of(1, 0), LocalTime.of(5, 0))),
                    ZoneId.of("Europe/Berlin")),
                new Approval(2, Duration.ofHours(8))));
  }

  @Test
  void the_least_playbook_has_the_documented_defaults_and_keeps_the_version_as_written() {
    assertThat(read(LEAST))
        .isEqualTo(
            new Playbook(
                folder.resolve("play.yaml").toString(),
                "p",
                List.of("gw1"),
                folder.resolve("play.yaml") + ":3:9",
                new Change(Map.of("wireguard-tools", "1.10"), Activation.NONE),
                List.of(new WaveSize.Count(1), new WaveSize.Rest()),
                new Playbook.Observe(
                    Duration.ofSeconds(10), Duration.ofSeconds(240), true, Duration.ZERO),
                new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0)),
                true,
                new Playbook.Lease(Duration.ofSeconds(60), Duration.ofSeconds(60)),
                Limits.STRICT,
                Maintenance.ANY_TIME,
                Approval.NOBODY));
  }

  @Test
  void a_bare_zero_is_a_share() {
    assertThat(read(LEAST + "gates: {stalled: 0, silent: 0%}").gates().stalled())
        .isEqualTo(new Percent(0));
  }

  @Test
  void a_kernel_has_its_release_from_the_name_of_its_package_and_ten_minutes_for_the_restart() {
    Playbook playbook =
        read(
            """
            kind: Playbook
            name: p
            select: gw1
            change:
              kernel: {packages: {linux-image-6.1.0-28-amd64-unsigned: 6.1.119-1}}
              activate: reboot
            """);
    assertThat(playbook.change().kernel())
        .contains(
            new Change.Kernel(
                "6.1.0-28-amd64", Map.of("linux-image-6.1.0-28-amd64-unsigned", "6.1.119-1")));
    assertThat(playbook.change().packages()).isEmpty();
    assertThat(playbook.change().packageNames())
        .containsExactly("linux-image-6.1.0-28-amd64-unsigned");
    assertThat(playbook.lease().reboot()).isEqualTo(Duration.ofMinutes(10));
    assertThat(read(LEAST).lease().reboot()).isZero();
  }

  static Stream<Arguments> mistakes() {
    String time = "expected is a time of more than zero such as 90s, 4m or 1h.";
    String share = "expected is a share such as 5% or 0.5%.";
    return Stream.of(
        Arguments.of("observe: {window: 0s}", "F:5:19: this is \"0s\"; " + time),
        Arguments.of("observe: {window: 240}", "F:5:19: this is \"240\"; " + time),
        Arguments.of("observe: {window: -5s}", "F:5:19: this is \"-5s\"; " + time),
        Arguments.of(
            "observe: {baseline: soon}",
            "F:5:21: this is \"soon\"; expected is a time such as 90s, 4m or 1h."),
        Arguments.of("observe: {kick: yes}", "F:5:17: this is \"yes\"; expected is true or false."),
        Arguments.of("gates: {silent: 20}", "F:5:17: this is \"20\"; " + share),
        Arguments.of("gates: {silent: 101%}", "F:5:17: this is \"101%\"; " + share),
        Arguments.of("gates: {silent: 0.125%}", "F:5:17: this is \"0.125%\"; " + share),
        Arguments.of("gates: {silent: -1%}", "F:5:17: this is \"-1%\"; " + share),
        Arguments.of(
            "gates: {handshakes: {healthy: 6%}}",
            """
            F:5:31: "healthy" is 6%, which is more than "broken" with 5%.
              hint: healthy is the smaller share; between the two the gate is inconclusive.\
            """),
        Arguments.of(
            "gates: {handshakes: {healthy: 0, broken: 0%}}",
            """
            F:5:42: "broken" is 0%, so that the gate fails even when every client is back.
              hint: from which share on is the change broken? 5% is usual.\
            """),
        Arguments.of(
            "gates: {handshakes: {healthy: 50%, broken: x}}", "F:5:44: this is \"x\"; " + share),
        Arguments.of(
            "gates: {probe: wanted}", "F:5:16: this is \"wanted\"; expected is required or off."),
        Arguments.of(
            "gates: {fewClients: yes}", "F:5:21: this is \"yes\"; expected is accept or refuse."),
        Arguments.of(
            "lease: {reboot: soon}",
            "F:5:17: this is \"soon\"; expected is a time such as 90s, 4m or 1h."),
        Arguments.of(
            "limits: {maxFailed: -1, budgets: {sites: 1}, parallel: 0, pairs: never}",
            """
            F:5:21: this is "-1"; expected is a number of gateways such as 2, a share such as 5%, or \
            both: [2, 5%].
            F:5:35: this is "sites"; expected is site, or a tag such as tag:edge.
            F:5:56: this is "0"; expected is a whole number from 1 to 500.
            F:5:66: this is "never"; expected is one-at-a-time or together.\
            """),
        Arguments.of(
            "limits: {maxFailed: 101%}",
            "F:5:21: this is \"101%\"; expected is a share of at most 100%."),
        Arguments.of(
            "maintenance: {window: 'Sat 01:00-25:00', zone: Mars/Base}",
            """
            F:5:23: this is "Sat 01:00-25:00"; expected is days and times such as Sat 01:00-05:00, \
            Mon-Fri 22:00-02:00 or daily 03:00-04:00.
            F:5:48: this is "Mars/Base"; expected is a time zone such as Europe/Berlin or UTC.\
            """),
        Arguments.of(
            "maintenance: {window: 'Sat 01:00-05:00'}",
            """
            F:5:14: a maintenance window needs the key "zone": one o'clock is at another time elsewhere.
              hint: name it like Europe/Berlin, or UTC.\
            """),
        Arguments.of(
            "approval: {people: 10, expires: never}",
            """
            F:5:20: this is "10"; expected is a whole number from 0 to 9.
            F:5:33: this is "never"; expected is a time of more than zero such as 90s, 4m or 1h.\
            """),
        Arguments.of(
            "waves: [ask, 1, ask, ask, rest]",
            """
            F:5:9: "ask" stands between two waves.
              hint: whether to begin is asked anyway; remove it or put a wave before and after it.
            F:5:22: "ask" stands between two waves.
              hint: whether to begin is asked anyway; remove it or put a wave before and after it.\
            """),
        Arguments.of(
            "waves: [rest, 1]",
            """
            F:5:9: "rest" takes all that are left, but waves follow it.
              hint: make it the last one.\
            """),
        Arguments.of(
            "waves: [0, 0%, 1.5]",
            """
            F:5:9: this is "0"; expected is a number of gateways of at least 1, a share above 0% \
            such as 20%, rest, or ask.
            F:5:12: this is "0%"; expected is a number of gateways of at least 1, a share above 0% \
            such as 20%, rest, or ask.
            F:5:16: this is "1.5"; expected is a number of gateways of at least 1, a share above 0% \
            such as 20%, rest, or ask.\
            """),
        Arguments.of(
            "observe: {control: rest}",
            "F:5:20: this is \"rest\"; expected is a number of gateways of at least 1, or a share"
                + " above 0% such as 10%."),
        Arguments.of(
            "waves: []",
            "F:5:8: this is an empty list; expected is a list of wave sizes such as [1, 4, 20%,"
                + " rest]."),
        Arguments.of(
            "onFailure: {rollback: none}", "F:5:23: this is \"none\"; expected is all or wave."),
        Arguments.of(
            "gate: {}\nobserve: 5",
            """
            F:5:1: "gate" is no key of a playbook.
              hint: did you mean "gates"?
            F:6:10: this is "5"; expected is a mapping with the keys baseline, window, kick, soak,\
             control.\
            """));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_told_with_its_place_and_all_are_told_at_once(String more, String message) {
    assertThatThrownBy(() -> read(LEAST + more + "\n"))
        .isInstanceOf(ProblemException.class)
        .hasMessage(message.replace("F:", folder.resolve("play.yaml") + ":"));
  }

  static Stream<Arguments> mistakesInTheChange() {
    return Stream.of(
        Arguments.of(
            "{packages: {a;rm: 1}, activate: none}",
            "F:4:21: this is \"a;rm\"; expected is a package name."),
        Arguments.of(
            "{packages: {wg-a: '1 $(reboot)'}, activate: none}",
            "F:4:27: this is \"1 $(reboot)\"; expected is a package version."),
        Arguments.of(
            "{packages: {wg-a: --force}, activate: none}",
            "F:4:27: this is \"--force\"; expected is a package version."),
        Arguments.of(
            "{packages: {}, activate: none}",
            "F:4:20: this is an empty mapping; expected is a mapping of package names with the"
                + " versions wanted."),
        Arguments.of(
            "{packages: {wg-a: 1}, activate: reboot}",
            "F:4:41: there is no \"kernel\" to restart into in this change.\n"
                + "  hint: name one: `kernel: {packages: {linux-image-6.1.0-28-amd64:"
                + " 6.1.119-1}}`."),
        Arguments.of(
            "{kernel: {packages: {linux-image-6.1.0-28-amd64: 6.1.119-1}}, activate: none}",
            "F:4:18: another kernel takes effect by a restart of the gateway, and \"activate\" does"
                + " not say so.\n"
                + "  hint: write `activate: reboot`."),
        Arguments.of(
            "{kernel: {packages: {a-kernel: 1}}, activate: reboot}",
            "F:4:18: no package here is named linux-image-RELEASE, so it is not clear which kernel"
                + " is to run.\n"
                + "  hint: say it: `release: 6.1.0-28-amd64`, as `uname -r` would."),
        Arguments.of(
            "{kernel: {release: '6.1 $(x)'}, activate: reboot}",
            "F:4:28: this is \"6.1 $(x)\"; expected is the release of a kernel, as uname -r says"
                + " it."),
        Arguments.of(
            "{packages: {wg-a: 1}, activate: restart}",
            "F:4:41: this is \"restart\"; expected is none, reload-module or reboot."),
        Arguments.of("{packages: {wg-a: 1}}", "F:4:9: change needs the key \"activate\"."));
  }

  @ParameterizedTest
  @MethodSource("mistakesInTheChange")
  void nothing_reaches_a_shell_that_is_not_a_package_and_a_version(String change, String message) {
    assertThatThrownBy(() -> read("kind: Playbook\nname: p\nselect: gw1\nchange: " + change + "\n"))
        .isInstanceOf(ProblemException.class)
        .hasMessage(message.replace("F:", folder.resolve("play.yaml") + ":"));
  }

  @Test
  void an_empty_playbook_is_told_all_that_it_needs() {
    assertThatThrownBy(() -> read("{}"))
        .hasMessage(
            Stream.of("kind", "change", "name", "select")
                .map(key ->
                    folder.resolve("play.yaml") + ":1:1: a playbook needs the key \"" + key + "\".")
                .reduce((a, b) -> a + "\n" + b)
                .orElseThrow());
  }

  @Test
  void the_schema_knows_the_same_keys() {
    Schemas.of("playbook")
        .hasExactly(PlaybookReader.PLAYBOOK, "")
        .hasExactly(ChangeReader.CHANGE, "/properties/change")
        .hasExactly(
            ConfigReader.INTERFACE, "/properties/change/properties/config/additionalProperties")
        .hasExactly(ConfigReader.PEER, "/$defs/peer")
        .hasExactly(KernelReader.KERNEL, "/properties/change/properties/kernel")
        .hasExactly(ChangeReader.TUNING, "/properties/change/properties/tuning")
        .hasExactly(ScriptsReader.SCRIPT, "/properties/change/properties/scripts/items")
        .hasExactly(PlaybookReader.OBSERVE, "/properties/observe")
        .hasExactly(PlaybookReader.GATES, "/properties/gates")
        .hasExactly(PlaybookReader.HANDSHAKES, "/properties/gates/properties/handshakes")
        .hasExactly(PlaybookReader.ON_FAILURE, "/properties/onFailure")
        .hasExactly(PlaybookReader.LEASE, "/properties/lease")
        .hasExactly(PlaybookReader.LIMITS, "/properties/limits")
        .hasExactly(PlaybookReader.MAINTENANCE, "/properties/maintenance")
        .hasExactly(PlaybookReader.APPROVAL, "/properties/approval")
        .hasExactly(TrafficReader.TRAFFIC, "/properties/traffic")
        .hasExactly(ScriptsReader.WAY, "/properties/traffic/properties/drain")
        .hasExactly(TrafficReader.TAKEOVER, "/properties/traffic/properties/takeover")
        .andNothingElse();
  }

  @Test
  void pitfall_5_a_threshold_that_makes_no_sense_is_refused_and_never_passes() {
    for (String gates :
        List.of(
            "handshakes: {broken: lots}",
            "handshakes: {broken: -5%}",
            "handshakes: {healthy: 9%, broken: 5%}",
            "handshakes: {broken: }",
            "silent: 101%",
            "silent: [20%]",
            "stalled: none",
            "stalled: ''",
            "handshake: {broken: 5%}")) {
      assertThatThrownBy(() -> read(LEAST + "gates: {" + gates + "}"))
          .as(gates)
          .isInstanceOf(ProblemException.class);
    }
  }

  /** An idle client with a keepalive of 25 s needs up to 205 s ({@code wireguard.md §1.11}). */
  @Test
  void pitfall_14_the_usual_window_is_longer_than_an_idle_client_needs() {
    assertThat(read(LEAST).observe().window()).isEqualTo(Duration.ofSeconds(240));
  }
}
