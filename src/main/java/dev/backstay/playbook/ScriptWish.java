package dev.backstay.playbook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A change by scripts that are checked in beside the playbook.
 *
 * @param revert its way back; if empty, there is a reason
 * @param irreversible why it cannot be undone, if it cannot
 * @param timeout for each run of each of them
 */
public record ScriptWish(
    String name,
    ScriptFile apply,
    ScriptFile verify,
    Optional<ScriptFile> revert,
    Optional<String> irreversible,
    Duration timeout) {

  /**
   * One of them, as it was when the playbook was read.
   *
   * @param path as the playbook names it
   * @param sha256 of the content, in hex
   */
  public record ScriptFile(String path, String sha256, Content content) {}

  /** What a script consists of. */
  public static final class Content {
    private final byte[] bytes;

    Content(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Content that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return bytes.length + " bytes";
    }
  }

  /** The file of each kind that there is, in the words of the program {@code script}. */
  public List<Kind> kinds() {
    List<Kind> all = new ArrayList<>(List.of(new Kind("apply", apply), new Kind("verify", verify)));
    revert.ifPresent(file -> all.add(new Kind("revert", file)));
    return all;
  }

  /**
   * @param word apply, verify or revert
   */
  public record Kind(String word, ScriptFile file) {}
}
