package dev.backstay.playbook;

/** Who does WireGuard's work on a gateway. */
public enum Implementation {
  /** The module of the kernel. */
  KERNEL("kernel"),
  /** A program in user space. */
  WIREGUARD_GO("wireguard-go");

  private final String word;

  Implementation(String word) {
    this.word = word;
  }

  /** The word in a playbook, and that of the gateway's program. */
  public String word() {
    return word;
  }
}
