package dev.backstay.simulation;

/**
 * Ends the threads of a simulated process that was killed, wherever they are. An {@link Error},
 * because nothing that a program catches would catch the end of its own process.
 */
final class Halted extends Error {
  Halted(String process) {
    super(process + " was killed", null, false, false);
  }
}
