package dev.backstay.wireguard;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Blake2sTest {
  /** RFC 7693, appendix B. */
  @Test
  void the_hash_is_that_of_the_rfc() {
    assertThat(Bytes.hex(Blake2s.hash("abc".getBytes(US_ASCII))))
        .isEqualTo("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
    assertThat(Blake2s.hash("a".getBytes(US_ASCII), "bc".getBytes(US_ASCII)))
        .isEqualTo(Blake2s.hash("abc".getBytes(US_ASCII)));
  }

  @Test
  void the_hmac_is_the_one_that_a_library_makes() {
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      byte[] key = new byte[random.nextInt(1, 65)];
      byte[] message = new byte[random.nextInt(200)];
      random.nextBytes(key);
      random.nextBytes(message);
      HMac library = new HMac(new Blake2sDigest(256));
      library.init(new KeyParameter(key));
      library.update(message, 0, message.length);
      byte[] expected = new byte[Blake2s.BYTES];
      library.doFinal(expected, 0);
      assertThat(Blake2s.hmac(key, message)).isEqualTo(expected);
    }
  }

  /** wireguard-go, device/kdf_test.go. */
  @ParameterizedTest
  @CsvSource({
    "test-key, test-input, 6f0e5ad38daba1bea8a0d213688736f19763239305e0f58aba697f9ffc41c633,"
        + " df1194df20802a4fe594cde27e92991c8cae66c366e8106aaa937a55fa371e8a,"
        + " fac6e2745a325f5dc5d11a5b165aad08b0ada28e7b4e666b7c077934a4d76c24",
    "wireguard, wireguard, 491d43bbfdaa8750aaf535e334ecbfe5129967cd64635101c566d4caefda96e8,"
        + " 1e71a379baefd8a79aa4662212fcafe19a23e2b609a3db7d6bcba8f560e3d25f,"
        + " 31e1ae48bddfbe5de38f295e5452b1909a1b4e38e183926af3780b0c1e1f0160",
    "'', '', 8387b46bf43eccfcf349552a095d8315c4055beb90208fb1be23b894bc2ed5d0,"
        + " 58a0e5f6faefccf4807bff1f05fa8a9217945762040bcec2f4b4a62bdfe0e86e,"
        + " 0ce6ea98ec548f8e281e93e32db65621c45eb18dc6f0a7ad94178610a2f7338e"
  })
  void the_keys_that_are_derived_are_those_of_wireguard_go(
      String key, String input, String first, String second, String third) {
    for (int keys = 1; keys <= 3; keys++) {
      byte[][] derived = Blake2s.derive(keys, key.getBytes(US_ASCII), input.getBytes(US_ASCII));
      assertThat(derived).hasDimensions(keys, Blake2s.BYTES);
      assertThat(Arrays.stream(derived).map(Bytes::hex))
          .isEqualTo(List.of(first, second, third).subList(0, keys));
    }
  }
}
