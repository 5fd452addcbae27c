package dev.backstay.cli;

/** The terminal, as far as secrets are typed and shown on it. */
interface SecretTerminal {
  /** Whether a person can be asked. */
  boolean isThere();

  /**
   * Asks without showing what is typed. Only when somebody is there.
   *
   * @return the caller wipes it
   */
  char[] ask(String question);

  /** Shows a line to the person and to nobody else. Only when somebody is there. */
  void show(String words, char[] secret);
}
