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

  /** Whether the last peer of this gateway is one that only probes. */
  default boolean isProbed(String gateway) {
    return false;
  }

  /** How a probe of ours gets on; as clients do, unless somebody says otherwise. */
  default Client.Behaviour probe(String gateway, String module) {
    return behaviour(gateway, 0, module, 0);
  }

  /** What a kernel does when it is booted on this gateway. */
  enum Boot {
    UP,
    /** Comes up, panics, and is started anew: {@code panic=10} is in its entry. */
    PANICS,
    /** Stands still until somebody comes and switches the power off and on. */
    HANGS,
    /** Comes up without a network. */
    MUTE
  }

  default Boot boots(String gateway, String kernel) {
    return Boot.UP;
  }

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
