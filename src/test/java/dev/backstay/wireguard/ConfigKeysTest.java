package dev.backstay.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.testing.Programs;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ConfigKeysTest {
  private final String mine = key();
  private final String theirs = key();
  private final String first = publicOf(key());
  private final String second = publicOf(key());
  private final String psk = key();
  private final String otherPsk = key();

  @Test
  void a_private_key_makes_the_public_key_that_wg_makes() {
    for (int i = 0; i < 20; i++) {
      String key = key();
      try (PrivateKey parsed = PrivateKey.parse(ascii(key + "\n")).orElseThrow()) {
        assertThat(parsed.publicKey().base64()).isEqualTo(publicOf(key));
        assertThat(parsed).hasToString("***");
      }
    }
  }

  @Test
  void what_is_no_key_is_none() {
    for (String text : new String[] {"", "abc", "A".repeat(44), mine + "A", "*".repeat(43) + "="}) {
      assertThat(PrivateKey.parse(ascii(text))).isEmpty();
    }
  }

  @Test
  void keys_of_one_configuration_go_into_the_text_of_another() {
    byte[] text =
        ascii(
            """
            # by hand
            [Interface]
              privatekey=%s   # ours
            ListenPort = 51820
            [Peer]
            PresharedKey = %s
            PublicKey = %s
            AllowedIPs = 10.0.0.2/32

            [Peer]
            PublicKey = %s
            AllowedIPs = 10.0.0.3/32\
            """
                .formatted(mine, psk, first, second));
    byte[] keys =
        ascii(
            """
            [Interface]
            PrivateKey = %s
            [Peer]
            PublicKey = %s
            PresharedKey = %s
            [Peer]
            PublicKey = %s
            PresharedKey = %s
            """
                .formatted(theirs, second, psk, first, otherPsk));
    assertThat(
            new String(
                ConfigKeys.in(text).withKeysOf(ConfigKeys.in(keys)), StandardCharsets.US_ASCII))
        .isEqualTo(
            """
            # by hand
            [Interface]
              privatekey=%s   # ours
            ListenPort = 51820
            [Peer]
            PresharedKey = %s
            PublicKey = %s
            AllowedIPs = 10.0.0.2/32

            [Peer]
            PublicKey = %s
            PresharedKey = %s
            AllowedIPs = 10.0.0.3/32\
            """
                .formatted(theirs, otherPsk, first, second, psk));
    assertThat(ConfigKeys.in(text).peers()).containsExactlyInAnyOrder(first, second);
    assertThat(ConfigKeys.in(text).listenPort()).contains(51820);
  }

  @Test
  void a_configuration_with_its_own_keys_stays_as_it_is() {
    byte[] text = ascii("[Interface]\nPrivateKey = " + mine + "\n[Peer]\nPublicKey = " + first);
    assertThat(ConfigKeys.in(text).withKeysOf(ConfigKeys.in(text))).isEqualTo(text);
    assertThat(ConfigKeys.in(ascii("no configuration at all")).peers()).isEmpty();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String key() {
    return Programs.run("wg", "genkey").strip();
  }

  private static String publicOf(String key) {
    return Programs.run("sh", "-c", "printf %s \"$1\" | wg pubkey", "sh", key).strip();
  }
}
