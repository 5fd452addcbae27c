package dev.backstay.wireguard;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AeadTest {
  /** draft-irtf-cfrg-xchacha, appendix A.3.1. */
  @Test
  void the_cipher_of_cookies_is_that_of_the_draft() {
    byte[] key = Bytes.hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    byte[] nonce = Bytes.hex("404142434445464748494a4b4c4d4e4f5051525354555657");
    byte[] bound = Bytes.hex("50515253c0c1c2c3c4c5c6c7");
    byte[] plain =
        ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the"
                + " future, sunscreen would be it.")
            .getBytes(US_ASCII);
    byte[] sealed = Aead.sealLong(key, nonce, plain, bound);
    assertThat(Bytes.hex(sealed))
        .startsWith("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb")
        .endsWith("c0875924c1c7987947deafd8780acf49");
    assertThat(Aead.openLong(key, nonce, sealed, bound)).hasValue(plain);
    for (int i = 0; i < sealed.length; i++) {
      assertThat(Aead.openLong(key, nonce, Bytes.altered(sealed, i), bound)).isEmpty();
    }
  }

  @Test
  void what_is_shorter_than_a_tag_is_refused() {
    for (int length = 0; length < Aead.TAG_BYTES; length++) {
      assertThat(Aead.open(Bytes.repeated(1), 0, new byte[length], Aead.nothing())).isEmpty();
    }
  }

  @Test
  void another_counter_opens_nothing() {
    byte[] sealed = Aead.seal(Bytes.repeated(1), 7, new byte[3], Aead.nothing());
    assertThat(Aead.open(Bytes.repeated(1), 7, sealed, Aead.nothing())).isPresent();
    assertThat(Aead.open(Bytes.repeated(1), 8, sealed, Aead.nothing())).isEmpty();
  }
}
