package dev.backstay.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file's format, with a key that keeps nothing secret; real tokens are tried in the commands.
 */
final class WrappedIdentityTest {
  @TempDir private Path folder;

  @Test
  void what_is_wrapped_comes_back_and_is_never_written_over() throws Exception {
    Path file = folder.resolve("wrapped");
    try (NewIdentity identity = NewIdentity.generate(Instant.now())) {
      WrappedIdentity.write(file, identity.text(), new Turned(1));
      try (IdentityText again = WrappedIdentity.read(file, new Turned(1))) {
        assertThat(again.bytes().bytes()).isEqualTo(identity.text().bytes().bytes());
      }
      assertThatThrownBy(() -> WrappedIdentity.write(file, identity.text(), new Turned(1)))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
  }

  @Test
  void a_token_that_gives_back_something_else_leaves_no_file_to_rely_on() {
    Path file = folder.resolve("wrapped");
    try (NewIdentity identity = NewIdentity.generate(Instant.now())) {
      assertThatThrownBy(() -> WrappedIdentity.write(file, identity.text(), new Turned(2)))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("something else than it was given");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void what_is_no_identity_is_not_wrapped() {
    Path file = folder.resolve("wrapped");
    IdentityText text = IdentityText.of(SecretBytes.owning(new byte[] {'x'}), "a test");
    assertThatThrownBy(() -> WrappedIdentity.write(file, text, new Turned(1)))
        .isInstanceOf(ProblemException.class);
    assertThat(file).doesNotExist();
  }

  @Test
  void another_format_is_refused_before_the_token_is_asked() throws Exception {
    Path file = folder.resolve("wrapped");
    String format = "backstay-wrapped-identity/v1\n";
    for (String text :
        List.of("", format, format + "no base64!\n", format + "AAAA\nAAAA\n", "other/v2\nAAAA\n")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> WrappedIdentity.requireFile(file))
          .as(text)
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("not an identity that backstay vault wrap wrote");
    }
    assertThatThrownBy(() -> WrappedIdentity.requireFile(folder.resolve("none")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("cannot be read");
  }

  /**
   * Turns every byte by one, and back by as many as it is told.
   *
   * @param back 1 for a key that works
   */
  private record Turned(int back) implements WrappedIdentity.Key {
    @Override
    public byte[] encrypt(byte[] plain, byte[] bound) {
      return turned(plain, 1);
    }

    @Override
    public byte[] decrypt(byte[] sealed, byte[] bound) {
      return turned(sealed, -back);
    }

    private static byte[] turned(byte[] bytes, int by) {
      byte[] turned = Arrays.copyOf(bytes, bytes.length);
      for (int i = 0; i < turned.length; i++) {
        turned[i] += (byte) by;
      }
      return turned;
    }
  }
}
