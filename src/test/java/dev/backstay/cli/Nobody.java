package dev.backstay.cli;

/** No person: the command was started by a program. */
final class Nobody implements SecretTerminal {
  @Override
  public boolean isThere() {
    return false;
  }

  @Override
  public char[] ask(String question) {
    throw new AssertionError("nobody can be asked: " + question);
  }

  @Override
  public void show(String words, char[] secret) {
    throw new AssertionError("nobody can be shown: " + words);
  }
}
