package dev.backstay.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.Facts;
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
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KernelPreflightTest {
  private static final String IMAGE = "linux-image-6.12.57";
  private static final String BOOT =
      """
      boot\tloader\tgrub
      boot\teditor\tyes
      boot\tdefault\tsaved
      boot\ton\text4\t/dev/vda1
      boot\tkernel\t6.1.176
      package\tlinux-image-6.12.57\tinstalled\tnone
      package\tlinux-image-6.12.57\tcandidate\t6.12.57-1
      """;

  private final Preflight preflight = new Preflight(playbook("6.12.57", "6.12.57-1"));

  private static Playbook playbook(String release, String version) {
    return new Playbook(
        "p.yaml",
        "kernel",
        List.of("gw1"),
        "p.yaml:3:9",
        new Change(
            Map.of(),
            Activation.REBOOT,
            new TreeMap<>(),
            new TreeMap<>(),
            List.of(),
            Optional.empty(),
            Optional.of(new Change.Kernel(release, Map.of("linux-image-" + release, version)))),
        List.of(new WaveSize.Rest()),
        new Playbook.Observe(Duration.ofSeconds(10), Duration.ofSeconds(60), true, Duration.ZERO),
        new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0)),
        true,
        new Playbook.Lease(Duration.ofSeconds(60), Duration.ofMinutes(10), Duration.ofSeconds(60)),
        Limits.STRICT,
        Maintenance.ANY_TIME,
        Approval.NOBODY);
  }

  private static Facts facts(String was, String is) {
    return FactsFixture.with("epoch\t3\n", BOOT.replace(was, is) + "epoch\t3\n");
  }

  @Test
  void a_new_kernel_is_a_part_beside_the_package_that_brings_it() {
    Facts facts = facts("", "");
    assertThat(preflight.problems("gw1", facts)).isEmpty();
    GatewayChange change = preflight.resolve("gw1", facts);
    assertThat(change.file("r-1", 1))
        .contains("kernel\t6.12.57\n")
        .contains("package\tlinux-image-6.12.57\tnone\t6.12.57-1\n")
        .contains("activate\treboot\n");
    assertThat(change.what()).isEqualTo("kernel 6.1.176 → 6.12.57, " + IMAGE + " none → 6.12.57-1");
    assertThat(preflight.query().boot()).isTrue();
  }

  @Test
  void the_kernel_that_runs_is_nothing_to_do() {
    Facts facts =
        FactsFixture.with(
            "epoch\t3\n", BOOT + "package\tlinux-image-6.1.176\tinstalled\t6.1.176-1\nepoch\t3\n");
    Preflight same = new Preflight(playbook("6.1.176", "6.1.176-1"));
    assertThat(same.resolve("gw1", facts).nothingToDo()).isTrue();
    assertThat(same.problems("gw1", facts)).isEmpty();
    assertThat(new Preflight(playbook("6.1.176", "6.1.176-2")).problems("gw1", facts))
        .extracting(Problem::code)
        .containsExactly("kernel-in-place");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          loader~grub | loader~none | no-grub
          editor~yes | editor~no | tool-missing
          default~saved | default~fixed | grub-default
          ext4~/dev/vda1 | btrfs~/dev/vda1 | grub-cannot-write
          ext4~/dev/vda1 | ext4~/dev/mapper/vg-root | grub-cannot-write
          ext4~/dev/vda1 | ext4~/dev/md0 | grub-cannot-write
          kernel~6.1.176 | kernel~6.1.170 | no-old-kernel
          candidate~6.12.57-1 | candidate~6.12.58-1 | no-such-version
          """)
  void what_makes_the_way_back_impossible_is_refused_by_name(String was, String is, String code) {
    List<Problem> problems =
        preflight.problems("gw1", facts(was.replace('~', '\t'), is.replace('~', '\t')));
    assertThat(problems).extracting(Problem::code).containsExactly(code);
    assertThat(problems.getFirst().hint()).isNotEmpty();
  }
}
