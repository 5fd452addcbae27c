package dev.backstay.playbook;

/** How a change that lies on the disk takes effect. */
public enum Activation {
  /** It needs nothing: tools, for example. */
  NONE("none"),
  /**
   * Take WireGuard's module out of the kernel and put the new one in; interfaces come back as they
   * were.
   */
  RELOAD_MODULE("reload-module"),
  /** Stop the interfaces that files describe, replace the files, start them again. */
  RESTART_INTERFACE("restart-interface"),
  /** Restart the gateway into another kernel, once; the old one stays the default until the end. */
  REBOOT("reboot");

  private final String word;

  Activation(String word) {
    this.word = word;
  }

  /** The word in a playbook. */
  public String word() {
    return word;
  }
}
