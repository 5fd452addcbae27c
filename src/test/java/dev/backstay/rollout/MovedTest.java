package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.FactsFixture;
import dev.backstay.inventory.Front;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.problem.Problem;
import dev.backstay.transaction.AsPlanned;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pitfall 18: a plan is held against the gateways, and not only against what was kept of them. */
final class MovedTest {
  private static final String OFFERED = "package\tbackstay-lab-wireguard\tcandidate\t1.0.1\n";

  private static Facts offering(String digest) {
    return FactsFixture.with(
        OFFERED, OFFERED + "package\tbackstay-lab-wireguard\tsha256\t1.0.1\t" + digest + "\n");
  }

  private static List<String> moved(SavedPlan before, SavedPlan now) {
    return Moved.between(before, now).stream()
        .map(problem -> problem.where() + ": " + problem.what())
        .toList();
  }

  @Test
  void nothing_is_said_of_what_is_as_it_was_whoever_is_connected() {
    Facts busier = FactsFixture.with("\t20\t17\n", "\t20\t3\n");
    Facts later = FactsFixture.with("uptime\t224.87", "uptime\t9224.87");
    Facts higherEpoch = FactsFixture.with("epoch\t3", "epoch\t4");
    assertThat(moved(PlanFixture.two(), PlanFixture.two())).isEmpty();
    assertThat(moved(PlanFixture.two(), PlanFixture.of(busier, later))).isEmpty();
    assertThat(moved(PlanFixture.two(), PlanFixture.of(higherEpoch, busier))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kernel\\t6.1.176 | kernel\\t6.1.180 | kernel is 6.1.180, and the plan was made for"
            + " 6.1.176",
        "os\\tdebian\\t12 | os\\tdebian\\t13 | os is debian 13, and the plan was made for debian"
            + " 12",
        "architecture\\tx86_64 | architecture\\taarch64 | architecture is aarch64, and the plan was"
            + " made for x86_64",
        "user\\troot | user\\tadmin | account is admin, and the plan was made for root",
        "installed\\t1.0.0 | installed\\t0.9.9 | package backstay-lab-wireguard is 0.9.9, and the"
            + " plan was made for 1.0.0",
        "held\\tno | held\\tyes | package backstay-lab-wireguard is 1.0.0 (held), and the plan was"
            + " made for 1.0.0",
        "module\\tloaded\\t4B296 | module\\tloaded\\t5B296 | module loaded is the one of srcversion"
            + " 5B296AD2DF2AFD786074497, and the plan was made for the one of srcversion"
            + " 4B296AD2DF2AFD786074497",
        "module\\tdisk\\t4B296AD2DF2AFD786074497 | module\\tdisk\\tnone | module on disk is none,"
            + " and the plan was made for the one of srcversion 4B296AD2DF2AFD786074497",
        "\\t51820\\t | \\t51821\\t | interface wg0 is /FAD/PrGW50uuH94FF3MiEUDTd1PepATBsVpGrVaMS8="
            + " on port 51821, in the kernel, and the plan was made for"
            + " /FAD/PrGW50uuH94FF3MiEUDTd1PepATBsVpGrVaMS8= on port 51820, in the kernel",
        "wg0\\tkernel | wg0\\tuserspace | interface wg0 is"
            + " /FAD/PrGW50uuH94FF3MiEUDTd1PepATBsVpGrVaMS8= on port 51820, in userspace, and the"
            + " plan was made for /FAD/PrGW50uuH94FF3MiEUDTd1PepATBsVpGrVaMS8= on port 51820, in"
            + " the kernel",
        "interface\\twg0 | interface\\twg1 | interface wg0 is none, and the plan was made for"
            + " /FAD/PrGW50uuH94FF3MiEUDTd1PepATBsVpGrVaMS8= on port 51820, in the kernel",
      })
  void pitfall_18_each_fact_that_a_plan_rests_on_is_named_when_it_moved(
      String was, String is, String said) {
    Facts other = FactsFixture.with(was.replace("\\t", "\t"), is.replace("\\t", "\t"));
    assertThat(moved(PlanFixture.two(), PlanFixture.of(FactsFixture.healthy(), other)))
        .contains("gw2: " + said)
        .allMatch(line -> line.startsWith("gw2: "));
  }

  @Test
  void everything_that_moved_is_told_at_once_on_all_gateways() {
    Facts one = FactsFixture.with("kernel\t6.1.176", "kernel\t6.1.180");
    Facts two = FactsFixture.with("installed\t1.0.0", "installed\t0.9.9");
    SavedPlan now = PlanFixture.of(PlanFixture.PLAYBOOK, "another", one, two);
    assertThat(moved(PlanFixture.two(), now))
        .containsExactly(
            "inventory.yaml: the inventory is not the one of the plan",
            "gw1: kernel is 6.1.180, and the plan was made for 6.1.176",
            "gw2: package backstay-lab-wireguard is 0.9.9, and the plan was made for 1.0.0");
    assertThat(Moved.between(PlanFixture.two(), now))
        .extracting(Problem::code)
        .containsOnly("plan-stale");
  }

  @Test
  void a_gateway_more_and_a_gateway_less_are_both_told() {
    SavedPlan one = PlanFixture.of(FactsFixture.healthy());
    assertThat(moved(one, PlanFixture.two()))
        .containsExactly("gw2: this gateway is selected, but not in the plan");
    assertThat(moved(PlanFixture.two(), one))
        .containsExactly("gw2: this gateway of the plan is not selected");
  }

  @Test
  void another_change_with_the_same_facts_is_told_by_what_differs_in_it() {
    String other = PlanFixture.PLAYBOOK.replace("1.0.1}", "1.0.0}");
    assertThat(
            moved(
                PlanFixture.of(FactsFixture.healthy()),
                PlanFixture.of(other, "inventory", FactsFixture.healthy())))
        .containsExactly(
            "gw1: what would change is now nothing, and the plan says"
                + " \"package backstay-lab-wireguard 1.0.0 → 1.0.1, activate reload-module\"");
  }

  @Test
  void a_package_file_that_was_replaced_under_the_same_version_is_told() {
    assertThat(
            moved(
                PlanFixture.of(offering("a".repeat(64))), PlanFixture.of(offering("b".repeat(64)))))
        .containsExactly(
            "gw1: what would change is now \"package backstay-lab-wireguard 1.0.1 sha256 %s\", and the plan says \"package backstay-lab-wireguard 1.0.1 sha256 %s\""
                .formatted("b".repeat(64), "a".repeat(64)));
  }

  @Test
  void a_plan_carries_the_digests_that_are_known_and_holds_each_gateway_to_them() {
    SavedPlan plan = PlanFixture.of(offering("a".repeat(64)), FactsFixture.healthy());
    Scope scope =
        Scope.of(
            plan,
            PlaybookReader.read("p.yaml", PlanFixture.PLAYBOOK),
            Map.of("gw1", PlanFixture.gateway("gw1"), "gw2", PlanFixture.gateway("gw2")),
            7,
            Front.NONE);
    assertThat(scope.planned())
        .isEqualTo(
            Map.of(
                "gw1",
                new AsPlanned(
                    List.of(
                        "package backstay-lab-wireguard 1.0.0 → 1.0.1",
                        "package backstay-lab-wireguard 1.0.1 sha256 " + "a".repeat(64)),
                    List.of()),
                "gw2",
                new AsPlanned(List.of("package backstay-lab-wireguard 1.0.0 → 1.0.1"), List.of())));
    assertThat(PlanText.of(plan)).as("people read versions").doesNotContain("sha256");
  }

  @Test
  void the_facts_of_a_plan_are_the_same_in_whatever_order_a_gateway_tells_them() {
    Facts one =
        FactsFixture.with(
            "lease\tnone\n", "package\tb\tinstalled\t2\npackage\ta\tinstalled\t1\nlease\tnone\n");
    Facts other =
        FactsFixture.with(
            "lease\tnone\n", "package\ta\tinstalled\t1\npackage\tb\tinstalled\t2\nlease\tnone\n");
    assertThat(PlanFile.hash(PlanFixture.of(one))).isEqualTo(PlanFile.hash(PlanFixture.of(other)));
    assertThat(Fingerprint.of(one)).isEqualTo(Fingerprint.of(other)).containsKey("package b");
  }
}
