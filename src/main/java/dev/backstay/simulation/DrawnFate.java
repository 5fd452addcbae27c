package dev.backstay.simulation;

import java.util.Random;

/**
 * Who is struck is drawn once, from a seed. All shares are hundredths of a percent.
 *
 * @param broken share of gateways on which no client gets on with the new version
 * @param unloadable share of gateways on which the new module does not load
 * @param lost share of clients that the new version loses, wherever they are
 * @param stalled share of clients whose data the new version stalls
 * @param churn share of clients that leave for good whenever an interface is made anew, by either
 *     version
 */
record DrawnFate(long seed, int broken, int unloadable, int lost, int stalled, int churn)
    implements Fate {
  private static final int WHOLE = 10_000;

  /** What may be drawn, so that one draw says nothing of another. */
  private enum Draw {
    BROKEN,
    UNLOADABLE,
    LOST,
    STALLED,
    CHURN
  }

  @Override
  public boolean loads(String gateway, String module) {
    return isOld(module) || !drawn(Draw.UNLOADABLE, gateway, 0, unloadable);
  }

  @Override
  public Client.Behaviour behaviour(String gateway, int client, String module, int cut) {
    if (drawn(Draw.CHURN, gateway, client * 100 + cut, churn)) {
      return Client.Behaviour.GONE;
    }
    if (isOld(module)) {
      return Client.Behaviour.WORKS;
    }
    if (drawn(Draw.BROKEN, gateway, 0, broken)) {
      return Client.Behaviour.FAILS;
    }
    if (drawn(Draw.LOST, gateway, client, lost)) {
      return Client.Behaviour.FAILS;
    }
    return drawn(Draw.STALLED, gateway, client, stalled)
        ? Client.Behaviour.STALLS
        : Client.Behaviour.WORKS;
  }

  private static boolean isOld(String module) {
    return module.contains(Outfit.BEFORE);
  }

  private boolean drawn(Draw what, String gateway, int number, int share) {
    long mixed = ((seed * 31 + what.ordinal()) * 1_000_003 + gateway.hashCode()) * 1_000_003;
    return share > 0 && new Random(mixed + number).nextInt(WHOLE) < share;
  }
}
