package dev.backstay.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Objects;

/** The terminal that this process was started on. */
final class ConsoleTerminal implements SecretTerminal {
  @Override
  public boolean isThere() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  @Override
  public char[] ask(String question) {
    // Nothing at all, as after Ctrl-D, is what an empty line is: no passphrase.
    return Objects.requireNonNullElse(console().readPassword("%s: ", question), new char[0]);
  }

  @Override
  public void show(String words, char[] secret) {
    PrintWriter out = console().writer();
    out.print(words);
    out.println(secret);
    out.flush();
  }

  private static Console console() {
    return Objects.requireNonNull(System.console(), "there is no terminal");
  }
}
