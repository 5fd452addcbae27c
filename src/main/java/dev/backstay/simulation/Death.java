package dev.backstay.simulation;

/**
 * The moment at which a controller is killed, counted from 1 in what this controller itself does. A
 * moment that never comes leaves it alive.
 */
sealed interface Death {
  /** Its line is on the disk, and nothing has come of it yet. */
  record AfterLine(long line) implements Death {}

  /** Its machine loses its power while it writes the line, of which half is on the disk. */
  record InLine(long line) implements Death {}

  /** An order that would change something on a gateway has not left. */
  record BeforeEffect(int effect) implements Death {}

  /** A gateway has done what it was ordered, and nobody hears the answer. */
  record AfterEffect(int effect) implements Death {}

  /** After a line of a wave that is drawn as well; nobody goes on after it. */
  record InSomeWave() implements Death {}
}
