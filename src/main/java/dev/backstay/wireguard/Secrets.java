package dev.backstay.wireguard;

import java.util.Arrays;

/** Overwrites what nobody shall read out of the memory later. */
final class Secrets {
  private Secrets() {}

  /** With zeros. Copies that a cipher has made of them are left to the garbage collector. */
  static void wipe(byte[]... secrets) {
    for (byte[] secret : secrets) {
      Arrays.fill(secret, (byte) 0);
    }
  }
}
