package dev.backstay.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.testing.Programs;
import dev.backstay.testing.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that encrypts by itself: the real program and the real age, on a made-up interface. */
final class SealedCaptureTest {
  private final String key = Programs.run("wg", "genkey").strip();

  @TempDir private Path folder;
  private VaultPlace place = new VaultPlace(Path.of(""), Path.of(""));
  private Optional<Identity> identity = Optional.empty();

  @BeforeEach
  void vaultAndGateway() throws IOException {
    place = VaultPlace.in(folder);
    Files.createDirectories(folder.resolve(".backstay"));
    Path file = folder.resolve(".backstay/vault-identity");
    Vault.init(place, new Keyholders.NewIdentity(file), Clock.systemUTC(), new SecureRandom());
    identity = Optional.of(Identity.read(file));
    Path wg = folder.resolve("bin/wg");
    Files.createDirectories(wg.getParent());
    Files.writeString(
        wg,
        """
        #!/bin/sh
        case "$*" in
        'show interfaces') echo wg0 ;;
        'show wg0 public-key') echo %s | /usr/bin/wg pubkey ;;
        'show wg0 private-key') echo %s ;;
        'showconf wg0') printf '[Interface]\\nPrivateKey = %s\\n' ;;
        pubkey) exec /usr/bin/wg pubkey ;;
        esac
        """
            .formatted(key, key, key));
    assertThat(wg.toFile().setExecutable(true)).isTrue();
    // This machine may have a service manager that does not run, and takes long to say so.
    Path systemctl = Files.writeString(folder.resolve("bin/systemctl"), "#!/bin/sh\nexit 1\n");
    assertThat(systemctl.toFile().setExecutable(true)).isTrue();
    configure("# one");
  }

  @Test
  void what_the_gateway_seals_is_saved_and_proves_to_be_what_it_said() throws Exception {
    Vault vault = open();
    byte[] tar = captured(vault.sealOrders("gw1"));
    assertThat(Secret.key("key", key).in(tar)).isFalse();
    Saved saved = vault.save("gw1", SealedCapture.of(Instant.now(), tar), Reason.of("r"));
    // The digests that the shell has made are the ones that the controller makes.
    assertThat(vault.verify(saved.snapshot().commit(), "gw1", identity))
        .isInstanceOf(ReadBack.Decrypted.class);
    try (Capture read = vault.read("main", "gw1", identity.orElseThrow())) {
      assertThat(read.files()).containsKey("etc/wireguard/wg0.conf");
    }
  }

  @Test
  void an_unchanged_gateway_encrypts_nothing_and_writes_nothing() throws Exception {
    Vault vault = open();
    Saved first = save(vault);
    long before = Files.size(archive());
    Saved second = save(vault);
    assertThat(second.committed()).isFalse();
    assertThat(second.snapshot()).isEqualTo(first.snapshot());
    assertThat(Files.size(archive())).isLessThan(before);
    configure("# two");
    Saved third = save(vault);
    assertThat(third.changes())
        .extracting(FileChange::path)
        .containsExactly("etc/wireguard/wg0.conf");
  }

  @Test
  void who_encrypts_may_change_without_a_new_commit() throws Exception {
    Vault vault = open();
    Saved sealed = save(vault);
    Programs.run("sh", "-c", program(""), "sh", folder.toString());
    Capture clear = Capture.of(Instant.now(), Files.readAllBytes(archive()));
    assertThat(vault.save("gw1", clear, "in clear").snapshot()).isEqualTo(sealed.snapshot());
  }

  @Test
  void a_file_that_was_left_out_and_is_gone_is_refused() throws Exception {
    Vault vault = open();
    save(vault);
    byte[] orders = vault.sealOrders("gw1");
    SealedCapture thin = SealedCapture.of(Instant.now(), captured(orders));
    assertThatThrownBy(() -> vault.save("gw2", thin, Reason.of("another gateway's")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("left 'etc/wireguard/wg0.conf' out");
  }

  private Vault open() {
    return Vault.open(place, Clock.systemUTC(), new SecureRandom());
  }

  private Saved save(Vault vault) throws IOException {
    byte[] tar = captured(vault.sealOrders("gw1"));
    return vault.save("gw1", SealedCapture.of(Instant.now(), tar), Reason.of("again"));
  }

  private void configure(String comment) throws IOException {
    Path conf = folder.resolve("root/etc/wireguard/wg0.conf");
    Files.createDirectories(conf.getParent());
    Files.writeString(conf, "[Interface]\n%s\nPrivateKey = %s\n".formatted(comment, key));
  }

  private Path archive() {
    return folder.resolve("capture.tar");
  }

  private byte[] captured(byte[] orders) throws IOException {
    Files.write(folder.resolve("orders"), orders);
    Programs.run("sh", "-c", program("sealed"), "sh", folder.toString());
    return Files.readAllBytes(archive());
  }

  private static String program(String mode) {
    return "PATH=$1/bin:$PATH BACKSTAY_ROOT=$1/root BACKSTAY_RUN=$1/run BACKSTAY_ALLOW_ANY_FS=1 sh "
        + Path.of("src/main/sh/capture").toAbsolutePath()
        + " "
        + mode
        + " <\"$1/orders\" >\"$1/capture.tar\"";
  }
}
