package dev.backstay.simulation;

/** What the new version does to whom. Must answer the same way whenever it is asked the same. */
interface Fate {
  /** Whether the module of this version loads on this gateway. */
  boolean loads(String gateway, String module);

  /**
   * @param client counts from 0
   * @param cut counts how often the interfaces were made anew
   */
  Client.Behaviour behaviour(String gateway, int client, String module, int cut);

  /** Whether clients leave this gateway when they are sent elsewhere. */
  default boolean drains(String gateway) {
    return true;
  }

  /** Nothing goes wrong. */
  Fate GOOD =
      new Fate() {
        @Override
        public boolean loads(String gateway, String module) {
          return true;
        }

        @Override
        public Client.Behaviour behaviour(String gateway, int client, String module, int cut) {
          return Client.Behaviour.WORKS;
        }
      };
}
