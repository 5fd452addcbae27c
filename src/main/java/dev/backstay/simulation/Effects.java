package dev.backstay.simulation;

import java.util.regex.Pattern;

/**
 * Counts the orders of one controller that change something on a gateway, and ends that controller
 * at one of them if it is to die there.
 */
final class Effects {
  private static final Pattern CHANGING =
      Pattern.compile(
          "umask 077 && .*|/var/lib/backstay/programs/(stage|deadman"
              + " (install|arm|rehearse|renew|confirm|revert)|change (start|forget))\\b.*",
          Pattern.DOTALL);

  private final Runnable death;
  private final int before;
  private final int after;
  private int count;

  /**
   * @param death ends the controller
   */
  Effects(Death when, Runnable death) {
    this.death = death;
    this.before = when instanceof Death.BeforeEffect(int effect) ? effect : 0;
    this.after = when instanceof Death.AfterEffect(int effect) ? effect : 0;
  }

  /** Nobody dies of these. */
  static Effects none() {
    return new Effects(new Death.AfterLine(0), () -> {});
  }

  int count() {
    return count;
  }

  /**
   * An order is about to leave; may not return.
   *
   * @return its number, 0 if it changes nothing
   */
  int leaves(String line) {
    if (!CHANGING.matcher(line).matches()) {
      return 0;
    }
    count++;
    if (count == before) {
      death.run();
    }
    return count;
  }

  /** The gateway has carried it out. */
  void isDone(int effect) {
    if (effect > 0 && effect == after) {
      death.run();
    }
  }
}
