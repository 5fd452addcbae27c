package dev.backstay.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class PublicKeyTest {
  /** The same rule in other words. */
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=");

  private static boolean isOne(String text) {
    try {
      return new PublicKey(text).base64().equals(text);
    } catch (IllegalArgumentException no) {
      return false;
    }
  }

  @Test
  void the_base64_of_32_bytes_is_one_and_no_other_text_is() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      String key = Base64.getEncoder().encodeToString(bytes);
      assertThat(isOne(key)).as(key).isTrue();
      StringBuilder other = new StringBuilder(key);
      other.setCharAt(random.nextInt(key.length()), (char) random.nextInt(0x180));
      assertThat(isOne(other.toString()))
          .as(other.toString())
          .isEqualTo(SHAPE.matcher(other).matches());
    }
    for (String text : new String[] {"", "=", "A".repeat(44), "A".repeat(43) + "=="}) {
      assertThatThrownBy(() -> new PublicKey(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not a WireGuard public key");
    }
  }
}
