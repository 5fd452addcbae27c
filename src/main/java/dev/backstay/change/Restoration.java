package dev.backstay.change;

import java.util.ArrayList;
import java.util.List;

/**
 * What goes back onto a gateway from a snapshot. Only what may be told: contents travel apart.
 *
 * @param commit of the snapshot
 * @param files that differ from what the gateway has now
 * @param restarts interfaces that are made anew from them
 */
public record Restoration(String commit, List<PutFile> files, List<Restart> restarts)
    implements Part {
  /**
   * @param path without the leading slash
   * @param mode permission bits, 0 to 07777
   * @param owner {@code user:group}
   * @param sha256 of the content, in hex
   */
  public record PutFile(String path, int mode, String owner, String sha256) {}

  /**
   * @param how {@code wg-quick} or {@code networkd}
   * @param publicKey that the interface must have afterwards, or the gateway reverts
   * @param enable whether its unit starts at boot
   */
  public record Restart(String name, String how, String publicKey, boolean enable) {}

  public Restoration {
    files = List.copyOf(files);
    restarts = List.copyOf(restarts);
  }

  @Override
  public boolean nothingToDo() {
    return files.isEmpty() && restarts.isEmpty();
  }

  @Override
  public String what() {
    return "%d files from snapshot %s".formatted(files.size(), commit.substring(0, 10));
  }

  @Override
  public List<String> diff() {
    List<String> lines = new ArrayList<>();
    files.forEach(f -> lines.add("file /%s from snapshot %s".formatted(f.path(), commit)));
    restarts.forEach(r -> lines.add("interface %s made anew".formatted(r.name())));
    return lines;
  }

  @Override
  public List<String> interfaces() {
    return restarts.stream().map(Restart::name).toList();
  }

  @Override
  public String lines() {
    StringBuilder text = new StringBuilder();
    files.forEach(f ->
        text.append(
            "file\t%s\t%04o\t%s\t%s\n".formatted(f.path(), f.mode(), f.owner(), f.sha256())));
    restarts.forEach(r ->
        text.append(
            "restart\t%s\t%s\t%s\t%s\n"
                .formatted(r.name(), r.how(), r.publicKey(), r.enable() ? "yes" : "no")));
    return text.toString();
  }
}
