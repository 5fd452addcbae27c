package dev.backstay.wireguard;

/** Whatever is in a file where the configuration of an interface should be. */
public final class ConfigFuzz {
  private ConfigFuzz() {}

  /** Nothing may be thrown. */
  public static void fuzzerTestOneInput(byte[] input) {
    ConfigKeys keys = ConfigKeys.in(input);
    keys.peers();
    keys.listenPort();
    keys.privateKey().ifPresent(PrivateKey::close);
    keys.withKeysOf(keys);
  }
}
