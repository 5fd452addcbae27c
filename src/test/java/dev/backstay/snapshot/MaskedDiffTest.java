package dev.backstay.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.testing.Programs;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MaskedDiffTest {
  private final String secret = Programs.run("wg", "genkey").strip();
  private final String other = Programs.run("wg", "genkey").strip();
  private final String peer = Programs.run("sh", "-c", "wg genkey | wg pubkey").strip();

  @Test
  void lines_are_shown_and_secrets_are_not() {
    List<String> lines =
        diff(
            "[Interface]\nPrivateKey = %s\nMTU = 1420\n[Peer]\nPublicKey = %s\n"
                .formatted(secret, peer),
            "[Interface]\nPrivateKey = %s\nMTU = 1380\n[Peer]\nPublicKey = %s\n"
                .formatted(other, peer));
    assertThat(lines)
        .contains("--- etc/wireguard/wg0.conf", "-MTU = 1420", "+MTU = 1380")
        .anyMatch(line -> line.matches("-PrivateKey = \\(secret [0-9a-f]{4}\\)"))
        .noneMatch(line -> line.contains(secret) || line.contains(other));
  }

  @Test
  void equal_secrets_do_not_differ() {
    assertThat(diff("PrivateKey = " + secret + "\n", "PrivateKey = " + secret + "\n")).isEmpty();
  }

  @Test
  void a_key_that_nobody_named_is_hidden_and_the_one_of_a_peer_is_shown() {
    List<String> lines =
        diff(
            "PublicKey = " + peer + "\n",
            "PublicKey = %s\nPostUp = wg set wg0 peer %s preshared-key <(echo %s)\n%s\n"
                .formatted(peer, peer, secret, secret));
    assertThat(String.join("\n", lines)).contains("peer " + peer).doesNotContain(secret);
  }

  private static List<String> diff(String before, String after) {
    try (Capture a = capture(before);
        Capture b = capture(after)) {
      return MaskedDiff.between(a, b, new SecureRandom());
    }
  }

  private static Capture capture(String text) {
    SecretBytes content = SecretBytes.owning(text.getBytes(StandardCharsets.UTF_8));
    return new Capture(
        Instant.now(),
        new TreeMap<>(
            Map.of("etc/wireguard/wg0.conf", new CapturedFile(content, 0600, "root:root"))),
        Facts.ofKernel("6.1"));
  }
}
