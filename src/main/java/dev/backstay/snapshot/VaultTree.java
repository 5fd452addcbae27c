package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/**
 * The content of one commit of the vault.
 *
 * @param root its top folder
 * @param gateways the folder of that name; empty in a new vault
 */
record VaultTree(VaultRepository repository, GitTree root, GitTree gateways) {
  static final String README = "README";
  static final String RECIPIENTS = "recipients";
  static final String ALLOWED_SIGNERS = "allowed_signers";

  static final String GATEWAYS = "gateways";

  /**
   * What was kept of gateways whose change failed: a folder for each rollout, in it the gateways.
   */
  static final String EVIDENCE = "evidence";

  static final String MANIFEST = "manifest";
  private static final String FILES = "files";

  static VaultTree of(VaultRepository repository, ObjectId commit) {
    GitTree root = repository.tree(repository.commit(commit).getTree());
    GitTree gateways = root.folder(GATEWAYS).map(repository::tree).orElse(GitTree.EMPTY);
    return new VaultTree(repository, root, gateways);
  }

  static VaultTree empty(VaultRepository repository) {
    return new VaultTree(repository, GitTree.EMPTY, GitTree.EMPTY);
  }

  Recipients recipients() {
    String where = repository.path() + ", file recipients";
    return Recipients.parse(text(RECIPIENTS), where);
  }

  SortedSet<String> gatewayNames() {
    return new TreeSet<>(gateways.entries().keySet());
  }

  /** Equal ids mean equal snapshots. */
  Optional<ObjectId> gateway(String name) {
    return gateways.folder(name);
  }

  Optional<String> manifestText(String gateway) {
    return gateway(gateway).flatMap(this::manifestIn);
  }

  private Optional<String> manifestIn(ObjectId folder) {
    return repository.tree(folder).file(MANIFEST).map(this::text);
  }

  /** Which evidence there is. Equal ids mean equal evidence. */
  SortedMap<EvidenceName, ObjectId> evidence() {
    SortedMap<EvidenceName, ObjectId> found = new TreeMap<>();
    GitTree rollouts = folder(EVIDENCE);
    for (String rollout : rollouts.entries().keySet()) {
      rollouts
          .folder(rollout)
          .map(repository::tree)
          .ifPresent(inside ->
              inside
                  .entries()
                  .forEach((gateway, entry) -> {
                    if (entry.folder()) {
                      found.put(new EvidenceName(rollout, gateway), entry.id());
                    }
                  }));
    }
    return found;
  }

  /** That of one gateway in one rollout, whose manifest has the form of a snapshot's. */
  Optional<Manifest> evidence(EvidenceName name) {
    return Optional.ofNullable(evidence().get(name))
        .flatMap(this::manifestIn)
        .map(text -> ManifestText.parse(text, name.toString()));
  }

  /** The encrypted files have been inserted before. */
  VaultTree withEvidence(EvidenceName name, Manifest manifest, ObjectInserter inserter)
      throws IOException {
    GitTree rollouts = folder(EVIDENCE);
    GitTree inside = rollouts.folder(name.rollout()).map(repository::tree).orElse(GitTree.EMPTY);
    ObjectId changed =
        inside
            .withFolder(name.gateway(), gatewayTree(manifest, inserter))
            .format()
            .insertTo(inserter);
    return withFolder(EVIDENCE, rollouts.withFolder(name.rollout(), changed), inserter);
  }

  /** Without what was kept of some rollouts. */
  VaultTree withoutEvidence(Collection<String> rollouts, ObjectInserter inserter)
      throws IOException {
    GitTree left = folder(EVIDENCE);
    if (rollouts.stream().noneMatch(left.entries()::containsKey)) {
      return this;
    }
    for (String rollout : rollouts) {
      left = left.without(rollout);
    }
    return withFolder(EVIDENCE, left, inserter);
  }

  /** As {@link #requireAgreement(Manifest, String, String)}. */
  void requireAgreement(EvidenceName name, Manifest manifest) throws IOException {
    requireAgreement(
        Optional.ofNullable(evidence().get(name)), manifest, name.gateway(), name + "");
  }

  Optional<Manifest> manifest(String gateway) {
    return manifestText(gateway).map(text -> ManifestText.parse(text, gateway));
  }

  /**
   * Returns if a manifest is the gateway's own and Git's folder holds exactly what it says.
   *
   * @param where for messages
   * @throws dev.backstay.problem.ProblemException {@code vault-corrupt}
   */
  void requireAgreement(Manifest manifest, String gateway, String where) throws IOException {
    requireAgreement(gateway(gateway), manifest, gateway, where);
  }

  private void requireAgreement(
      Optional<ObjectId> folder, Manifest manifest, String gateway, String where)
      throws IOException {
    if (!manifest.gateway().equals(gateway) || !agrees(folder, manifest)) {
      throw VaultProblems.corrupt(where, "the manifest and the files beside it do not agree");
    }
  }

  /** Of a file in the top folder; empty if there is none. */
  String text(String name) {
    return root.file(name).map(this::text).orElse("");
  }

  /** Empty if there is none. */
  GitTree folder(String name) {
    return root.folder(name).map(repository::tree).orElse(GitTree.EMPTY);
  }

  String text(ObjectId blob) {
    return new String(repository.require(blob, Constants.OBJ_BLOB), StandardCharsets.UTF_8);
  }

  VaultTree withText(String name, String text, ObjectInserter inserter) throws IOException {
    ObjectId blob = insert(text, inserter);
    return new VaultTree(repository, root.withFile(name, blob), gateways);
  }

  /** With the state that a gateway has in another commit. */
  VaultTree withGateway(String name, ObjectId folder) {
    return new VaultTree(repository, root, gateways.withFolder(name, folder));
  }

  /** With everything beside the gateways as it is in another commit. */
  VaultTree withRootOf(VaultTree other) {
    return new VaultTree(repository, other.root.without(GATEWAYS), gateways);
  }

  /** Git has no empty folders. */
  VaultTree withFolder(String name, GitTree folder, ObjectInserter inserter) throws IOException {
    GitTree changed =
        folder.entries().isEmpty()
            ? root.without(name)
            : root.withFolder(name, folder.format().insertTo(inserter));
    return new VaultTree(repository, changed, gateways);
  }

  /** The encrypted files have been inserted before. */
  VaultTree withManifest(Manifest manifest, ObjectInserter inserter) throws IOException {
    ObjectId folder = gatewayTree(manifest, inserter);
    return new VaultTree(repository, root, gateways.withFolder(manifest.gateway(), folder));
  }

  /** Whether Git's folder holds exactly what its manifest says. */
  private static boolean agrees(Optional<ObjectId> folder, Manifest manifest) throws IOException {
    try (ObjectInserter calculator = new Calculator()) {
      return folder.equals(Optional.of(gatewayTree(manifest, calculator)));
    }
  }

  ObjectId insert(ObjectInserter inserter) throws IOException {
    GitTree whole =
        gateways.entries().isEmpty()
            ? root
            : root.withFolder(GATEWAYS, gateways.format().insertTo(inserter));
    return whole.format().insertTo(inserter);
  }

  /** Tells which ids objects would have, and stores none. */
  private static final class Calculator extends ObjectInserter.Formatter {
    @Override
    public ObjectId insert(int type, byte[] bytes, int offset, int length) {
      return idFor(type, bytes, offset, length);
    }
  }

  private static ObjectId gatewayTree(Manifest manifest, ObjectInserter inserter)
      throws IOException {
    DirCache cache = DirCache.newInCore();
    DirCacheBuilder builder = cache.builder();
    builder.add(entry(MANIFEST, insert(ManifestText.format(manifest), inserter)));
    manifest
        .files()
        .forEach((path, file) ->
            builder.add(entry(FILES + "/" + path + VaultPaths.SUFFIX, file.blob())));
    builder.finish();
    return cache.writeTree(inserter);
  }

  static ObjectId insert(String text, ObjectInserter inserter) throws IOException {
    return inserter.insert(Constants.OBJ_BLOB, text.getBytes(StandardCharsets.UTF_8));
  }

  private static DirCacheEntry entry(String path, ObjectId blob) {
    DirCacheEntry entry = new DirCacheEntry(path);
    entry.setFileMode(FileMode.REGULAR_FILE);
    entry.setObjectId(blob);
    return entry;
  }
}
