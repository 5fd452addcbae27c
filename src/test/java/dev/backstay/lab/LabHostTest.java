package dev.backstay.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.backstay.problem.ProblemException;
import dev.backstay.testing.LabExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can happen to a host, and which kernel it boots afterwards. */
@Tag("lab")
class LabHostTest {
  private static final Duration BOOT = Duration.ofMinutes(3);
  private static final String INSTALL =
      "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y linux-image-";

  @TempDir private Path folder;

  @BeforeEach
  void beOutside() {
    assumeFalse(Lab.isInside(), "a lab is not brought up inside another");
  }

  @AfterEach
  void tidy() {
    if (!Lab.isInside()) {
      lab().down();
    }
  }

  @Test
  void aKernelChosenForOneBootIsBootedOnceEvenIfThePowerIsCut() {
    LabHost host = up(Set.of());
    String old = release(host);
    String newer = old.replace("lab1", "lab2");
    host.run(INSTALL + newer + " && grub-set-default " + old + " && grub-reboot " + newer);

    reboot(host);
    assertThat(release(host)).isEqualTo(newer);
    assertThat(host.run("grub-editenv list")).contains("saved_entry=" + old);

    host.powerOff();
    assertThat(host.hasPower()).isFalse();
    host.powerOn();
    awaitBoot(host);
    assertThat(release(host)).isEqualTo(old);

    host.run("apt-get remove -qq -y linux-image-" + newer);
    assertThat(host.run("grep -c '^menuentry' /boot/grub/grub.cfg")).isEqualTo("1");
    assertThatThrownBy(() -> host.run("apt-get remove -qq -y linux-image-" + old))
        .hasMessageContaining("ended with status 100");
  }

  @Test
  void pitfall_33_withAnUnwritableBlockTheKernelForOneBootSticks() {
    LabHost host = up(Set.of("gw1"));
    String old = release(host);
    String newer = old.replace("lab1", "lab2");
    host.run(INSTALL + newer + " && grub-set-default " + old + " && grub-reboot " + newer);

    reboot(host);
    assertThat(release(host)).isEqualTo(newer);
    reboot(host);
    assertThat(release(host)).isEqualTo(newer);
  }

  @Test
  void aPanicWithATimeoutRestartsAndWithoutOneEndsTheKernel() {
    LabHost host = up(Set.of());
    String boot = host.run("cat /proc/sys/kernel/random/boot_id");
    host.run(
        "echo 1 >/proc/sys/kernel/panic; (sleep 1; echo c >/proc/sysrq-trigger) >/dev/null 2>&1 &");
    await()
        .atMost(BOOT)
        .ignoreExceptions()
        .until(() -> !host.run("cat /proc/sys/kernel/random/boot_id").equals(boot));

    host.run("(sleep 1; echo c >/proc/sysrq-trigger) >/dev/null 2>&1 &");
    await().atMost(BOOT).until(() -> !host.hasPower());
  }

  @Test
  void aKernelWithoutNetworkIsLeftByThePowerButton() {
    LabHost host = up(Set.of());
    String old = release(host);
    String silent = old.replace("lab1", "lab5");
    host.run(
        INSTALL
            + silent
            + " && grub-set-default "
            + old
            + " && grub-reboot "
            + silent
            + " && sync");
    host.powerOff();
    host.powerOn();

    await().pollDelay(Duration.ofSeconds(30)).atMost(BOOT).until(() -> true);
    assertThatThrownBy(() -> host.run("true")).hasMessageContaining("does not answer");
    host.powerOff();
    host.powerOn();
    awaitBoot(host);
    assertThat(release(host)).isEqualTo(old);
  }

  @Test
  void cutClockAndDiskGoWrongAndComeBack() {
    LabHost host = up(Set.of());

    host.cut();
    assertThatThrownBy(() -> host.run("true")).isInstanceOf(ProblemException.class);
    host.uncut();
    assertThat(host.run("echo back")).isEqualTo("back");
    host.cut(Duration.ofSeconds(3));
    await().atMost(BOOT).ignoreExceptions().until(() -> host.run("echo back").equals("back"));

    assertThat(host.stepClock(Duration.ofHours(1))).isEqualTo(Duration.ofHours(1));
    assertThat(host.stepClock(Duration.ofHours(-2))).isEqualTo(Duration.ofHours(-1));

    assertThat(host.fillDisk()).isLessThan(64 * 1024L);
    assertThatThrownBy(() -> host.run("head -c 200000 /dev/zero >/root/more"))
        .hasMessageContaining("ended with status");
    assertThat(host.freeDisk()).isGreaterThan(50_000_000L);

    assertThatThrownBy(host::powerOn).hasMessageContaining("it has power already");
  }

  private Lab lab() {
    return Lab.at(folder.resolve("run"));
  }

  private LabHost up(Set<String> unwritable) {
    Lab lab = lab();
    lab.up(
        LabOptions.of(LabExtension.kernel(lab))
            .withSize(1, 2)
            .withUnwritableGrubenv(unwritable)
            .in(folder.resolve("access"))
            .within(Duration.ofMinutes(10)),
        System.out::println);
    return lab.host("gw1");
  }

  private static String release(LabHost host) {
    return host.run("uname -r");
  }

  private static void reboot(LabHost host) {
    String boot = host.run("cat /proc/sys/kernel/random/boot_id");
    host.run("(sleep 1; reboot) >/dev/null 2>&1 &");
    await()
        .atMost(BOOT)
        .ignoreExceptions()
        .until(() -> !host.run("cat /proc/sys/kernel/random/boot_id").equals(boot));
  }

  private static void awaitBoot(LabHost host) {
    await().atMost(BOOT).ignoreExceptions().until(() -> host.run("echo up").equals("up"));
  }
}
