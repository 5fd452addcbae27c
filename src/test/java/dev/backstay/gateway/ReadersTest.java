package dev.backstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the programs on gateways print, read back. */
final class ReadersTest {
  @Test
  void facts_of_a_real_gateway_are_read_whole() {
    Facts facts = FactsFixture.healthy();
    assertThat(facts.bootId()).isEqualTo("7e262859-278c-49b2-9077-a61c2a606f24");
    assertThat(facts.freeKib()).isEqualTo(163560);
    assertThat(facts.epoch()).isEqualTo(3);
    assertThat(facts.interfaces())
        .containsExactly(
            new Facts.InterfaceFacts(
                "wg0",
                true,
                false,
                "/FAD/PrGW50uuH94FF3MiEUDTd1PepATBsVpGrVaMS8=",
                51820,
                20,
                17,
                "off",
                1420,
                false));
    assertThat(facts.openLease()).isEmpty();
  }

  @Test
  void a_torn_line_of_the_collector_is_no_observation() {
    String line =
        """
        {"v":1,"clock":5.5,"uptime":2.5,"boot":"b","srcversion":"S","interfaces":{"wg0":{"present":true,"publicKey":null,"port":1,"handshakes":{},"transfer":{},"endpoints":{}}},"sources":null}
        """
            .strip();
    assertThat(new ObservationReader().read(line))
        .hasValueSatisfying(seen -> assertThat(seen.counted()).isFalse());
    for (int length = 0; length < line.length(); length++) {
      assertThat(new ObservationReader().read(line.substring(0, length))).isEmpty();
    }
  }

  @Test
  void facts_that_are_torn_are_facts_and_a_lease_of_which_nobody_knows_is_open() {
    Facts torn = FactsReader.read("protocol\t1\nuptime\tsoon\ndpkg-lock\nlease\n");
    assertThat(torn.uptime()).isZero();
    assertThat(torn.openLease()).isPresent();
  }

  @Test
  void a_state_that_this_version_does_not_know_is_not_guessed() {
    assertThatThrownBy(() -> LeaseStatusReader.read("state\tpaused\n"))
        .hasMessageContaining("unknown state 'paused'");
  }

  @Test
  void the_status_of_a_lease_is_read_with_its_reason() {
    LeaseStatus status =
        LeaseStatusReader.read(
            "state\treverted\nrollout\tr-1\nattempt\t1\nepoch\t7\nremaining\t0\nreason\tthe lease is over\n"
                + "journal\t1\t2\tx\tstate\n");
    assertThat(status)
        .isEqualTo(
            new LeaseStatus(
                LeaseStatus.State.REVERTED, "r-1", 1, 7, Duration.ZERO, "the lease is over"));
  }

  @Test
  void the_marks_of_a_change_are_uptimes() {
    ChangeStatus status =
        ChangeStatus.read("applied\trunning=no\tcut-begin=10.5\tcut-end=11.25\treason=\n");
    assertThat(status.state()).isEqualTo(LeaseStatus.State.APPLIED);
    assertThat(status.mark("cut-end")).contains(11.25);
  }
}
