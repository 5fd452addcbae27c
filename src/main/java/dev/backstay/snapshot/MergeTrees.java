package dev.backstay.snapshot;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.jspecify.annotations.Nullable;

/**
 * Joins what two controllers did since they last agreed. Gateway by gateway: what changed on one
 * side only comes from that side; of two states the one read later from the gateway stands, and the
 * other stays in the history. Recipients and allowed signers are joined as sets, so one that was
 * removed on one side is gone.
 */
final class MergeTrees {
  private final VaultRepository repository;
  private final List<VaultTree> bases;
  private final VaultTree ours;
  private final VaultTree theirs;
  private final ObjectInserter inserter;
  private final List<String> decisions = new ArrayList<>();
  private final SortedSet<String> fromThem = new TreeSet<>();

  /**
   * @param tree both sides in one
   * @param fromThem gateways that stand as the other side has them
   * @param decisions one line for each gateway that changed on both sides
   */
  record Merged(VaultTree tree, SortedSet<String> fromThem, List<String> decisions) {}

  /**
   * @param bases what both sides began with; several if they have merged crosswise before
   */
  MergeTrees(
      VaultRepository repository,
      List<VaultTree> bases,
      VaultTree ours,
      VaultTree theirs,
      ObjectInserter inserter) {
    this.repository = repository;
    this.bases = bases;
    this.ours = ours;
    this.theirs = theirs;
    this.inserter = inserter;
  }

  Merged merge() throws IOException {
    VaultTree merged =
        new VaultTree(
            repository, folder(roots(bases), ours.root(), theirs.root()), ours.gateways());
    SortedSet<String> gateways = new TreeSet<>(ours.gatewayNames());
    gateways.addAll(theirs.gatewayNames());
    for (String gateway : gateways) {
      Optional<ObjectId> state = gateway(gateway);
      if (!state.equals(ours.gateway(gateway))) {
        fromThem.add(gateway);
        merged = merged.withGateway(gateway, state.orElseThrow());
      }
    }
    merged =
        merged
            .withText(VaultTree.README, Readme.TEXT, inserter)
            .withText(VaultTree.RECIPIENTS, lines(VaultTree.RECIPIENTS), inserter)
            .withText(VaultTree.ALLOWED_SIGNERS, lines(VaultTree.ALLOWED_SIGNERS), inserter);
    // Nobody to encrypt for is refused here, not at the next snapshot.
    merged.recipients();
    return new Merged(merged, fromThem, decisions);
  }

  private Optional<ObjectId> gateway(String name) {
    Optional<ObjectId> our = ours.gateway(name);
    Optional<ObjectId> their = theirs.gateway(name);
    boolean weChanged = bases.stream().noneMatch(base -> base.gateway(name).equals(our));
    boolean theyChanged = bases.stream().noneMatch(base -> base.gateway(name).equals(their));
    if (our.equals(their) || their.isEmpty() || !theyChanged) {
      return our.isPresent() ? our : their;
    }
    if (our.isEmpty() || !weChanged) {
      return their;
    }
    Instant ourTime = ours.manifest(name).orElseThrow().takenAt();
    Instant theirTime = theirs.manifest(name).orElseThrow().takenAt();
    int order = ourTime.compareTo(theirTime);
    // Of the same second: both controllers must choose alike.
    boolean oursStands = order > 0 || (order == 0 && our.get().compareTo(their.get()) > 0);
    decisions.add(
        "%s: changed on both sides; the state of %s stands, that of %s is in the history"
            .formatted(name, oursStands ? ourTime : theirTime, oursStands ? theirTime : ourTime));
    return oursStands ? our : their;
  }

  private static List<GitTree> roots(List<VaultTree> trees) {
    return trees.stream().map(VaultTree::root).toList();
  }

  /** Whatever else is in the vault: entry by entry, ours where both sides changed one. */
  private GitTree folder(List<GitTree> before, GitTree our, GitTree their) throws IOException {
    GitTree merged = our;
    for (var entry : their.entries().entrySet()) {
      String name = entry.getKey();
      GitTree.Entry theirEntry = entry.getValue();
      GitTree.@Nullable Entry ourEntry = our.entries().get(name);
      boolean theyChanged =
          before.stream().noneMatch(base -> theirEntry.equals(base.entries().get(name)));
      boolean weChanged =
          before.stream().noneMatch(base -> Objects.equals(ourEntry, base.entries().get(name)));
      if (theirEntry.equals(ourEntry) || !theyChanged || name.equals(VaultTree.GATEWAYS)) {
        continue;
      }
      if (ourEntry == null || !weChanged) {
        merged = merged.with(name, theirEntry);
      } else if (ourEntry.folder() && theirEntry.folder() && !whole(ourEntry)) {
        List<GitTree> inner = before.stream().flatMap(base -> sub(base, name).stream()).toList();
        GitTree both =
            folder(inner, repository.tree(ourEntry.id()), repository.tree(theirEntry.id()));
        merged = merged.withFolder(name, both.format().insertTo(inserter));
      }
    }
    for (String name : our.entries().keySet()) {
      boolean unchangedHere =
          before.stream()
              .anyMatch(base -> Objects.equals(our.entries().get(name), base.entries().get(name)));
      if (unchangedHere && !their.entries().containsKey(name) && !name.equals(VaultTree.GATEWAYS)) {
        merged = merged.without(name);
      }
    }
    return merged;
  }

  /** A folder whose manifest names what is in it: of two of them nothing can be made. */
  private boolean whole(GitTree.Entry entry) {
    return repository.tree(entry.id()).entries().containsKey(VaultTree.MANIFEST);
  }

  private Optional<GitTree> sub(GitTree tree, String name) {
    return tree.folder(name).map(repository::tree);
  }

  /** The lines of a list, in our order, joined as sets. */
  private String lines(String file) {
    Set<String> merged = new LinkedHashSet<>();
    Set<String> our = linesOf(ours, file);
    Set<String> their = linesOf(theirs, file);
    Set<String> before = new LinkedHashSet<>();
    bases.forEach(base -> before.addAll(linesOf(base, file)));
    for (String line : our) {
      if (their.contains(line) || !before.contains(line)) {
        merged.add(line);
      }
    }
    for (String line : their) {
      if (!before.contains(line)) {
        merged.add(line);
      }
    }
    return merged.isEmpty() ? "" : String.join("\n", merged) + "\n";
  }

  private static Set<String> linesOf(VaultTree tree, String file) {
    return new LinkedHashSet<>(tree.text(file).lines().filter(line -> !line.isBlank()).toList());
  }
}
