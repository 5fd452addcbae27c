package dev.backstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.inventory.Gateway;
import dev.backstay.ssh.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownFactsTest {
  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
  private static final String ANSWER = "protocol\t1\nkernel\t6.1.0\nepoch\t7\n";
  private static final FactsQuery QUERY =
      new FactsQuery(
          new TreeSet<>(Set.of("wireguard-dkms", "wireguard-tools")),
          new TreeSet<>(Set.of("net.core.rmem_max")),
          true,
          true,
          true);

  @TempDir private Path folder;

  private KnownFacts at(Instant now) {
    return new KnownFacts(folder.resolve("facts"), Clock.fixed(now, ZoneOffset.UTC));
  }

  private static Gateway gateway(String name, String host) {
    Target target =
        new Target(name, host, 22, "root", List.of(), Path.of("known_hosts"), List.of());
    return new Gateway(name, target, Set.of(), "");
  }

  private static final Gateway GW1 = gateway("gw1", "192.0.2.1");

  @Test
  void what_was_told_is_known_with_its_moment() {
    at(NOW).keep(GW1, QUERY, ANSWER);
    KnownFacts.Known known =
        at(NOW.plusSeconds(60)).since(GW1, QUERY, NOW.minusSeconds(1)).orElseThrow();
    assertThat(known.at()).isEqualTo(NOW);
    assertThat(known.facts().kernel()).isEqualTo("6.1.0");
    assertThat(known.facts().epoch()).isEqualTo(7);
  }

  @Test
  void nothing_is_known_that_is_too_old_or_from_a_clock_that_was_set_back() {
    at(NOW).keep(GW1, QUERY, ANSWER);
    assertThat(at(NOW.plusSeconds(60)).since(GW1, QUERY, NOW.plusSeconds(1))).isEmpty();
    assertThat(at(NOW.minusSeconds(60)).since(GW1, QUERY, NOW.minusSeconds(90))).isEmpty();
  }

  @Test
  void who_was_asked_less_has_to_be_asked_again() {
    at(NOW).keep(GW1, FactsQuery.of(Set.of("wireguard-dkms")), ANSWER);
    KnownFacts known = at(NOW);
    assertThat(known.since(GW1, FactsQuery.of(Set.of()), NOW)).isPresent();
    assertThat(known.since(GW1, FactsQuery.of(Set.of("wireguard-dkms")), NOW)).isPresent();
    assertThat(known.since(GW1, FactsQuery.of(Set.of("linux-image")), NOW)).isEmpty();
    assertThat(known.since(GW1, QUERY, NOW)).isEmpty();
    known.keep(GW1, QUERY, ANSWER);
    assertThat(known.since(GW1, QUERY, NOW)).isPresent();
  }

  @Test
  void the_same_name_at_another_address_is_another_host() {
    at(NOW).keep(GW1, QUERY, ANSWER);
    assertThat(at(NOW).since(gateway("gw1", "192.0.2.2"), QUERY, NOW)).isEmpty();
    assertThat(at(NOW).since(gateway("gw2", "192.0.2.1"), QUERY, NOW)).isEmpty();
  }

  @Test
  void a_file_that_was_damaged_is_as_good_as_none() throws IOException {
    at(NOW).keep(GW1, QUERY, ANSWER);
    Path file = folder.resolve("facts/gw1");
    String whole = Files.readString(file);
    for (String damaged :
        List.of(
            "",
            "known 1",
            whole.replace("known 1", "known 2"),
            whole.replace("2026", "then"),
            whole.replace("protocol\t1\n", ""),
            whole.replace("--sysctl net.core.rmem_max", "--sysctl"))) {
      Files.writeString(file, damaged);
      assertThat(at(NOW).since(GW1, QUERY, NOW)).as(damaged).isEmpty();
    }
  }

  @Test
  void nobody_else_can_read_it() throws IOException {
    at(NOW).keep(GW1, QUERY, ANSWER);
    assertThat(Files.getPosixFilePermissions(folder.resolve("facts")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.getPosixFilePermissions(folder.resolve("facts/gw1")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(folder.resolve("facts").toFile().list()).containsExactly("gw1");
  }
}
