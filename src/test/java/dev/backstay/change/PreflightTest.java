package dev.backstay.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.FactsFixture;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Approval;
import dev.backstay.playbook.Change;
import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Limits;
import dev.backstay.playbook.Maintenance;
import dev.backstay.playbook.Percent;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.WaveSize;
import dev.backstay.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PreflightTest {
  private static final Playbook PLAYBOOK =
      new Playbook(
          "p.yaml",
          "module-1.0.1",
          List.of("tag:edge"),
          "p.yaml:3:9",
          new Change(Map.of("backstay-lab-wireguard", "1.0.1"), Activation.RELOAD_MODULE),
          List.of(new WaveSize.Rest()),
          new Playbook.Observe(Duration.ofSeconds(10), Duration.ofSeconds(60), true, Duration.ZERO),
          new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0)),
          true,
          new Playbook.Lease(Duration.ofSeconds(60), Duration.ofSeconds(60)),
          Limits.STRICT,
          Maintenance.ANY_TIME,
          Approval.NOBODY);

  private final Preflight preflight = new Preflight(PLAYBOOK);

  @Test
  void a_healthy_gateway_has_nothing_in_the_way() {
    assertThat(preflight.problems("gw1", FactsFixture.healthy())).isEmpty();
    GatewayChange change = preflight.resolve("gw1", FactsFixture.healthy());
    assertThat(change.parts())
        .containsExactly(
            new Packages(
                List.of(new Packages.VersionChange("backstay-lab-wireguard", "1.0.0", "1.0.1"))));
    assertThat(change.file("r-1", 1))
        .isEqualTo(
            """
            rollout\tr-1
            attempt\t1
            gateway\tgw1
            package\tbackstay-lab-wireguard\t1.0.0\t1.0.1
            activate\treload-module
            kick\tyes
            interface\twg0
            """);
  }

  @Test
  void a_gateway_that_is_as_wanted_has_nothing_to_do() {
    var facts = FactsFixture.with("installed\t1.0.0", "installed\t1.0.1");
    assertThat(preflight.resolve("gw1", facts).nothingToDo()).isTrue();
    assertThat(preflight.problems("gw1", facts)).isEmpty();
  }

  @Test
  void boringtun_is_left_alone_for_it_ends_when_a_peer_is_changed() {
    List<Problem> problems =
        preflight.problems("gw1", FactsFixture.with("wg0\tkernel", "wg0\tboringtun"));
    assertThat(problems).extracting(Problem::code).contains("boringtun");
    assertThat(preflight.problems("gw1", FactsFixture.with("wg0\tkernel", "wg0\tuserspace")))
        .extracting(Problem::code)
        .doesNotContain("boringtun");
  }

  @Test
  void a_gateway_without_awk_can_neither_be_observed_nor_changed() {
    assertThat(
            preflight.problems(
                "gw1", FactsFixture.with("tool\tnft", "tool\tawk\tmissing\ntool\tnft")))
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("the program awk is missing");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tool~wg~1.0.20210914 | tool~wg~missing | tool-missing | gw1: the program wg is missing
          init~systemd~252~running | init~openrc | no-systemd | gw1: no systemd runs here (init is openrc), and the dead-man switch needs its timers
          /var/lib/backstay~163560 | /var/lib/backstay~2048 | disk-full | gw1: 2 MiB are free under /var/lib, and the way back needs at least 32 MiB
          dpkg-lock~free | dpkg-lock~held~812~apt-get | package-lock | gw1: dpkg is locked by process 812 apt-get
          dpkg-audit~clean | dpkg-audit~broken | packages-broken | gw1: dpkg reports packages that are only half installed
          candidate~1.0.1 | candidate~1.0.2 | no-such-version | gw1: package backstay-lab-wireguard has no version 1.0.1 here
          installed~1.0.0 | installed~none | not-installed | gw1: package backstay-lab-wireguard is not installed, so there is no version to go back to
          user~root | user~ops | not-root | gw1: the account is ops, and changes need root
          wg0~kernel | wg0~userspace | not-in-kernel | gw1: interface wg0 is run by a userspace program; reloading the module does not touch it
          lease~none | lease~applied~other-1~4~77 | lease-open | gw1: rollout other-1 holds this gateway (applied)
          """)
  void what_is_in_the_way_is_one_clear_sentence_with_a_remedy(
      String was, String is, String code, String sentence) {
    List<Problem> problems =
        preflight.problems("gw1", FactsFixture.with(was.replace('~', '\t'), is.replace('~', '\t')));
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().code()).isEqualTo(code);
    assertThat(problems.getFirst().text()).startsWith(sentence);
    assertThat(problems.getFirst().hint()).isNotEmpty();
  }

  @Test
  void an_open_lease_whose_timer_has_stopped_is_told_as_one_that_will_not_end_by_itself() {
    String lease = "lease\tapplied\tother-1\t4\t77";
    assertThat(
            preflight.problems("gw1", FactsFixture.with("lease\tnone", "dead-man\t3600\n" + lease)))
        .singleElement()
        .satisfies(
            problem -> assertThat(problem.hint()).startsWith("its dead-man timer does not tick"));
    assertThat(preflight.problems("gw1", FactsFixture.with("lease\tnone", "dead-man\t2\n" + lease)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.hint()).startsWith("wait until"));
  }

  @Test
  void everything_that_is_in_the_way_is_reported_at_once() {
    var facts =
        FactsFixture.with("dpkg-lock\tfree", "dpkg-lock\theld\t1\tdpkg\ndpkg-audit\tbroken");
    assertThat(preflight.problems("gw1", facts)).extracting(Problem::code).contains("package-lock");
  }
}
