package dev.backstay.cli;

import dev.backstay.process.Descriptor;
import dev.backstay.snapshot.Passphrase;
import dev.backstay.snapshot.RandomPassphrase;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * Asks for passphrases, PINs and keys: the person on the terminal, or, where a program runs the
 * command, the file descriptor that {@code BACKSTAY_PASSPHRASE_FD} names; there each line answers
 * one question, in the order of the questions. Arguments and the environment's values are seen by
 * others, so none is taken from there.
 */
final class AskSecret {
  static final String VARIABLE = "BACKSTAY_PASSPHRASE_FD";

  private static final int LONGEST = 64 * 1024;

  private final SecretTerminal terminal;
  private final Optional<String> number;
  private Optional<Deque<char[]>> lines = Optional.empty();

  AskSecret(Surroundings surroundings) {
    this.terminal = surroundings.terminal();
    this.number = Optional.ofNullable(surroundings.environment().get(VARIABLE));
  }

  /**
   * A secret that exists already.
   *
   * @param question without a colon at its end
   * @return the caller wipes it
   * @throws dev.backstay.problem.ProblemException {@code nobody-to-ask}, {@code
   *     descriptor-unreadable}, {@code secret-missing}
   */
  char[] ask(String question) {
    if (number.isPresent()) {
      return nextLine(number.get(), question);
    }
    requireSomebody(question);
    return terminal.ask(question);
  }

  /** As {@link #ask}. */
  Passphrase passphrase(String question) {
    return Passphrase.owning(ask(question));
  }

  /**
   * A passphrase that is to be. A person types it twice, or nothing, and is shown a random one.
   *
   * @throws dev.backstay.problem.ProblemException {@code passphrase-weak}, {@code
   *     passphrase-differs}, and those of {@link #ask}
   */
  Passphrase newPassphrase(String question) {
    if (number.isPresent()) {
      return strong(passphrase(question));
    }
    requireSomebody(question);
    Passphrase typed = Passphrase.owning(terminal.ask(question + " (empty: have one made)"));
    if (typed.isEmpty()) {
      return made();
    }
    strong(typed);
    try (Passphrase again = Passphrase.owning(terminal.ask("The same again"))) {
      if (!typed.same(again)) {
        typed.close();
        throw IdentityProblems.passphraseDiffers();
      }
    }
    return typed;
  }

  private Passphrase made() {
    char[] random = RandomPassphrase.generate(new SecureRandom());
    terminal.show("The passphrase, shown this once: ", random);
    return Passphrase.owning(random);
  }

  private static Passphrase strong(Passphrase passphrase) {
    try {
      passphrase.requireStrong();
      return passphrase;
    } catch (RuntimeException weak) {
      passphrase.close();
      throw weak;
    }
  }

  private void requireSomebody(String question) {
    if (!terminal.isThere()) {
      throw IdentityProblems.nobodyToAsk(question);
    }
  }

  private char[] nextLine(String descriptor, String question) {
    if (lines.isEmpty()) {
      lines = Optional.of(read(IdentitySource.number(descriptor, VARIABLE)));
    }
    return Optional.ofNullable(lines.get().poll())
        .orElseThrow(() -> IdentityProblems.secretMissing(descriptor, question));
  }

  private static Deque<char[]> read(int descriptor) {
    byte[] bytes = new Descriptor(descriptor).readAll(LONGEST);
    CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
    Arrays.fill(bytes, (byte) 0);
    Deque<char[]> lines = new ArrayDeque<>();
    int start = 0;
    for (int i = 0; i <= text.limit(); i++) {
      boolean end = i == text.limit();
      if ((end && i > start) || (!end && text.get(i) == '\n')) {
        int last = i > start && text.get(i - 1) == '\r' ? i - 1 : i;
        char[] line = new char[last - start];
        text.get(start, line);
        lines.add(line);
        start = i + 1;
      }
    }
    Arrays.fill(text.array(), '\0');
    return lines;
  }
}
