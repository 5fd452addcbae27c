package dev.backstay.simulation;

/**
 * A new version that is bad on one gateway, and good on all others.
 *
 * @param loads whether its module loads there
 * @param clients how they get on with it
 * @param boot what its kernel does there
 */
record Bad(String gateway, boolean loads, Client.Behaviour clients, Boot boot) implements Fate {
  static Bad module(String gateway) {
    return new Bad(gateway, true, Client.Behaviour.FAILS, Boot.UP);
  }

  static Bad unloadable(String gateway) {
    return new Bad(gateway, false, Client.Behaviour.WORKS, Boot.UP);
  }

  static Bad kernel(String gateway, Boot boot) {
    return new Bad(gateway, true, Client.Behaviour.WORKS, boot);
  }

  @Override
  public boolean loads(String where, String module) {
    return loads || !isIt(where, module);
  }

  @Override
  public Client.Behaviour behaviour(String where, int client, String module, int cut) {
    return isIt(where, module) ? clients : Client.Behaviour.WORKS;
  }

  @Override
  public Boot boots(String where, String kernel) {
    return isIt(where, kernel) ? boot : Boot.UP;
  }

  private boolean isIt(String where, String version) {
    return where.equals(gateway) && !version.contains(Outfit.BEFORE);
  }
}
