package dev.backstay.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.testing.SoftToken;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against SoftHSM, a token in software that real programs make keys in. */
final class TokenKeyTest {
  private static final byte[] PLAIN = "AGE-SECRET-KEY-…".getBytes(StandardCharsets.UTF_8);
  private static final byte[] BOUND = "this format".getBytes(StandardCharsets.US_ASCII);

  @TempDir private Path folder;

  @BeforeAll
  static void tokens() {
    SoftToken.ofThisRun();
  }

  @Test
  void what_the_key_encrypts_only_the_key_decrypts() {
    byte[] sealed;
    try (TokenKey key = open("token=fleet;object=vault")) {
      sealed = key.encrypt(PLAIN, BOUND);
      assertThat(sealed).hasSize(12 + PLAIN.length + 16);
      assertThat(key.encrypt(PLAIN, BOUND)).as("another nonce").isNotEqualTo(sealed);
      assertThat(key).hasToString("***");
    }
    try (TokenKey again = open("token=fleet;object=vault")) {
      assertThat(again.decrypt(sealed, BOUND)).isEqualTo(PLAIN);
    }
    try (TokenKey other = open("token=fleet;object=another%20key")) {
      refused("token-key-other", () -> other.decrypt(sealed, BOUND));
    }
  }

  @Test
  void damage_and_another_use_are_noticed() {
    try (TokenKey key = open("token=fleet;object=vault")) {
      byte[] sealed = key.encrypt(PLAIN, BOUND);
      refused("token-key-other", () -> key.decrypt(sealed, PLAIN));
      refused("token-key-other", () -> key.decrypt(new byte[5], BOUND));
      sealed[20] ^= 1;
      refused("token-key-other", () -> key.decrypt(sealed, BOUND));
    }
  }

  @Test
  void the_pin_is_asked_for_once_the_token_is_found_and_wiped_after_use() {
    char[] pin = SoftToken.PIN.toCharArray();
    TokenKey.open(uri("token=fleet;object=vault"), () -> pin, new SecureRandom()).close();
    assertThat(pin).containsOnly('\0');
    Supplier<char[]> nobody =
        () -> {
          throw new AssertionError("a PIN was asked for");
        };
    refused(
            "token-missing",
            () -> TokenKey.open(uri("token=nope;object=vault"), nobody, new SecureRandom()))
        .hasMessageContaining("the module sees 'fleet', 'twin', 'twin'");
  }

  @Test
  void a_wrong_pin_is_told_and_not_repeated() {
    refused(
            "token-pin-wrong",
            () ->
                TokenKey.open(
                    uri("token=fleet;object=vault"), "9876"::toCharArray, new SecureRandom()))
        .hasMessageNotContaining("9876");
    open("token=fleet;object=vault").close();
  }

  @Test
  void a_key_that_is_not_there_is_told_with_the_command_that_makes_it() {
    refused("token-key-missing", () -> open("token=fleet;object=nokey"))
        .hasMessageContaining("--keygen --key-type AES:32 --sensitive --label nokey");
  }

  @Test
  void a_key_that_can_be_read_out_protects_nothing_and_is_refused() {
    refused("token-key-extractable", () -> open("token=fleet;object=open"));
  }

  @Test
  void two_tokens_of_one_name_are_told_apart_or_refused() {
    refused("token-ambiguous", () -> open("token=twin;object=vault"));
    refused("token-missing", () -> open("token=twin;serial=0;object=vault"));
  }

  @Test
  void a_module_that_is_missing_or_none_is_told() throws Exception {
    Path text = Files.writeString(folder.resolve("module.so"), "not a library");
    for (String module :
        new String[] {"/nowhere/module.so", text.toString(), library("libc.so.6")}) {
      refused(
          "token-module-missing",
          () ->
              TokenKey.open(
                  TokenUri.parse("pkcs11:token=fleet;object=vault?module-path=" + module),
                  SoftToken.PIN::toCharArray,
                  new SecureRandom()));
    }
  }

  private static String library(String name) throws Exception {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.endsWith("/" + name))
        .map(line -> line.substring(line.indexOf('/')))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void what_only_real_tokens_say_is_told_in_words_too() {
    TokenUri uri = uri("token=fleet;object=vault");
    assertThat(TokenKey.problem(uri, new ProviderException("x", new Exception("CKR_PIN_LOCKED"))))
        .satisfies(error -> code(error).isEqualTo("token-pin-locked"));
    assertThat(TokenKey.problem(uri, new ProviderException("CKR_DEVICE_REMOVED (0x32)")))
        .satisfies(error -> code(error).isEqualTo("token-failed"))
        .hasMessageContaining("CKR_DEVICE_REMOVED");
    assertThat(TokenKey.problem(uri, new ProviderException()))
        .satisfies(error -> code(error).isEqualTo("token-failed"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pkcs11:object=x?module-path=/m                                | which token
          pkcs11:token=a?module-path=/m                                 | which key
          pkcs11:token=a;id=%01?module-path=/m                          | which key
          pkcs11:token=a;object=x                                       | which library
          pkcs11:token=a;object=x?module-path=m.so                      | absolute
          pkcs11:token=a;object=x?module-path=/m&module-name=m          | module-name
          pkcs11:token=a;object=x?module-path=/m&pin-value=1234         | must not stand in a command
          pkcs11:token=a;object=x?module-path=/m&pin-source=%7ccat      | from a program
          pkcs11:token=a;object=x;type=private?module-path=/m           | secret-key
          pkcs11:token=a;token=b;object=x?module-path=/m                | twice
          pkcs11:token=a;object=x;slot=3?module-path=/m                 | not understood: slot
          pkcs11:token=a;object=x?module-path=/m&x-vendor=1             | not understood: x-vendor
          pkcs11:token=%zz;object=x?module-path=/m                      | hexadecimal
          pkcs11:token=%a                                               | hexadecimal
          pkcs11:token                                                  | every attribute
          http:token=a                                                  | begins with pkcs11:
          """)
  void a_uri_that_might_mean_another_key_is_refused(String text, String why) {
    refused("token-uri-invalid", () -> TokenUri.parse(text))
        .hasMessageContaining(why)
        .hasMessageNotContaining("1234");
  }

  @Test
  void a_uri_is_read_as_rfc_7512_writes_it() {
    TokenUri uri =
        TokenUri.parse(
            "pkcs11:token=The%20Software%3B;manufacturer=Snake%20Oil;id=%69;object=my-k%C3%A9y"
                + ";type=secret-key?module-path=/usr/lib/m.so&pin-source=file:/etc/pin");
    assertThat(uri.token())
        .containsEntry("token", "The Software;")
        .containsEntry("manufacturer", "Snake Oil");
    assertThat(uri.object()).isEqualTo("my-kéy");
    assertThat(uri.pinFile()).contains(Path.of("/etc/pin"));
    assertThat(TokenUri.parse("pkcs11:token=a;object=b?module-path=/m&pin-source=prompt").pinFile())
        .isEmpty();
    assertThat(
            TokenUri.parse("pkcs11:token=a;object=b?module-path=/m&pin-source=file:///p").pinFile())
        .contains(Path.of("/p"));
  }

  @Test
  void a_pin_is_the_first_line_of_its_file() throws Exception {
    Path file = Files.writeString(folder.resolve("pin"), "12ä4\r\nnot this\n");
    assertThat(TokenPin.read(file)).isEqualTo("12ä4".toCharArray());
    Files.writeString(file, "\n1234\n");
    refused("token-pin-unreadable", () -> TokenPin.read(file)).hasMessageNotContaining("1234");
    refused("token-pin-unreadable", () -> TokenPin.read(folder.resolve("none")));
  }

  private static TokenKey open(String path) {
    return TokenKey.open(uri(path), SoftToken.PIN::toCharArray, new SecureRandom());
  }

  private static TokenUri uri(String path) {
    return TokenUri.parse("pkcs11:" + path + "?module-path=" + SoftToken.MODULE);
  }

  private static org.assertj.core.api.AbstractStringAssert<?> code(Throwable error) {
    return assertThat(((ProblemException) error).problems().getFirst().code());
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      String code, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOf(ProblemException.class)
        .satisfies(error -> code(error).isEqualTo(code));
  }
}
