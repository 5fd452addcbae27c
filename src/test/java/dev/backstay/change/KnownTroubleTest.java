package dev.backstay.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.FactsFixture;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Implementation;
import dev.backstay.regression.KnownRegressions;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KnownTroubleTest {
  private static final Packages.VersionChange IMAGE =
      new Packages.VersionChange("linux-image-6.1.0-18-amd64", "none", "6.1.76-1");

  private static List<String> found(Facts facts, Part... parts) {
    GatewayChange change =
        new GatewayChange("gw1", List.of(parts), Activation.REBOOT, true, List.of("wg0"));
    return KnownTrouble.of(KnownRegressions.shipped(), facts, change).stream()
        .map(trouble -> trouble.row().id() + (trouble.already() ? " already" : " new"))
        .toList();
  }

  private static Facts running(String kernel, String more) {
    return FactsFixture.with("kernel\t6.1.176\n", "kernel\t%s\n%s".formatted(kernel, more));
  }

  @Test
  void a_kernel_that_a_change_brings_is_known_by_its_package() {
    assertThat(
            found(
                FactsFixture.healthy(),
                new KernelSwitch("6.1.176", "6.1.0-18-amd64"),
                new Packages(List.of(IMAGE))))
        .containsExactly("peer-update-race new");
  }

  @Test
  void what_is_so_already_is_told_apart_from_what_the_change_brings() {
    Facts before =
        running(
            "6.1.0-17-amd64",
            "kernel-build\tLinux version 6.1.0-17-amd64 #1 SMP Debian 6.1.69-1 (2023-12-30)\n");
    assertThat(
            found(
                before,
                new KernelSwitch("6.1.0-17-amd64", "6.1.0-18-amd64"),
                new Packages(List.of(IMAGE))))
        .containsExactly("peer-update-race already");
    assertThat(found(before, new Tuning(List.of()))).containsExactly("peer-update-race already");
  }

  @Test
  void a_kernel_whose_version_nobody_tells_is_in_no_row() {
    assertThat(found(running("6.1.0-17-amd64", ""), new Tuning(List.of()))).isEmpty();
  }

  @Test
  void threads_of_an_interface_are_so_until_another_kernel_comes() {
    Facts threaded = FactsFixture.with("\t20\t17\n", "\t20\t17\tthreaded\n");
    assertThat(found(threaded, new Tuning(List.of())))
        .containsExactly("threaded-napi-stall already");
    assertThat(found(threaded, new KernelSwitch("6.1.176", "6.1.180"))).isEmpty();
    Facts newer = FactsFixture.with("\t20\t17\n", "\t20\t17\tthreaded\nkernel\t7.2.11\n");
    assertThat(found(newer, new Tuning(List.of()))).as("where it began").isEmpty();
    assertThat(found(threaded, new Takeover(Implementation.WIREGUARD_GO, List.of("wg0"))))
        .isEmpty();
  }

  @Test
  void a_program_that_takes_over_brings_its_own_troubles() {
    Facts old = running("5.10.220", "package\twireguard-go\tinstalled\t0.0.20231211\n");
    assertThat(found(old, new Tuning(List.of()))).isEmpty();
    assertThat(found(old, new Takeover(Implementation.WIREGUARD_GO, List.of("wg0"))))
        .containsExactlyInAnyOrder(
            "udp-gro-old-kernels new",
            "wireguard-go-mixed-families new",
            "wireguard-go-source-address new");
  }
}
