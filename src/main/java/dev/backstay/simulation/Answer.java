package dev.backstay.simulation;

/** How a program of a gateway ended. */
record Answer(int status, String output, String error) {
  static Answer of(String output) {
    return new Answer(0, output, "");
  }

  /** The end of a program that refuses, with its sentence. */
  static final class Refusal extends RuntimeException {
    private final int status;

    Refusal(int status, String sentence) {
      super(sentence, null, false, false);
      this.status = status;
    }

    Answer answer(String program) {
      return new Answer(status, "", program + ": " + getMessage() + "\n");
    }
  }
}
